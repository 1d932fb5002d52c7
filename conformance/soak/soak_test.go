//go:build dynamodb && linux

package soak_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"postern/cmd/postern/cli"
	"postern/conformance/soak"
)

// role is the environment variable that says which of the soak's programs this one is.
const role = "SOAK_ROLE"

// TestMain is `postern lambda` or a claimant where the soak has started it.
func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "lambda":
		os.Exit(lambda())
	case "claimant":
		soak.Claimant(os.Stdin, os.Stdout)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// lambda is what main of cmd/postern does, and a census at SIGUSR1.
func lambda() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	asked, counts := make(chan os.Signal, 1), os.NewFile(3, "counts")
	signal.Notify(asked, syscall.SIGUSR1)
	go func() {
		for range asked {
			_ = soak.Count(counts)
		}
	}()
	return cli.Run(ctx, os.Args[1:], cli.World{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.LookupEnv})
}

var (
	duration = flag.Duration("for", 20*time.Second, "how long the storm rages")
	seed     = flag.Uint64("seed", 1, "of all that is random; 0: another one each time")
	rate     = flag.Int("rate", 0, "requests a second, at most; 0: 250")
)

func TestSoak(t *testing.T) {
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(role, "") // the soak says which program each is
	program := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(self, args...)
		c.Env = []string{role + "=" + name}
		return c
	}
	report, err := soak.Run(t.Context(), soak.Options{
		For: *duration, Seed: *seed, Rate: *rate, Dir: t.TempDir(),
		Lambda:   func(args ...string) *exec.Cmd { return program("lambda", args...) },
		Claimant: func() *exec.Cmd { return program("claimant") },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("seed %d\n%v", *seed, report)
	for _, broken := range report.Broken() {
		t.Error(broken)
	}
}
