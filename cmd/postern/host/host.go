// Package host is the Lambda service on one machine: it runs the built bootstrap of a function as real processes, one an
// environment, each behind a Runtime API of its own on the loopback interface.
//
// It promises what a function can tell of the real one: one invocation at a time in an environment, a cold start when none is
// free, a process that is frozen between invocations, another one after a crash or a time-out, the limit of answers, SIGTERM
// before the end (facts: AWS Lambda developer guide, "Using the Lambda runtime API" and "Lambda execution environment"). It
// imports the standard library alone.
package host

import (
	"cmp"
	"errors"
	"io"
	"maps"
	"slices"
	"sync"
	"time"
)

// Grace is how long a function that asked for SIGTERM has between that and SIGKILL.
const Grace = 500 * time.Millisecond

// Errors of Invoke, beside *FunctionError.
var (
	ErrThrottled = errors.New("host: every environment is busy")
	ErrDown      = errors.New("host: shut down")
	ErrTooLarge  = errors.New("host: the event is larger than a function takes")
)

// Function is what is run. Bootstrap is required, the rest has defaults.
type Function struct {
	Bootstrap   string        // path of the executable; its folder is the task root
	Env         []string      // NAME=value, beside those that Lambda sets; nothing else is inherited
	Name        string        // "": function
	Memory      int           // in MB, as the function is told; 0: 512
	Timeout     time.Duration // of an invocation; 0: 30 s
	Concurrency int           // environments at most; 0: 10
	Output      io.Writer     // gets what the environments print, a line a call; nil: nobody
}

func (f Function) withDefaults() Function {
	f.Name = cmp.Or(f.Name, "function")
	f.Memory = cmp.Or(f.Memory, 512)
	f.Timeout = cmp.Or(f.Timeout, 30*time.Second)
	f.Concurrency = cmp.Or(f.Concurrency, 10)
	if f.Output == nil {
		f.Output = io.Discard
	}
	f.Output = &oneAtATime{to: f.Output}
	return f
}

// Host keeps the environments of a function. It is safe for concurrent use.
type Host struct {
	function Function

	mu   sync.Mutex
	idle []*environment // the last used at the end: it is the next to be used
	busy map[*environment]bool
	cold int // that are starting
	down bool
}

// New makes a host without environments: each is started by an invocation that finds none idle.
func New(f Function) *Host {
	return &Host{function: f.withDefaults(), busy: map[*environment]bool{}}
}

// Invoke runs the function on an event. It returns once the environment is free again, so that a client which waits for its
// answer is never throttled by its own last request. The error is a *FunctionError, ErrThrottled, ErrDown, ErrTooLarge, or says
// why the process could not be started. What has begun cannot be called off.
func (h *Host) Invoke(event []byte) ([]byte, error) { return h.invoke(event, false) }

// Stream is Invoke of a function whose answers are streams. It returns the whole of one, which may be longer.
func (h *Host) Stream(event []byte) ([]byte, error) { return h.invoke(event, true) }

func (h *Host) invoke(event []byte, stream bool) ([]byte, error) {
	if len(event) > EventLimit {
		return nil, ErrTooLarge
	}
	e, err := h.take()
	if err != nil {
		return nil, err
	}
	if e == nil {
		if e, err = h.start(); err != nil {
			return nil, err
		}
	}
	defer h.giveBack(e)
	return e.invoke(event, stream)
}

// take is an idle environment; nil: there is none, and one may be started.
func (h *Host) take() (*environment, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.down {
		return nil, ErrDown
	}
	for n := len(h.idle); n > 0; n-- {
		e := h.idle[n-1]
		h.idle = h.idle[:n-1]
		if !e.over() {
			h.busy[e] = true
			return e, nil
		}
	}
	if len(h.busy)+h.cold >= h.function.Concurrency {
		return nil, ErrThrottled
	}
	h.cold++
	return nil, nil
}

func (h *Host) start() (*environment, error) {
	e, err := newEnvironment(&h.function)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cold--
	if err == nil && h.down {
		e.stop(0)
		err = ErrDown
	}
	if err != nil {
		return nil, err
	}
	h.busy[e] = true
	return e, nil
}

func (h *Host) giveBack(e *environment) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.busy, e)
	if !h.down && !e.over() {
		h.idle = append(h.idle, e)
	}
}

// Shutdown ends all environments and waits until their processes are gone. One that asked for SIGTERM gets it first, and
// grace to obey; Lambda's is Grace.
func (h *Host) Shutdown(grace time.Duration) {
	h.mu.Lock()
	h.down = true
	all := append(slices.Collect(maps.Keys(h.busy)), h.idle...)
	h.idle = nil
	h.mu.Unlock()
	var ending sync.WaitGroup
	for _, e := range all {
		ending.Go(func() { e.stop(grace) })
	}
	ending.Wait()
}
