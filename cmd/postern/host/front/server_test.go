package front_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/cmd/postern/host/front"
)

// serve opens a door and says where.
func serve(t *testing.T, d front.Door) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &front.Server{Door: d}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		if err := <-done; err != nil {
			t.Errorf("Serve = %v, want nil after Close", err)
		}
		if err := s.Serve(l); err != nil {
			t.Errorf("Serve after Close = %v, want nil", err)
		}
	})
	return l.Addr().String()
}

// talk writes all that a client has to say, and is what it got.
func talk(t *testing.T, d front.Door, raw string) string {
	t.Helper()
	c, err := net.Dial("tcp", serve(t, d))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	go func() {
		_, _ = io.WriteString(c, raw)
		_ = c.(*net.TCPConn).CloseWrite()
	}()
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatalf("%v after %q", err, got)
	}
	return string(got)
}

// flat is an answer without what differs each time: "STATUS|HEADER|…||BODY".
func flat(answer string) string {
	head, body, _ := strings.Cut(answer, "\r\n\r\n")
	head = regexp.MustCompile(`\r\n(Date: ..., .*GMT|Connection: .*)`).ReplaceAllString(head, "")
	return strings.TrimPrefix(strings.ReplaceAll(head, "\r\n", "|"), "HTTP/1.1 ") + "||" + body
}

func TestServer(t *testing.T) {
	alb := &front.ALB{Invoke: func(event []byte) ([]byte, error) {
		path := regexp.MustCompile(`"path":"([^"]*)"`).FindSubmatch(event)[1]
		return []byte(`{"statusCode":200,"isBase64Encoded":true,"headers":{},"body":"` + b64(string(path)) + `"}`), nil
	}}
	alive := func(body string) string { return "\r\nConnection: keep-alive\r\n\r\n" + body }
	closed := func(body string) string { return "\r\nConnection: close\r\n\r\n" + body }
	tests := []struct {
		name, raw string
		want      []string // in this order, between other things; then nothing
	}{
		{
			"two requests", wire("POST /1 HTTP/1.1\nHost: h\nContent-Length: 1", "x") + wire("POST /2 HTTP/1.1\nHost: h\nTransfer-Encoding: chunked", "1\r\nx\r\n0\r\n\r\n"),
			[]string{alive("/1"), alive("/2")},
		},
		{"last one", wire("GET /1 HTTP/1.1\nHost: h\nConnection: Close", "") + wire("GET /2 HTTP/1.1\nHost: h", ""), []string{closed("/1")}},
		{
			"ambiguous", wire("POST /1 HTTP/1.1\nHost: h\nContent-Length: 9\nTransfer-Encoding: chunked", "0\r\n\r\n") + wire("GET /2 HTTP/1.1\nHost: h", ""),
			[]string{closed("/1")},
		},
		{"body of a GET", wire("GET /1 HTTP/1.1\nHost: h\nContent-Length: 1", "x") + wire("GET /2 HTTP/1.1\nHost: h", ""), []string{closed("/1")}},
		{"old client", wire("GET /1 HTTP/1.0", "") + wire("GET /2 HTTP/1.0", ""), []string{closed("/1")}},
		{"HEAD", wire("HEAD /1 HTTP/1.1\nHost: h", ""), []string{"Content-Length: 2", alive("")}},
		{"expected", wire("POST /1 HTTP/1.1\nHost: h\nExpect: 100-Continue\nContent-Length: 1", "x"), []string{"HTTP/1.1 100 Continue\r\n\r\n", alive("/1")}},
		{"bare line feeds", "GET /1 HTTP/1.1\nHost: h\n\n", []string{alive("/1")}},
		{"after a refusal", wire("GET /1 HTTP/9.9\nHost: h", "") + wire("GET /2 HTTP/1.1\nHost: h", ""), []string{"505", closed("<html>"), "</html>\r\n"}},
		{"half a line", "GET / HT", nil},
		{"half a head", "GET / HTTP/1.1\r\nHost: h\r\n", nil},
		{"half a body", wire("POST / HTTP/1.1\nHost: h\nContent-Length: 2", "x"), []string{"400 Bad Request", "</html>\r\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := talk(t, alb, tt.raw)
			rest := got
			for _, want := range tt.want {
				_, after, ok := strings.Cut(rest, want)
				if !ok {
					t.Fatalf("the client got\n%s\nwant %q next", got, want)
				}
				rest = after
			}
			if rest != "" {
				t.Errorf("the client got %q after what it should", rest)
			}
		})
	}
}

func TestServerListenerFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := (&front.Server{Door: &front.ALB{}}).Serve(l); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve = %v, want %v", err, net.ErrClosed)
	}
}

func TestLog(t *testing.T) {
	var log bytes.Buffer
	alb := &front.ALB{
		Invoke: func([]byte) ([]byte, error) { return nil, errors.New("it crashed") },
		Log:    slog.New(slog.NewTextHandler(&log, nil)),
	}
	talk(t, alb, wire("GET / HTTP/1.1\nHost: h", ""))
	if !strings.Contains(log.String(), `status=502 why="it crashed"`) {
		t.Errorf("the log says %q", log.String())
	}
}
