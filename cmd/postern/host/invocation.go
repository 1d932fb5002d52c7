package host

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// FunctionError is a failed invocation, in the words of the Runtime API.
type FunctionError struct{ Type, Message string }

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// invocation is one event on its way through an environment.
type invocation struct {
	id, trace, arn string
	event          []byte
	stream         bool // its answer is a stream: a longer one is allowed
	deadline       time.Time

	mu     sync.Mutex
	ended  bool
	answer []byte
	err    error
}

func newInvocation(f *Function, event []byte, stream bool) *invocation {
	now := time.Now()
	return &invocation{
		id:       fmt.Sprintf("%s-%s-4%s-8%s-%s", hexadecimal(8), hexadecimal(4), hexadecimal(3), hexadecimal(3), hexadecimal(12)),
		trace:    fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=0", now.Unix(), hexadecimal(24), hexadecimal(16)),
		arn:      "arn:aws:lambda:" + region + ":" + account + ":function:" + f.Name,
		event:    event,
		stream:   stream,
		deadline: now.Add(f.Timeout),
	}
}

// writeTo answers the poll of a process.
func (i *invocation) writeTo(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", i.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(i.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", i.arn)
	h.Set("Lambda-Runtime-Trace-Id", i.trace)
	_, _ = w.Write(i.event)
}

// end keeps the first outcome, and says whether this is it.
func (i *invocation) end(answer []byte, err error) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.ended {
		return false
	}
	i.ended, i.answer, i.err = true, answer, err
	return true
}

func (i *invocation) outcome() ([]byte, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.answer, i.err
}
