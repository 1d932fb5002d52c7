package forward_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
)

// ticking is a clock that goes on by a second each time it is read.
func ticking() func() time.Time {
	now := time.Unix(1_700_000_000, 0)
	return func() time.Time { now = now.Add(time.Second); return now }
}

// breaker is a forward.Breaker that says what it is told to and keeps what it was told.
type breaker struct {
	pass     forward.Pass
	err      error
	circuit  forward.Circuit
	reported []forward.Outcome
	given    forward.Pass
	canceled bool
}

func (b *breaker) Allow(_ context.Context, c forward.Circuit) (forward.Pass, error) {
	b.circuit = c
	return b.pass, b.err
}

func (b *breaker) Report(ctx context.Context, _ forward.Circuit, p forward.Pass, o forward.Outcome) error {
	b.given, b.reported, b.canceled = p, append(b.reported, o), ctx.Err() != nil
	return errors.New("the store is down")
}

// prepared is an exchange whose outbound request goes to address.
func prepared(address string) *gateway.Exchange {
	x := exchange(nil)
	x.Outbound = get(address)
	return x
}

func TestBackend(t *testing.T) {
	backend := &recorder{answer: ok}
	x := prepared(listen(t, backend.handle))
	x.Outbound.Method, x.Request.Body, x.Request.Length = "POST", []byte("{}"), 2
	step := forward.Backend{Client: client(), Now: ticking()}.Step()
	if err := step.Run(t.Context(), x); err != nil {
		t.Fatal(err)
	}
	if x.Answer.Status != 200 || string(x.Answer.Body) != "ok" || x.BackendTime != time.Second {
		t.Errorf("Answer = %+v after %v", x.Answer, x.BackendTime)
	}
	if got := backend.requests()[0]; got[len(got)-2:] != "{}" {
		t.Errorf("the backend got %q, want the body", got)
	}
	if step.Name != "forward" || !step.Last {
		t.Errorf("Step = %+v, want the last", step)
	}
}

// TestPreparedBody: what an earlier step made of the body goes on, even if that is nothing.
func TestPreparedBody(t *testing.T) {
	for _, want := range []string{"a=1", ""} {
		backend := &recorder{answer: ok}
		x := prepared(listen(t, backend.handle))
		x.Outbound.Method, x.Outbound.Body, x.Request.Body = "POST", []byte(want), []byte("sent")
		if err := (forward.Backend{Client: client(), Now: ticking()}).Step().Run(t.Context(), x); err != nil {
			t.Fatal(err)
		}
		if got := backend.requests()[0]; strings.Contains(got, "sent") || !strings.HasSuffix(got, want) {
			t.Errorf("the backend got %q, want the body %q", got, want)
		}
	}
}

func TestBackendWantsTheBody(t *testing.T) {
	backend := &recorder{answer: ok}
	address := listen(t, backend.handle)
	for length, want := range map[int64]fault.Kind{-1: fault.Internal, 5: fault.Internal, 0: ""} {
		x := prepared(address)
		x.Request.Length, x.Request.Load = length, func(int64) ([]byte, error) { return nil, nil }
		err := forward.Backend{Client: client(), Now: ticking()}.Step().Run(t.Context(), x)
		if got := kindOf(err); got != want {
			t.Errorf("with an unread body of %d bytes: %v, want %q", length, err, want)
		}
	}
}

// TestNoTimeLeft: a backend for whose call no time is left is not called, and its breaker learns nothing.
func TestNoTimeLeft(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	x, b := prepared("127.0.0.1:1"), &breaker{pass: forward.Pass{State: forward.Closed}}
	step := forward.Backend{Client: client(), Limits: forward.Limits{Timeout: time.Second}, Breaker: b, Now: ticking()}.Step()
	got := fault.From(step.Run(ctx, x))
	if got.Kind != fault.BackendTimeout || got.Args["limit"] != "1000" || b.reported != nil || x.BackendTime != 0 {
		t.Errorf("%v %v after %v, reported %v, want %s after 1000 ms and no call", got, got.Args, x.BackendTime, b.reported, fault.BackendTimeout)
	}
}

