package forward_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/shared/fault"
)

// A kept connection that ends when the next request is on it: was the request handled or not?
func TestSentOnce(t *testing.T) {
	for method, want := range map[string]int{"GET": 3, "POST": 2, "PUT": 2, "DELETE": 2} {
		t.Run(method, func(t *testing.T) {
			requests := make(chan string, 9)
			var conns atomic.Int32
			address := listen(t, func(c net.Conn) {
				closes := conns.Add(1) == 1
				for r := bufio.NewReader(c); ; {
					request, err := readRequest(r)
					if err != nil {
						return
					}
					requests <- request
					if len(requests) == 2 && closes {
						return
					}
					_, _ = io.WriteString(c, ok)
				}
			})
			calls := client()
			out := get(address)
			if _, err := calls.Do(t.Context(), out, limits(time.Minute)); err != nil {
				t.Fatal(err)
			}
			out.Method, out.Body = method, []byte("pay")
			out.Header = http.Header{"Idempotency-Key": {"1"}, "X-Idempotency-Key": {"1"}}
			_, err := calls.Do(t.Context(), out, limits(time.Minute))
			if got := len(requests); got != want {
				t.Fatalf("the backend got %d requests (%v), want %d", got, err, want)
			}
			if got := kindOf(err); want == 2 && got != fault.BackendClosed {
				t.Errorf("Do = %v, want %s", err, fault.BackendClosed)
			}
			<-requests
			if second := strings.ToLower(<-requests); !strings.Contains(second, "\r\nidempotency-key: 1\r\nx-idempotency-key: 1\r\n") {
				t.Errorf("the backend got %q, want both keys", second)
			}
		})
	}
}

// What a backend sends after the answer to a HEAD must not become the answer to somebody else.
func TestHeadWithBody(t *testing.T) {
	backend := &recorder{answer: "HTTP/1.1 200 OK\r\nContent-Length: 44\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"}
	calls, address := client(), listen(t, backend.handle)
	out := get(address)
	out.Method = "HEAD"
	if _, err := calls.Do(t.Context(), out, limits(time.Minute)); err != nil {
		t.Fatal(err)
	}
	got, err := calls.Do(t.Context(), get(address), limits(time.Minute))
	if err != nil || string(got.Body) == "poison" || backend.connections() != 2 {
		t.Errorf("Do = %+v, %v over %d connections", got, err, backend.connections())
	}
}

func TestConnectionsAreKept(t *testing.T) {
	backend := &recorder{answer: ok}
	calls, address := client(), listen(t, backend.handle)
	for range 5 {
		if _, err := calls.Do(t.Context(), get(address), limits(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if backend.connections() != 1 {
		t.Errorf("5 calls took %d connections, want 1", backend.connections())
	}
}

// Whatever ends a call, nothing of it goes on.
func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("calls", func(t *testing.T) {
		calls := client()
		for _, handle := range []func(net.Conn){says("garbage"), says(ok), silent(nil), reset, says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1")} {
			_, _ = calls.Do(t.Context(), get(listen(t, handle)), limits(50*time.Millisecond))
		}
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan struct{}, 1)
		address := listen(t, silent(got))
		go func() { <-got; cancel() }()
		_, _ = calls.Do(ctx, get(address), limits(time.Minute))
	})
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if after := runtime.NumGoroutine(); after > before {
		stacks := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before:\n%s", after, before, stacks[:runtime.Stack(stacks, true)])
	}
}
