package forward_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"postern/shared/forward"
)

// BenchmarkForward is target and call with a backend in memory: the network's share left out, net/http's not.
func BenchmarkForward(b *testing.B) {
	dial := func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer far.Close()
			for r := bufio.NewReader(far); ; {
				if _, err := readRequest(r); err != nil {
					return
				}
				if _, err := io.WriteString(far, ok); err != nil {
					return
				}
			}
		}()
		return near, nil
	}
	to := target("/", "/v2").Step()
	to2 := forward.Backend{Client: forward.NewClient(forward.Guard{}, dial), Now: time.Now}.Step()
	x := exchange(http.Header{
		"Accept": {"*/*"}, "User-Agent": {"curl/8"}, "Authorization": {"Bearer t"}, "X-Forwarded-For": {"6.6.6.6"},
		"Connection": {"keep-alive"}, "X-Amzn-Trace-Id": {"Root=1"},
	})
	b.ReportAllocs()
	for b.Loop() {
		if err := to.Run(b.Context(), x); err != nil {
			b.Fatal(err)
		}
		x.Outbound.Scheme = "http"
		if err := to2.Run(b.Context(), x); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCleanHeader(b *testing.B) {
	x := exchange(http.Header{
		"Accept": {"*/*"}, "User-Agent": {"curl/8"}, "Authorization": {"Bearer t"}, "X-Forwarded-For": {"6.6.6.6"},
		"Connection": {"keep-alive"}, "X-Amzn-Trace-Id": {"Root=1"},
	})
	b.ReportAllocs()
	for b.Loop() {
		forward.CleanHeader(x)
	}
}
