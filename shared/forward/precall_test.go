package forward_test

import (
	"context"
	"fmt"
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

func precall(t *testing.T, address string, cache time.Duration, vary ...string) gateway.Step {
	t.Helper()
	to, err := forward.ParseURL("http://" + address + "/allowed?v=1")
	if err != nil {
		t.Fatal(err)
	}
	to.Method = http.MethodPost
	return forward.Precall{Client: client(), To: to, Limits: limits(time.Minute), Cache: cache, Vary: vary, Now: ticking()}.Step()
}

func TestPrecallPasses(t *testing.T) {
	service := &recorder{answer: "HTTP/1.1 200 OK\r\nX-User: 1\r\nContent-Length: 2\r\n\r\nok"}
	address := listen(t, service.handle)
	x := exchange(http.Header{"Authorization": {"Bearer t"}, "X-Forwarded-For": {"6.6.6.6"}, "Content-Length": {"2"}})
	x.Request.Method, x.Request.Body = "PUT", []byte("{}")
	step := precall(t, address, 0)
	if err := step.Run(t.Context(), x); err != nil || x.Answer != nil || x.BackendTime != time.Second {
		t.Fatalf("%v, answer %+v after %v, want to go on", err, x.Answer, x.BackendTime)
	}
	want := "POST /allowed?v=1 HTTP/1.1\r\nHost: " + address + "\r\nContent-Length: 0\r\nAuthorization: Bearer t\r\n" +
		"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Host: api.example.com\r\nX-Forwarded-Proto: https\r\n\r\n"
	if got := service.requests(); len(got) != 1 || got[0] != want {
		t.Errorf("the service got %q, want %q", got, want)
	}
	if x.Outbound != nil || x.Header != nil {
		t.Errorf("the service's header went to %v or %v", x.Outbound, x.Header)
	}
	if step.Name != "pre-call" || step.Again || step.Last || step.Body != nil {
		t.Errorf("Step = %+v", step)
	}
}

func TestPrecallAnswers(t *testing.T) {
	for _, status := range []int{201, 204, 302, 401, 500} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			length := "Content-Length: 2\r\n"
			want := &gateway.Response{Status: status, Header: http.Header{"X-A": {"1"}, "Content-Length": {"2"}}, Body: []byte("no")}
			if status == 204 {
				length, want.Body = "", nil
				want.Header.Del("Content-Length")
			}
			service := &recorder{answer: fmt.Sprintf("HTTP/1.1 %d X\r\nX-A: 1\r\nKeep-Alive: 5\r\n%s\r\n%s", status, length, want.Body)}
			x := exchange(nil)
			step := precall(t, listen(t, service.handle), time.Hour)
			for range 2 { // only 200 is remembered
				x.Answer = nil
				if err := step.Run(t.Context(), x); err != nil || !reflect.DeepEqual(x.Answer, want) {
					t.Errorf("%v, answer %+v, want %+v", err, x.Answer, want)
				}
			}
			if got := len(service.requests()); got != 2 {
				t.Errorf("the service got %d requests, want 2", got)
			}
		})
	}
}

func TestPrecallFails(t *testing.T) {
	for name, handle := range map[string]func(net.Conn){"closed": says(""), "reset": reset, "garbage": says("no HTTP\r\n\r\n")} {
		t.Run(name, func(t *testing.T) {
			x := exchange(nil)
			err := precall(t, listen(t, handle), time.Hour).Run(t.Context(), x)
			if kindOf(err) != fault.Precall || x.Answer != nil {
				t.Errorf("%v, answer %+v, want %s", err, x.Answer, fault.Precall)
			}
			if cause := fault.From(fault.From(err).Err).Kind; !cause.Under(fault.Backend) {
				t.Errorf("the cause is %s, want how the call failed", cause)
			}
		})
	}
	t.Run("the client left", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		address := listen(t, func(net.Conn) { cancel(); <-ctx.Done() })
		if err := precall(t, address, 0).Run(ctx, exchange(nil)); kindOf(err) != fault.ClientGone {
			t.Errorf("%v, want %s", err, fault.ClientGone)
		}
	})
	t.Run("the client's header", func(t *testing.T) {
		x := exchange(http.Header{"X-A": {"\x00"}})
		if err := precall(t, "127.0.0.1:1", 0).Run(t.Context(), x); kindOf(err) != fault.RequestMalformed {
			t.Errorf("%v, want %s", err, fault.RequestMalformed)
		}
	})
}

