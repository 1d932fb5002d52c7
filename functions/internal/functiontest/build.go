package functiontest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Tags are those that functions are built with: without the RPC of an older Lambda, and without HTTP/2, which neither Lambda
// nor DynamoDB nor the client of backends speaks.
const Tags = "lambda.norpc,nethttpomithttp2"

// Flags are how they are built.
const Flags = "-trimpath -buildvcs=false -tags " + Tags + ` -ldflags "-s -w -buildid="`

// Builder keeps what it has built.
type Builder struct {
	dir   string
	built map[string]error
}

// Main runs the tests of a package with a Builder. It does not return.
func Main(m *testing.M, b *Builder) {
	dir, err := os.MkdirTemp("", "function")
	if err != nil {
		panic(err)
	}
	*b = Builder{dir: dir, built: map[string]error{}}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// Build builds a package as it is deployed, for this machine, once for all tests of a name. change is more tags, or
// variables of the environment.
func (b *Builder) Build(tb testing.TB, name, pkg string, change ...string) string {
	tb.Helper()
	path := filepath.Join(b.dir, name)
	if _, done := b.built[name]; !done {
		b.built[name] = compile(path, pkg, change)
	}
	if err := b.built[name]; err != nil {
		tb.Fatal(err)
	}
	return path
}

func compile(path, pkg string, change []string) error {
	tags := Tags
	env := append(os.Environ(), "CGO_ENABLED=0")
	for _, c := range change {
		if more, ok := strings.CutPrefix(c, "-tags="); ok {
			tags += "," + more
		} else {
			env = append(env, c)
		}
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", tags,
		"-ldflags", "-s -w -buildid=", "-o", path, pkg)
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(err, errors.New(string(out)))
	}
	return nil
}