func TestBreakerRefuses(t *testing.T) {
	for state, kind := range map[forward.State]fault.Kind{forward.Open: fault.BackendBreaker, forward.Busy: fault.BackendBusy} {
		x, b := prepared("127.0.0.1:1"), &breaker{pass: forward.Pass{State: state}}
		step := forward.Backend{Name: "members", Breaker: b, Circuit: forward.Circuit{Backend: "key"}, Now: ticking()}.Step()
		got := fault.From(step.Run(t.Context(), x))
		want := fault.New(kind, fault.Args{"backend": "members"}, nil)
		if !reflect.DeepEqual(got, want) || b.reported != nil || x.BackendTime != 0 || b.circuit.Backend != "key" {
			t.Errorf("state %d: %v %v, reported %v, want %v", state, got, got.Args, b.reported, want)
		}
	}
}

// TestFallback: what is answered while a backend is left alone is not what it answered: the record says so.
func TestFallback(t *testing.T) {
	for state, kind := range map[forward.State]fault.Kind{forward.Open: fault.BackendBreaker, forward.Busy: fault.BackendBusy} {
		x, b := prepared("127.0.0.1:1"), &breaker{pass: forward.Pass{State: state}}
		fallback := forward.Mock{Status: 203, Body: []byte("later")}.Answer
		err := forward.Backend{Breaker: b, Fallback: fallback, Now: ticking()}.Step().Run(t.Context(), x)
		if err != nil || x.Answer == nil || x.Answer.Status != 203 || b.reported != nil {
			t.Errorf("state %d: %+v, %v, reported %v, want the fallback", state, x.Answer, err, b.reported)
		}
		if len(x.Tolerated) != 1 || kindOf(x.Tolerated[0]) != kind {
			t.Errorf("state %d: tolerated %v, want %s", state, x.Tolerated, kind)
		}
	}
	x, b := prepared(listen(t, says(ok))), &breaker{pass: forward.Pass{State: forward.Closed}}
	fallback := func(context.Context, *gateway.Exchange) error { t.Error("the fallback is asked"); return nil }
	step := forward.Backend{Client: client(), Breaker: b, Fallback: fallback, Now: ticking()}.Step()
	if err := step.Run(t.Context(), x); err != nil || x.Answer.Status != 200 {
		t.Errorf("Run() = %v, want the backend's answer", err)
	}
}

func TestBreakerIsTold(t *testing.T) {
	trial := forward.Pass{State: forward.Trial, ID: "7"}
	t.Run("an answer", func(t *testing.T) {
		b := &breaker{pass: trial}
		x := prepared(listen(t, says("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")))
		err := forward.Backend{Client: client(), Breaker: b, Now: ticking()}.Step().Run(t.Context(), x)
		if want := []forward.Outcome{{Status: 503, Took: time.Second}}; err != nil || !reflect.DeepEqual(b.reported, want) || b.given != trial {
			t.Errorf("reported %+v of %+v (%v), want %+v", b.reported, b.given, err, want)
		}
	})
	t.Run("a failure", func(t *testing.T) {
		b := &breaker{pass: trial}
		x := prepared(listen(t, says("")))
		err := forward.Backend{Client: client(), Breaker: b, Now: ticking()}.Step().Run(t.Context(), x)
		if len(b.reported) != 1 || !b.reported[0].Failed() || !errors.Is(b.reported[0].Err, err) {
			t.Errorf("reported %+v of %v, want a failure", b.reported, err)
		}
		if len(x.Tolerated) != 1 {
			t.Errorf("tolerated %v, want the report that was lost", x.Tolerated)
		}
	})
	t.Run("a client that left", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		b := &breaker{pass: trial}
		x := prepared(listen(t, func(net.Conn) { cancel(); <-ctx.Done() }))
		err := forward.Backend{Client: client(), Breaker: b, Now: ticking()}.Step().Run(ctx, x)
		if kindOf(err) != fault.ClientGone || len(b.reported) != 1 || b.canceled {
			t.Errorf("%v, reported %+v with a cancelled context %v, want one report", err, b.reported, b.canceled)
		}
	})
	t.Run("nothing where its state is unknown", func(t *testing.T) {
		b := &breaker{err: errors.New("the store is down"), pass: forward.Pass{State: forward.Open}}
		x := prepared(listen(t, says(ok)))
		err := forward.Backend{Client: client(), Breaker: b, Now: ticking()}.Step().Run(t.Context(), x)
		if err != nil || x.Answer == nil || b.reported != nil {
			t.Errorf("%v, reported %+v, want a call without a report", err, b.reported)
		}
		if len(x.Tolerated) != 1 || !errors.Is(x.Tolerated[0], b.err) {
			t.Errorf("tolerated %v, want the store's failure: the breaker fails open, but not in silence", x.Tolerated)
		}
	})
}

