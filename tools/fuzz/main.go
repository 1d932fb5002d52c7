// Command fuzz runs the fuzz targets of a module one after another, each for a while.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() {
	dir := flag.String("dir", ".", "folder of the module")
	time := flag.String("time", "2m", "how long each target runs")
	slice := flag.String("slice", "1/1", "i/n: every n-th target, from the i-th on")
	flag.Parse()
	if err := run(*dir, *time, *slice); err != nil {
		fmt.Fprintln(os.Stderr, "fuzz:", err)
		os.Exit(1)
	}
}

type target struct{ pkg, name string }

func run(dir, time, slice string) error {
	var first, step int
	if _, err := fmt.Sscanf(slice, "%d/%d", &first, &step); err != nil || first < 1 || step < first {
		return fmt.Errorf("-slice %q: write i/n, with i from 1 to n", slice)
	}
	targets, err := list(dir)
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		return fmt.Errorf("no fuzz targets below %s", dir)
	}
	var failed []error
	for i := first - 1; i < len(targets); i += step {
		t := targets[i]
		fmt.Printf("== %s %s (%d of %d)\n", t.pkg, t.name, i+1, len(targets))
		if err := t.fuzz(dir, time); err != nil {
			failed = append(failed, fmt.Errorf("%s %s: %w", t.pkg, t.name, err))
		}
	}
	return errors.Join(failed...)
}

// fuzz runs one target. When its time ends in the middle of an input, the toolchain calls that a failure although it has found
// nothing: it says so, and names no input.
func (t target) fuzz(dir, time string) error {
	var out bytes.Buffer
	cmd := exec.Command("go", "test", "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", time, "-fuzzminimizetime", "10x", t.pkg)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, io.MultiWriter(os.Stdout, &out), os.Stderr
	err := cmd.Run()
	ended := bytes.Contains(out.Bytes(), []byte("\n    context deadline exceeded\n"))
	if found := bytes.Contains(out.Bytes(), []byte("Failing input written")); ended && !found {
		return nil
	}
	return err
}

// list are the fuzz targets, in the order of go list. go test prints a package's targets before the package's own line.
func list(dir string) (targets []target, err error) {
	cmd := exec.Command("go", "test", "-list", "^Fuzz", "./...")
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("listing: %w", err)
	}
	var names []string
	for line := range bytes.Lines(out) {
		fields := strings.Fields(string(line))
		switch {
		case len(fields) > 0 && strings.HasPrefix(fields[0], "Fuzz"):
			names = append(names, fields[0])
		case len(fields) > 1 && fields[0] == "ok":
			for _, name := range names {
				targets = append(targets, target{fields[1], name})
			}
			names = nil
		}
	}
	return targets, nil
}
