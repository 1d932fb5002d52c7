package forward_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
)

// listen serves each connection with handle. When the test ends, every connection is cut and every handler has returned.
func listen(t testing.TB, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, l, handle)
}

func serve(t testing.TB, l net.Listener, handle func(net.Conn)) string {
	var mu sync.Mutex
	var conns []net.Conn
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, c)
			mu.Unlock()
			running.Go(func() { defer c.Close(); handle(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range conns {
			c.Close()
		}
		mu.Unlock()
		running.Wait()
	})
	return l.Addr().String()
}

// readRequest reads the bytes of one request whose body, if any, has a Content-Length.
func readRequest(r *bufio.Reader) (string, error) {
	var head bytes.Buffer
	length := 0
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		head.WriteString(line)
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "Content-Length") {
			if _, err := fmt.Sscan(value, &length); err != nil {
				return "", err
			}
		}
		if line == "\r\n" {
			body := make([]byte, length)
			_, err := io.ReadFull(r, body)
			return head.String() + string(body), err
		}
	}
}

// recorder answers every request with the same bytes and keeps the requests.
type recorder struct {
	answer string
	mu     sync.Mutex
	got    []string
	conns  int
}

func (b *recorder) handle(c net.Conn) {
	b.mu.Lock()
	b.conns++
	b.mu.Unlock()
	for r := bufio.NewReader(c); ; {
		request, err := readRequest(r)
		if err != nil {
			return
		}
		b.mu.Lock()
		b.got = append(b.got, request)
		b.mu.Unlock()
		if _, err := io.WriteString(c, b.answer); err != nil {
			return
		}
	}
}

func (b *recorder) requests() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.got
}

func (b *recorder) connections() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.conns
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// says answers the first request with text and closes the connection.
func says(text string) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := readRequest(bufio.NewReader(c)); err == nil {
			_, _ = io.WriteString(c, text)
		}
	}
}

// silent takes a request, tells it and waits for the other side to leave.
func silent(got chan<- struct{}) func(net.Conn) {
	return func(c net.Conn) {
		r := bufio.NewReader(c)
		if _, err := readRequest(r); err == nil && got != nil {
			got <- struct{}{}
		}
		_, _ = r.ReadByte()
	}
}

func loopback() forward.Guard {
	return forward.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
}

func client() *forward.Client { return forward.NewClient(loopback(), nil) }

func get(address string) *gateway.Outbound {
	return &gateway.Outbound{Method: http.MethodGet, Scheme: "http", Authority: address, Path: "/", Header: http.Header{}}
}

func kindOf(err error) fault.Kind {
	if err == nil {
		return ""
	}
	return fault.From(err).Kind
}

func limits(timeout time.Duration) forward.Limits {
	return forward.Limits{Timeout: timeout, Size: 1 << 20}
}

func exchange(header http.Header) *gateway.Exchange {
	return &gateway.Exchange{
		Request: &gateway.Request{
			Method: http.MethodGet, Scheme: "https", Host: "api.example.com", Path: "/members/1", RawQuery: "a=1&a=2&b=%2F",
			Header: header, Received: time.Unix(1_700_000_000, 0),
		},
		Client: netip.MustParseAddr("203.0.113.9"),
		API:    &gateway.API{Name: "members"},
	}
}
