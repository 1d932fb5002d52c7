package dynamotest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"syscall"
)

// Fault is what happens to a request on its way.
type Fault int

// The faults. Those before Throttled are carried out, those from it on are not.
const (
	None      Fault = iota
	Lost            // the connection breaks after the request was carried out
	Late            // the answer comes after the attempt's time is over
	Overtaken       // it comes after the attempt's time is over, and is carried out after the next copy of it: see Deliver
	Failed          // 500, although it was carried out
	Throttled       // ProvisionedThroughputExceededException
	Cut             // the connection breaks before anything is sent
	Kept            // answered with the keys of a BatchGetItem as unprocessed
)

// Each are the faults of writes, of which each leaves something else behind.
func Each() map[string]Fault {
	return map[string]Fault{
		"answer lost after commit":         Lost,
		"answer later than the attempt":    Late,
		"first copy arrives after a later": Overtaken,
		"500 after commit":                 Failed,
		"throttled":                        Throttled,
		"cut before sending":               Cut,
	}
}

// Script says what happens to the n-th request, from 1, of an operation like "PutItem". It may be called concurrently.
type Script func(op string, n int) Fault

// First does f to the first requests of an operation, so many of them.
func First(count int, op string, f Fault) Script {
	return func(got string, n int) Fault {
		if got == op && n <= count {
			return f
		}
		return None
	}
}

// Random does each fault of writes to so many of a hundred requests.
func Random(percent int) Script {
	return func(string, int) Fault {
		if f := Fault(rand.N(100)/percent) + Lost; f <= Cut {
			return f
		}
		return None
	}
}

// Faults is a transport that breaks requests. It is safe for concurrent use; Faulty makes one.
type Faults struct {
	inner  http.RoundTripper
	script Script

	mu   sync.Mutex
	sent map[string]int
	held []*message
}

// message is a request that can be sent again: the SDK's bodies cannot be read twice.
type message struct {
	request *http.Request
	body    []byte
	same    string // alike for all copies, whose members come in any order
}

// Faulty does to requests what the script says on their way to inner; nil: a transport of its own.
func Faulty(inner http.RoundTripper, script Script) *Faults {
	if inner == nil {
		inner = &http.Transport{MaxIdleConnsPerHost: 64}
	}
	return &Faults{inner: inner, script: script, sent: map[string]int{}}
}

// Sent is how many requests of an operation were to be sent.
func (f *Faults) Sent(op string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sent[op]
}

// RoundTrip implements http.RoundTripper.
func (f *Faults) RoundTrip(q *http.Request) (*http.Response, error) {
	m, op, err := read(q)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	f.sent[op]++
	n := f.sent[op]
	f.mu.Unlock()
	switch fault := f.script(op, n); fault {
	case Overtaken:
		f.hold(m)
		return nil, context.DeadlineExceeded
	case Throttled:
		return failure(q, http.StatusBadRequest, "ProvisionedThroughputExceededException"), nil
	case Kept:
		return unprocessed(q, m.body)
	case Cut:
		return nil, syscall.ECONNREFUSED
	default:
		return f.carryOut(m, fault)
	}
}

// carryOut sends m, then the copies that it overtook.
func (f *Faults) carryOut(m *message, fault Fault) (*http.Response, error) {
	got, err := f.inner.RoundTrip(m.copy(m.request.Context()))
	if late := f.release(func(held *message) bool { return held.same == m.same }); err == nil {
		err = f.deliver(late)
	}
	if err != nil || fault == None {
		return got, err
	}
	_ = got.Body.Close()
	switch fault {
	case Lost:
		return nil, syscall.ECONNRESET
	case Late:
		return nil, context.DeadlineExceeded
	default:
		return failure(m.request, http.StatusInternalServerError, "InternalServerError"), nil
	}
}

func (f *Faults) hold(m *message) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.held = append(f.held, m)
}

// release takes out the held messages that fit.
func (f *Faults) release(fits func(*message) bool) (out []*message) {
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := f.held[:0]
	for _, m := range f.held {
		if fits(m) {
			out = append(out, m)
		} else {
			kept = append(kept, m)
		}
	}
	f.held = kept
	return out
}

// Deliver sends what Overtaken holds and no later copy has released.
func (f *Faults) Deliver() error {
	return f.deliver(f.release(func(*message) bool { return true }))
}

func (f *Faults) deliver(late []*message) error {
	var all error
	for _, m := range late {
		got, err := f.inner.RoundTrip(m.copy(context.Background()))
		if err == nil {
			err = got.Body.Close()
		}
		all = errors.Join(all, err)
	}
	return all
}

func read(q *http.Request) (*message, string, error) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return nil, "", err
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return nil, "", err
	}
	sorted, err := json.Marshal(v)
	if err != nil {
		return nil, "", err
	}
	_, op, _ := strings.Cut(q.Header.Get("X-Amz-Target"), ".")
	return &message{q, body, op + string(sorted)}, op, q.Body.Close()
}

func (m *message) copy(ctx context.Context) *http.Request {
	q := m.request.Clone(ctx)
	q.Body = io.NopCloser(bytes.NewReader(m.body))
	return q
}

// unprocessed is the answer to a BatchGetItem of which nothing was read.
func unprocessed(q *http.Request, body []byte) (*http.Response, error) {
	var in struct{ RequestItems json.RawMessage }
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	return answer(q, http.StatusOK, `{"Responses":{},"UnprocessedKeys":`+string(in.RequestItems)+`}`), nil
}

func failure(q *http.Request, status int, code string) *http.Response {
	return answer(q, status, `{"__type":"com.amazonaws.dynamodb.v20120810#`+code+`"}`)
}

func answer(q *http.Request, status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: q,
		Header:        http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
	}
}
