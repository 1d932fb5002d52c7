package host

import (
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

const initTimeout = 10 * time.Second // Lambda's own

// environment is one process and the Runtime API that it talks to.
type environment struct {
	function *Function
	process  *exec.Cmd
	api      *http.Server
	polls    chan chan *invocation // the process asks for an event: this is where it waits
	exited   chan struct{}         // closed when the process is gone and all that it printed is written

	waiting chan *invocation // of the last poll

	mu      sync.Mutex
	current *invocation // nil while it is idle or starts
	sigterm bool        // an extension is registered
	failure error       // of the initialisation, as the process reported it
}

// newEnvironment starts a process and returns when it has asked for its first event.
func newEnvironment(f *Function) (*environment, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("host: %w", err)
	}
	e := &environment{function: f, polls: make(chan chan *invocation), exited: make(chan struct{})}
	printed := &lines{to: f.Output}
	e.process = &exec.Cmd{
		Path: f.Bootstrap, Dir: filepath.Dir(f.Bootstrap), Env: f.variables(l.Addr().String()),
		Stdout: printed, Stderr: printed, SysProcAttr: attributes(), WaitDelay: time.Second,
	}
	if err := e.process.Start(); err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("host: %w", err)
	}
	e.api = e.runtimeAPI()
	go func() { _ = e.api.Serve(l) }()
	go func() {
		_ = e.process.Wait()
		printed.flush()
		_ = e.api.Close()
		close(e.exited)
	}()
	return e, e.ready()
}

func (e *environment) ready() error {
	select {
	case e.waiting = <-e.polls:
		freeze(e.process.Process)
		return nil
	case <-e.exited:
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.failure != nil {
			return e.failure
		}
		return e.exit()
	case <-time.After(initTimeout):
		e.stop(0)
		return &FunctionError{"Sandbox.Timedout", fmt.Sprintf("Init timed out after %v", initTimeout)}
	}
}

// invoke runs one event. Afterwards the environment is frozen, or over.
func (e *environment) invoke(event []byte, stream bool) ([]byte, error) {
	i := newInvocation(e.function, event, stream)
	e.set(i)
	defer e.set(nil)
	timeout := time.NewTimer(time.Until(i.deadline))
	defer timeout.Stop()
	thaw(e.process.Process)
	for work := e.waiting; ; {
		select {
		case work <- i:
			work = nil
			continue
		case e.waiting = <-e.polls:
			freeze(e.process.Process)
			i.end(nil, &FunctionError{"Runtime.NoAnswer", "the function asked for the next event without an answer"})
		case <-e.exited:
			i.end(nil, e.exit())
		case <-timeout.C:
			e.stop(0)
			i.end(nil, &FunctionError{"Sandbox.Timedout", fmt.Sprintf("Task timed out after %.2f seconds", e.function.Timeout.Seconds())})
		}
		return i.outcome()
	}
}

func (e *environment) set(i *invocation) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.current = i
}

func (e *environment) over() bool {
	select {
	case <-e.exited:
		return true
	default:
		return false
	}
}

// exit says how the process ended, which it has.
func (e *environment) exit() error {
	return &FunctionError{"Runtime.ExitError", "the process ended: " + e.process.ProcessState.String()}
}

// stop ends the process and waits for it.
func (e *environment) stop(grace time.Duration) {
	e.mu.Lock()
	polite := e.sigterm && grace > 0
	e.mu.Unlock()
	if polite {
		terminate(e.process.Process)
		select {
		case <-e.exited:
		case <-time.After(grace):
		}
	}
	_ = e.process.Process.Kill()
	<-e.exited
}

// fail keeps what a process says of its initialisation, and ends it.
func (e *environment) fail(err error) {
	e.mu.Lock()
	e.failure = err
	e.mu.Unlock()
	_ = e.process.Process.Kill()
}
