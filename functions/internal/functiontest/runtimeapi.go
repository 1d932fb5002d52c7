// Package functiontest builds the functions as they are deployed, runs them as Lambda does, and holds them to their budgets.
// Tests alone import it.
package functiontest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// runtimeAPI is Lambda's Runtime API for one process, over bare TCP: it must cost less than what is measured through it.
type runtimeAPI struct {
	l          net.Listener
	polled     chan time.Time // a process asks for an event
	events     chan string
	answers    chan string // "error: …" where the function failed
	registered chan struct{}
}

func newRuntimeAPI(tb testing.TB) *runtimeAPI {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	a := &runtimeAPI{l, make(chan time.Time, 1), make(chan string), make(chan string, 1), make(chan struct{}, 1)}
	tb.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { a.serve(c); _ = c.Close() }()
		}
	}()
	return a
}

func (a *runtimeAPI) serve(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		q, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		at := time.Now()
		body, err := io.ReadAll(q.Body)
		if err != nil {
			return
		}
		switch path := q.URL.Path; {
		case strings.HasSuffix(path, "/invocation/next"):
			a.polled <- at
			if !a.hand(c) {
				return
			}
		case strings.HasSuffix(path, "/response"), strings.HasSuffix(path, "/error"):
			if strings.HasSuffix(path, "/error") {
				body = append([]byte("error: "), body...)
			}
			a.answers <- string(body)
			_, _ = io.WriteString(c, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
		case strings.HasSuffix(path, "/extension/register"):
			a.registered <- struct{}{}
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: x\r\nContent-Length: 0\r\n\r\n")
		default: // an extension's next event never comes
			_, _ = io.Copy(io.Discard, r)
		}
	}
}

// hand gives the process an event, with three seconds for it.
func (a *runtimeAPI) hand(c net.Conn) bool {
	event, ok := <-a.events
	if !ok {
		return false
	}
	_, err := fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-1\r\nLambda-Runtime-Deadline-Ms: %d\r\n"+
		"Lambda-Runtime-Trace-Id: Root=1-a;Sampled=1\r\nContent-Length: %d\r\n\r\n%s",
		time.Now().Add(3*time.Second).UnixMilli(), len(event), event)
	return err == nil
}
