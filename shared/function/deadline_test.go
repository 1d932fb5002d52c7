package function_test

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"postern/shared/function"
	"postern/shared/limit"
)

// silent accepts connections and never answers.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, c); _ = c.Close() }()
		}
	}()
	return l.Addr().String()
}

// TestSlowBackend: the vendor's answer to a backend that takes too long comes before Lambda's end, whatever the backend may take.
func TestSlowBackend(t *testing.T) {
	definition := strings.Replace(members, `mock: {status: 200, headers: {X-Stage: "${env:STAGE}"}, body: hello}`, `url: "http://`+silent(t)+`"`, 1)
	b := newBench(t, given{definition: strings.Replace(definition, "apis:", "egress: {allow: [127.0.0.0/8]}\napis:", 1)})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	a := b.invoke(ctx, get("/a"))
	if ctx.Err() != nil {
		t.Error("the answer came too late")
	}
	const want = `{"header":{"isSuccessful":false,"resultCode":5040001,"resultMessage":"Gateway Timeout (Upstream ReadTimeout. limit: 60000ms)"}}`
	if a.Status != 504 || a.Body != want {
		t.Errorf("answer %d %s, want 504 %s", a.Status, a.Body, want)
	}
}

// slow is a counter that answers when it is told to give up.
type slow struct{ limit.Counter }

func (slow) Charge(ctx context.Context, _ limit.Charge) (limit.Outcome, error) {
	<-ctx.Done()
	return limit.Outcome{}, ctx.Err()
}

// TestReserve: a tenth of what is left, but 20 to 500 ms, is kept for the answer.
func TestReserve(t *testing.T) {
	for left, want := range map[time.Duration]time.Duration{
		50 * time.Millisecond: 30 * time.Millisecond,
		time.Second:           900 * time.Millisecond,
		time.Minute:           time.Minute - 500*time.Millisecond,
		10 * time.Millisecond: 0,
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, given{definition: members, change: func(o *function.Options) { o.Stores = stores(nil, slow{}) }})
			ctx, cancel := context.WithTimeout(t.Context(), left)
			defer cancel()
			start := time.Now()
			if a := b.invoke(ctx, get("/a")); a.Status != 503 {
				t.Errorf("answer %d %s, want 503 of a store that cannot say", a.Status, a.Body)
			}
			if took := time.Since(start); took != want {
				t.Errorf("answered after %v of %v, want after %v", took, left, want)
			}
		})
	}
}
