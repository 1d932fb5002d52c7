//go:build unix

package host_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"postern/cmd/postern/host"
)

func TestInvoke(t *testing.T) {
	h := open(t, "function", host.Function{Name: "proxy", Timeout: 40 * time.Second})
	if got := h.tell("echo hello"); got != "hello" {
		t.Errorf("echo = %q", got)
	}
	first, second := h.tell("context"), h.tell("context")
	if !strings.Contains(first, `arn:aws:lambda:us-east-1:123456789012:function:proxy","40s"`) {
		t.Errorf("the context is %s", first)
	}
	if first == second {
		t.Errorf("two invocations have the request id of %s", first)
	}
}

func TestVariables(t *testing.T) {
	t.Setenv("OF_THE_DEVELOPER", "1")
	h := open(t, "function", host.Function{Name: "proxy", Memory: 256, Env: []string{"OWN=1", "AWS_REGION=eu-west-1"}})
	got := h.tell("env")
	for _, want := range []string{
		"AWS_LAMBDA_FUNCTION_NAME=proxy", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "OWN=1", `"AWS_REGION=eu-west-1"`, "LAMBDA_TASK_ROOT=/",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the variables have no %s: %s", want, got)
		}
	}
	for _, unwanted := range []string{"OF_THE_DEVELOPER", "AWS_REGION=us-east-1"} {
		if strings.Contains(got, unwanted) {
			t.Errorf("the variables have %s: %s", unwanted, got)
		}
	}
}

// TestFreeze looks at the process between two invocations.
func TestFreeze(t *testing.T) {
	h := open(t, "function", host.Function{})
	pid := h.tell("pid")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		state, err := exec.Command("ps", "-o", "stat=", "-p", pid).Output()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(state, []byte("T")) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the idle process is in state %s, want T: stopped", state)
		}
	}
	if again := h.tell("pid"); again != pid {
		t.Errorf("process %s, then %s: want the same, woken", pid, again)
	}
}

// TestFailures: after each of them the next event is served, by another process where the last one is of no use any more.
func TestFailures(t *testing.T) {
	tests := []struct {
		event, kind string
		restarts    bool
	}{
		{"error why", "errorString", false},
		{"panic why", "string", true},
		{"exit", "Runtime.ExitError", true},
		{"big 6291557", "Function.ResponseSizeTooLarge", true},
		{"half why", "errorString", false},
		{"sleep", "Sandbox.Timedout", true},
	}
	never := newBarrier(t, 100)
	for _, tt := range tests {
		t.Run(tt.event, func(t *testing.T) {
			o := host.Function{}
			event := tt.event
			if event == "sleep" {
				o.Timeout, event = 300*time.Millisecond, "call "+never.url
			}
			h := open(t, "function", o)
			before := h.tell("pid")
			h.fails(event, tt.kind)
			if after := h.tell("pid"); (after != before) != tt.restarts {
				t.Errorf("process %s, then %s: restarts should be %v", before, after, tt.restarts)
			}
		})
	}
}

func TestLongestAnswer(t *testing.T) {
	h := open(t, "function", host.Function{})
	if got := h.tell(fmt.Sprint("big ", host.AnswerLimit)); len(got) != host.AnswerLimit {
		t.Errorf("the answer has %d bytes, want %d", len(got), host.AnswerLimit)
	}
}

// TestStream: what is too long for an answer is not for a stream.
func TestStream(t *testing.T) {
	h := open(t, "function", host.Function{})
	before := h.tell("pid")
	got, err := h.Stream([]byte(fmt.Sprintf(`"big %d"`, host.AnswerLimit+1)))
	if len(got) != host.AnswerLimit+1 || err != nil {
		t.Errorf("Stream() = %d bytes, %v, want %d", len(got), err, host.AnswerLimit+1)
	}
	if after := h.tell("pid"); after != before {
		t.Errorf("process %s, then %s: want the same", before, after)
	}
	h.fails(fmt.Sprint("big ", host.AnswerLimit+1), "Function.ResponseSizeTooLarge") // the next one is none
}

func TestLargestEvent(t *testing.T) {
	h := open(t, "function", host.Function{})
	event := strings.Repeat("x", host.EventLimit-len(`"echo "`))
	if got := h.tell("echo " + event); got != event {
		t.Errorf("the answer has %d bytes, want %d", len(got), len(event))
	}
	if _, err := h.Invoke([]byte(`"echo ` + event + `x"`)); !errors.Is(err, host.ErrTooLarge) {
		t.Errorf("Invoke() = %v, want %v", err, host.ErrTooLarge)
	}
}