func TestPrecallCache(t *testing.T) {
	type call struct {
		after  time.Duration
		header http.Header
		asked  bool
	}
	auth := func(values ...string) http.Header { return http.Header{"Authorization": values, "X-Other": {"1"}} }
	tests := []struct {
		name  string
		cache time.Duration
		calls []call
	}{
		{"none", 0, []call{{0, auth("a"), true}, {0, auth("a"), true}}},
		{"the same caller", time.Minute, []call{
			{0, auth("a"), true},
			{59 * time.Second, auth("a"), false},
			{60 * time.Second, auth("a"), true}, // counted from the answer before, not from the last hit
			{119 * time.Second, auth("a"), false},
		}},
		{"others", time.Minute, []call{
			{0, auth("a"), true},
			{0, auth("b"), true},
			{0, auth("a", "b"), true},
			{0, auth("ab"), true},
			{0, http.Header{"Authorization": {"a"}, "X-Other": {"2"}}, false}, // not named in Vary
			{0, http.Header{"X-Api-Key": {"a"}}, true},
			{0, nil, true},
			{0, nil, false},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			service := &recorder{answer: ok}
			step := precall(t, listen(t, service.handle), tt.cache, "Authorization", "X-Api-Key")
			for i, c := range tt.calls {
				before := len(service.requests())
				x := exchange(c.header)
				x.Request.Received = x.Request.Received.Add(c.after)
				if err := step.Run(t.Context(), x); err != nil {
					t.Fatal(err)
				}
				if asked := len(service.requests()) > before; asked != c.asked {
					t.Errorf("call %d: asked %v, want %v", i, asked, c.asked)
				}
			}
		})
	}
}

// The cache is bounded, and what it forgets it asks again.
func TestPrecallCacheIsBounded(t *testing.T) {
	service := &recorder{answer: ok}
	step := precall(t, listen(t, service.handle), time.Minute, "Authorization")
	run := func(from, to int, after time.Duration) (asked int) {
		before := len(service.requests())
		for i := from; i < to; i++ {
			x := exchange(http.Header{"Authorization": {strings.Repeat("a", i)}})
			x.Request.Received = x.Request.Received.Add(after)
			if err := step.Run(t.Context(), x); err != nil {
				t.Fatal(err)
			}
		}
		return len(service.requests()) - before
	}
	if got := run(0, 1000, 0); got != 1000 {
		t.Fatalf("1000 callers asked %d times", got)
	}
	if got := run(0, 1000, 0); got != 0 {
		t.Errorf("the same 1000 asked %d times more, want 0", got)
	}
	run(1000, 1010, 0)
	if got := run(0, 1010, 0); got < 10 {
		t.Errorf("of 1010 callers %d were forgotten, want at least 10", got)
	}
}

// What is over makes room before anything else does.
func TestPrecallCacheIsSwept(t *testing.T) {
	service := &recorder{answer: ok}
	step := precall(t, listen(t, service.handle), time.Minute, "Authorization")
	run := func(i int, after time.Duration) {
		x := exchange(http.Header{"Authorization": {strings.Repeat("a", i)}})
		x.Request.Received = x.Request.Received.Add(after)
		if err := step.Run(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 999 {
		run(i, 0)
	}
	run(2000, time.Hour)
	run(2001, time.Hour) // sweeps
	before := len(service.requests())
	run(2000, time.Hour)
	if len(service.requests()) > before {
		t.Error("a caller was forgotten whose time was not over")
	}
}