func TestOutcome(t *testing.T) {
	failed := []fault.Kind{
		fault.BackendDNS, fault.BackendRefused, fault.BackendConnect, fault.BackendTLS, fault.BackendReset, fault.BackendClosed,
		fault.BackendMalformed, fault.BackendTimeout, fault.BackendVPC, fault.BackendFunction,
	}
	neither := []fault.Kind{
		fault.ClientGone, fault.BackendURI, fault.BackendForbidden, fault.BackendDenied, fault.RequestMalformed, fault.Internal,
	}
	type verdict struct{ failed, answered bool }
	check := func(o forward.Outcome, want verdict) {
		t.Helper()
		if got := (verdict{o.Failed(), o.Answered()}); got != want {
			t.Errorf("%+v = %+v, want %+v", o, got, want)
		}
	}
	for _, kind := range failed {
		o := forward.Outcome{Err: fault.New(kind, nil, nil)}
		check(o, verdict{failed: true})
		all, late := forward.Circuit{}, forward.Circuit{Timeouts: true}
		if timeout := kind == fault.BackendTimeout; !all.Failed(o) || all.Answered(o) || late.Failed(o) != timeout || late.Answered(o) == timeout {
			t.Errorf("%s: a failure %v, of circuits of timeouts alone %v, an answer %v, %v", kind, all.Failed(o), late.Failed(o), all.Answered(o), late.Answered(o))
		}
	}
	for _, kind := range neither {
		o := forward.Outcome{Err: fault.New(kind, nil, nil)}
		check(o, verdict{})
		if c := (forward.Circuit{Timeouts: true}); c.Failed(o) || c.Answered(o) {
			t.Errorf("%s: failed %v, answered %v, want neither", kind, c.Failed(o), c.Answered(o))
		}
	}
	check(forward.Outcome{Status: 503}, verdict{answered: true})
	check(forward.Outcome{Err: fault.New(fault.BackendSize, nil, nil)}, verdict{answered: true})
}

func TestMock(t *testing.T) {
	quote := func(x *gateway.Exchange) string { return x.Request.Header.Get("X-A") }
	mock := forward.Mock{Status: 201, Headers: map[string]gateway.Text{"x-quoted": quote}, Body: []byte("hello")}
	tests := []struct {
		name, value string
		want        fault.Kind
	}{{"quoted", "1", ""}, {"broken", "1\r\nX-B: 2", fault.RequestMalformed}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(http.Header{"X-A": {tt.value}})
			err := mock.Answer(t.Context(), x)
			if kindOf(err) != tt.want {
				t.Fatalf("Answer = %v, want %q", err, tt.want)
			}
			if tt.want != "" {
				return
			}
			want := &gateway.Response{Status: 201, Header: http.Header{"X-Quoted": {"1"}}, Body: []byte("hello")}
			if !reflect.DeepEqual(x.Answer, want) {
				t.Errorf("Answer = %+v, want %+v", x.Answer, want)
			}
			x.Answer.Header.Set("X-B", "amended")
			again := exchange(http.Header{"X-A": {"2"}})
			if err := mock.Answer(t.Context(), again); err != nil || len(again.Answer.Header) != 1 {
				t.Errorf("the next Answer = %+v, %v, want a header of its own", again.Answer, err)
			}
		})
	}
}