func TestInitialisationFails(t *testing.T) {
	h := open(t, "refusing", host.Function{})
	h.fails("echo", "Own.Type")
	h.fails("echo", "Own.Type") // it is tried again

	h = open(t, "broken", host.Function{})
	h.fails("echo", "Runtime.ExitError")
	if got := h.printed(); got != "no line end\n" {
		t.Errorf("it printed %q", got)
	}

	nothing := host.New(host.Function{Bootstrap: "/nonexistent/bootstrap"})
	if _, err := nothing.Invoke(nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Invoke without a bootstrap = %v, want %v", err, os.ErrNotExist)
	}
}

func TestRuntimeAPIRefuses(t *testing.T) {
	h := open(t, "careless", host.Function{})
	if got := h.tell("x"); got != "mine" {
		t.Errorf("the answer is %q, want its own", got)
	}
	h.fails("nothing", "Runtime.NoAnswer")
	h.tell("x")
	h.Shutdown(0)
	if want := strings.Repeat("400 400 202 400\n", 2); h.printed() != want {
		t.Errorf("the statuses are %q, want %q", h.printed(), want)
	}
}

// TestConcurrency: each of four events waits for the other three, which only separate processes can do.
func TestConcurrency(t *testing.T) {
	const n = 4
	h := open(t, "function", host.Function{Concurrency: n})
	b := newBarrier(t, n)
	var all sync.WaitGroup
	errs := make([]error, n)
	for i := range errs {
		all.Go(func() { _, errs[i] = h.Invoke([]byte(strconv.Quote("call " + b.url))) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	first := h.tell("pid")
	if again := h.tell("pid"); again != first {
		t.Errorf("process %s, then %s: want the last used", first, again)
	}
}

func TestThrottled(t *testing.T) {
	h := open(t, "function", host.Function{Concurrency: 1})
	b := newBarrier(t, 100)
	done := h.begin(b)
	if _, err := h.Invoke([]byte(`"echo"`)); !errors.Is(err, host.ErrThrottled) {
		t.Errorf("Invoke = %v, want %v", err, host.ErrThrottled)
	}
	b.release()
	if err := <-done; err != nil {
		t.Error(err)
	}
	h.tell("echo")
}

func TestShutdown(t *testing.T) {
	tests := []struct {
		bootstrap string
		grace     time.Duration
		prints    string
	}{
		{"polite", 10 * time.Second, "bye\n"},
		{"polite", 0, ""},
		{"deaf", 100 * time.Millisecond, "no\n"},
		{"unregistered", 10 * time.Second, ""},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.bootstrap, tt.grace), func(t *testing.T) {
			h := open(t, tt.bootstrap, host.Function{})
			pid, err := strconv.Atoi(h.tell("pid"))
			if err != nil {
				t.Fatal(err)
			}
			h.Shutdown(tt.grace)
			if got := h.printed(); got != tt.prints {
				t.Errorf("it printed %q, want %q", got, tt.prints)
			}
			if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("the process is still there: %v", err)
			}
			if _, err := h.Invoke(nil); !errors.Is(err, host.ErrDown) {
				t.Errorf("Invoke after Shutdown = %v, want %v", err, host.ErrDown)
			}
		})
	}
}

// TestShutdownEndsInvocations does not wait for what is under way.
func TestShutdownEndsInvocations(t *testing.T) {
	h := open(t, "function", host.Function{})
	done := h.begin(newBarrier(t, 100))
	h.Shutdown(0)
	var failure *host.FunctionError
	if err := <-done; !errors.As(err, &failure) || failure.Type != "Runtime.ExitError" {
		t.Errorf("Invoke = %v, want the end of its process", err)
	}
}

// TestIdleProcessDies: it is not used again.
func TestIdleProcessDies(t *testing.T) {
	h := open(t, "function", host.Function{})
	pid, err := strconv.Atoi(h.tell("pid"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); syscall.Kill(pid, 0) == nil && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	for range 2 { // the host may learn of it from the first
		if got, err := h.Invoke([]byte(`"pid"`)); err == nil && string(got) != fmt.Sprintf("%q", fmt.Sprint(pid)) {
			return
		}
	}
	t.Error("no other process is used")
}
