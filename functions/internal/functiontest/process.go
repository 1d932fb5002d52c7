package functiontest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

const patience = 10 * time.Second

// Process is a running bootstrap.
type Process struct {
	Cmd        *exec.Cmd
	Out        *bytes.Buffer // of its standard output, once it has ended
	Ready      time.Duration // from its start to its first poll
	Registered chan struct{} // gets one when the process registers an extension
	Ended      chan struct{} // closed when it has
	Failed     error         // how it ended

	api *runtimeAPI
}

// Start runs a bootstrap until it asks for its first event.
func Start(tb testing.TB, bootstrap string, env ...string) *Process {
	tb.Helper()
	api := newRuntimeAPI(tb)
	p := &Process{
		Cmd: exec.Command(bootstrap), Out: &bytes.Buffer{}, Registered: api.registered, Ended: make(chan struct{}), api: api,
	}
	p.Cmd.Stdout, p.Cmd.Stderr = p.Out, os.Stderr
	p.Cmd.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + api.l.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=proxy"}, env...)
	started := time.Now()
	if err := p.Cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() { p.Failed = p.Cmd.Wait(); close(p.Ended) }()
	tb.Cleanup(p.Kill)
	select {
	case at := <-api.polled:
		p.Ready = at.Sub(started)
	case <-p.Ended:
		tb.Fatalf("the process ended: %v", p.Failed)
	case <-time.After(patience):
		tb.Fatal("the process asks for no event")
	}
	return p
}

// Kill ends the process, and waits for it.
func (p *Process) Kill() {
	_ = p.Cmd.Process.Kill()
	<-p.Ended
}

// Terminate sends SIGTERM, and waits until the process has ended by itself.
func (p *Process) Terminate(tb testing.TB) {
	tb.Helper()
	if err := p.Cmd.Process.Signal(syscall.SIGTERM); err != nil {
		tb.Fatal(err)
	}
	select {
	case <-p.Ended:
	case <-time.After(5 * time.Second):
		tb.Fatal("the function does not end")
	}
}

// Invoke is the answer to an event, and how long it took.
func (p *Process) Invoke(tb testing.TB, event string) (answer string, took time.Duration) {
	tb.Helper()
	start := time.Now()
	select {
	case p.api.events <- event:
	case <-time.After(patience):
		tb.Fatal("the process takes no event")
	}
	select {
	case answer = <-p.api.answers:
		took = time.Since(start)
		<-p.api.polled // an invocation is over when the next one is asked for
	case <-time.After(patience):
		tb.Fatal("no answer")
	}
	return answer, took
}

// RSS is what the process holds of the memory, in MB.
func (p *Process) RSS(tb testing.TB) float64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Cmd.Process.Pid))
	if err != nil {
		tb.Fatal(err)
	}
	_, line, _ := strings.Cut(string(status), "VmRSS:")
	var kib float64
	if _, err := fmt.Sscan(line, &kib); err != nil {
		tb.Fatal(err)
	}
	return kib / 1024
}
