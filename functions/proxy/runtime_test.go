package main_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
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
		"Lambda-Runtime-Trace-Id: Root=1-a;Sampled=1\r\nContent-Length: %d\r\n\r\n%s", time.Now().Add(3*time.Second).UnixMilli(), len(event), event)
	return err == nil
}

// invoke is the answer to an event, and how long it took.
func (a *runtimeAPI) invoke(tb testing.TB, event string) (string, time.Duration) {
	tb.Helper()
	start := time.Now()
	select {
	case a.events <- event:
	case <-time.After(10 * time.Second):
		tb.Fatal("the process takes no event")
	}
	select {
	case answer := <-a.answers:
		took := time.Since(start)
		<-a.polled // an invocation is over when the next one is asked for
		return answer, took
	case <-time.After(10 * time.Second):
		tb.Fatal("no answer")
	}
	return "", 0
}

// process is a running bootstrap.
type process struct {
	*runtimeAPI
	cmd    *exec.Cmd
	out    *bytes.Buffer // of its standard output, once it has ended
	ready  time.Duration // from its start to its first poll
	ended  chan struct{}
	failed error
}

// start runs a bootstrap until it asks for its first event.
func start(tb testing.TB, bootstrap string, env ...string) *process {
	tb.Helper()
	p := &process{runtimeAPI: newRuntimeAPI(tb), out: &bytes.Buffer{}, ended: make(chan struct{})}
	p.cmd = exec.Command(bootstrap)
	p.cmd.Stdout, p.cmd.Stderr = p.out, os.Stderr
	p.cmd.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + p.l.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=proxy"}, env...)
	started := time.Now()
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	go func() { p.failed = p.cmd.Wait(); close(p.ended) }()
	tb.Cleanup(p.kill)
	select {
	case at := <-p.polled:
		p.ready = at.Sub(started)
	case <-p.ended:
		tb.Fatalf("the process ended: %v", p.failed)
	case <-time.After(10 * time.Second):
		tb.Fatal("the process asks for no event")
	}
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// tags are those that functions are built with: without the RPC of an older Lambda, and without HTTP/2, which neither Lambda
// nor DynamoDB nor the client of backends speaks.
const tags = "lambda.norpc,nethttpomithttp2"

// build builds a package as it is deployed, once for all tests. change is more tags, or variables of the environment.
func build(tb testing.TB, name, pkg string, change ...string) string {
	tb.Helper()
	path, err := builds.get(name, pkg, change)
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

var builds builder

type builder struct {
	mu    sync.Mutex
	dir   string
	built map[string]error
}

func (b *builder) get(name, pkg string, change []string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	path := filepath.Join(b.dir, name)
	if _, done := b.built[name]; !done {
		cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-tags", tags,
			"-ldflags", "-s -w -buildid=", "-o", path, pkg)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		for _, c := range change {
			if more, ok := strings.CutPrefix(c, "-tags="); ok {
				cmd.Args[5] += "," + more
			} else {
				cmd.Env = append(cmd.Env, c)
			}
		}
		out, err := cmd.CombinedOutput()
		if err != nil {
			err = errors.Join(err, errors.New(string(out)))
		}
		b.built[name] = err
	}
	return path, b.built[name]
}

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "proxy")
	if err != nil {
		panic(err)
	}
	builds = builder{dir: dir, built: map[string]error{}}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}
