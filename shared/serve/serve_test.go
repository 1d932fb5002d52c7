package serve_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/serve"
)

// door is a server on a free port whose one step the test chooses.
type door struct {
	t       *testing.T
	address string
	server  *serve.Server
	mu      sync.Mutex
	records []*gateway.Record
}

func open(t *testing.T, o serve.Options, run func(context.Context, *gateway.Exchange) error) *door {
	t.Helper()
	d := &door{t: t}
	api := &gateway.API{
		Steps: []gateway.Step{{Name: "forward", Last: true, Run: run}},
		Render: func(f *fault.Fault, x *gateway.Exchange) *gateway.Response {
			x.Refusal = &gateway.Refusal{Fault: f}
			return &gateway.Response{Status: 400, Body: []byte(f.Kind)}
		},
	}
	g := &gateway.Gateway{
		Find: func(*gateway.Request) *gateway.API { return api }, Now: time.Now,
		Log: func(_ context.Context, r *gateway.Record) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.records = append(d.records, r)
		},
	}
	o.Gateway, o.Log = func() *gateway.Gateway { return g }, slog.New(slog.DiscardHandler)
	d.server = serve.New(o)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d.address = l.Addr().String()
	done := make(chan error, 1)
	go func() { done <- d.server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		_ = d.server.Shutdown(ctx)
		if err := <-done; err != nil {
			t.Errorf("Serve = %v, want nil after Shutdown", err)
		}
	})
	return d
}

// call sends raw bytes and reads one answer; "" is a connection that was cut.
func (d *door) call(raw string) (status int, head http.Header, body string) {
	d.t.Helper()
	c, err := net.Dial("tcp", d.address)
	if err != nil {
		d.t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, raw); err != nil {
		d.t.Fatal(err)
	}
	method, _, _ := strings.Cut(raw, " ")
	a, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		return 0, nil, ""
	}
	defer a.Body.Close()
	data, err := io.ReadAll(a.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	if a.Close {
		_, _ = io.Copy(io.Discard, c) // the server closes when the exchange is over, not when it is answered
	}
	return a.StatusCode, a.Header, string(data)
}

func answer(a gateway.Response) func(context.Context, *gateway.Exchange) error {
	return func(_ context.Context, x *gateway.Exchange) error {
		copied := a
		x.Answer = &copied
		return nil
	}
}

func TestRequestIsAsSent(t *testing.T) {
	tests := []struct {
		name, raw         string
		path, query, host string
	}{
		{"plain", "GET /a/b?x=1 HTTP/1.1\r\nHost: h:81\r\n\r\n", "/a/b", "x=1", "h:81"},
		{"encoded", "GET /a%2Fb/%ED%99%8D?q=%20+&q= HTTP/1.1\r\nHost: h\r\n\r\n", "/a%2Fb/%ED%99%8D", "q=%20+&q=", "h"},
		{"dots and slashes", "GET /a/../b//c HTTP/1.1\r\nHost: h\r\n\r\n", "/a/../b//c", "", "h"},
		{"question mark alone", "GET /a? HTTP/1.1\r\nHost: h\r\n\r\n", "/a", "", "h"},
		{"two question marks", "GET /a?b?c HTTP/1.1\r\nHost: h\r\n\r\n", "/a", "b?c", "h"},
		{"absolute form", "GET http://other/a?x=1 HTTP/1.1\r\nHost: h\r\n\r\n", "/a", "x=1", "other"},
		{"absolute form without path", "GET http://other?x=1 HTTP/1.1\r\nHost: h\r\n\r\n", "/", "x=1", "other"},
		{"asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "*", "", "h"},
		{"HTTP/1.0 without host", "GET /a HTTP/1.0\r\n\r\n", "/a", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := make(chan *gateway.Request, 1)
			d := open(t, serve.Options{}, func(_ context.Context, x *gateway.Exchange) error {
				seen <- x.Request
				x.Answer = &gateway.Response{Status: 204}
				return nil
			})
			if status, _, _ := d.call(tt.raw); status != 204 {
				t.Fatalf("status %d", status)
			}
			got := <-seen
			if got.Path != tt.path || got.RawQuery != tt.query || got.Host != tt.host || got.Scheme != "http" || !got.Client.IsLoopback() {
				t.Errorf("got path %q query %q host %q scheme %q client %v", got.Path, got.RawQuery, got.Host, got.Scheme, got.Client)
			}
		})
	}
}

func TestAnswerIsAsGiven(t *testing.T) {
	type fields = http.Header
	tests := []struct {
		name, method string
		answer       gateway.Response
		body, length string
	}{
		{"body", "GET", gateway.Response{Status: 200, Body: []byte("<html>")}, "<html>", "6"},
		{"empty", "GET", gateway.Response{Status: 200}, "", "0"},
		{"unregistered status", "GET", gateway.Response{Status: 481, Body: []byte("x")}, "x", "1"},
		{"no content", "GET", gateway.Response{Status: 204, Body: []byte("dropped")}, "", ""},
		{"not modified", "GET", gateway.Response{Status: 304, Body: []byte("dropped")}, "", ""},
		{"HEAD keeps the backend's length", "HEAD", gateway.Response{Status: 200, Header: fields{"Content-Length": {"77"}}}, "", "77"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := open(t, serve.Options{}, answer(tt.answer))
			status, head, body := d.call(tt.method + " / HTTP/1.1\r\nHost: h\r\n\r\n")
			if status != tt.answer.Status || body != tt.body || head.Get("Content-Length") != tt.length {
				t.Errorf("got %d %q, length %q", status, body, head.Get("Content-Length"))
			}
			if _, guessed := head["Content-Type"]; guessed {
				t.Errorf("content type %q was guessed", head.Get("Content-Type"))
			}
		})
	}
}

func TestCut(t *testing.T) {
	d := open(t, serve.Options{}, answer(gateway.Response{Status: 500, Cut: true, Body: []byte("never seen")}))
	if status, _, _ := d.call("GET / HTTP/1.1\r\nHost: h\r\n\r\n"); status != 0 {
		t.Errorf("status %d, want a cut connection", status)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.records) != 1 {
		t.Errorf("%d records, want 1", len(d.records))
	}
}

func TestHeadIsLimited(t *testing.T) {
	d := open(t, serve.Options{HeaderBytes: 8 << 10, HeaderTimeout: 100 * time.Millisecond}, answer(gateway.Response{Status: 200}))
	pad := func(n int) string {
		return "GET / HTTP/1.1\r\nHost: h\r\nX-Pad: " + strings.Repeat("x", n) + "\r\n\r\n"
	}
	tests := []struct {
		name, raw string
		status    int
	}{
		{"below", pad(7 << 10), 200},
		{"above", pad(9 << 10), http.StatusRequestHeaderFieldsTooLarge},
		{"never finished", "GET / HTTP/1.1\r\nHost: h\r\n", 0},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
		{"control byte in a value", "GET / HTTP/1.1\r\nHost: a\r\nX-A: \x01\r\n\r\n", 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if status, _, _ := d.call(tt.raw); status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
		})
	}
}

// TestContentLengthBesideChunksIsUnambiguous: chunks win, and what follows them is a request of its own (RFC 9112, 6.3).
func TestContentLengthBesideChunksIsUnambiguous(t *testing.T) {
	seen := make(chan *gateway.Request, 2)
	d := open(t, serve.Options{}, func(ctx context.Context, x *gateway.Exchange) error {
		seen <- x.Request
		return echo(100)(ctx, x)
	})
	_, _, body := d.call("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
	got := <-seen
	if body != "" || got.Header.Get("Content-Length") != "" || got.Header.Get("Transfer-Encoding") != "" {
		t.Errorf("body %q, header %v: two framings went on", body, got.Header)
	}
	if next := <-seen; next.Path != "/next" {
		t.Errorf("what follows is %s, want /next", next.Path)
	}
}

func TestClientThatLeavesCancelsTheExchange(t *testing.T) {
	entered, left := make(chan struct{}), make(chan error, 1)
	d := open(t, serve.Options{}, func(ctx context.Context, x *gateway.Exchange) error {
		close(entered)
		<-ctx.Done()
		left <- ctx.Err()
		return ctx.Err()
	})
	c, err := net.Dial("tcp", d.address)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	<-entered
	_ = c.Close()
	if err := <-left; err != context.Canceled {
		t.Errorf("context ended with %v", err)
	}
}

// TestClientThatTakesNothing does not hold an exchange for ever.
func TestClientThatTakesNothing(t *testing.T) {
	big := answer(gateway.Response{Status: 200, Body: make([]byte, 64<<20)})
	d := open(t, serve.Options{AnswerTimeout: 50 * time.Millisecond}, big)
	c, err := net.Dial("tcp", d.address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		d.mu.Lock()
		records := d.records
		d.mu.Unlock()
		if len(records) == 1 {
			if records[0].SendErr == nil {
				t.Error("the record says nothing of an answer that was not taken")
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the exchange is not over")
		}
	}
}
