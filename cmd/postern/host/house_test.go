//go:build unix

package host_test

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"postern/cmd/postern/host"
)

// house is a host and what its function printed.
type house struct {
	*host.Host
	t  *testing.T
	mu sync.Mutex
	bytes.Buffer
}

func (h *house) Write(line []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.Buffer.Write(line)
}

func (h *house) printed() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.String()
}

func open(t *testing.T, bootstrap string, f host.Function) *house {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t}
	f.Bootstrap, f.Output, f.Env = self, h, append(f.Env, "BOOTSTRAP="+bootstrap, "GOCOVERDIR="+t.TempDir())
	h.Host = host.New(f)
	t.Cleanup(func() { h.Shutdown(0) })
	return h
}

// tell sends an event and wants an answer.
func (h *house) tell(event string) string {
	h.t.Helper()
	answer, err := h.Invoke([]byte(strconv.Quote(event)))
	if err != nil {
		h.t.Fatalf("Invoke(%s) = %v", event, err)
	}
	return strings.Trim(string(answer), `"`)
}

// fails sends an event and wants a failure of this type.
func (h *house) fails(event, kind string) {
	h.t.Helper()
	answer, err := h.Invoke([]byte(strconv.Quote(event)))
	var failure *host.FunctionError
	if !errors.As(err, &failure) || failure.Type != kind {
		h.t.Errorf("Invoke(%s) = %.40q, %v, want an error of type %s", event, answer, err, kind)
	}
}

// barrier is a server that answers nobody before n ask at once, or release is called.
type barrier struct {
	url   string
	asked chan struct{} // one for each who asks
	open  chan struct{}
	once  sync.Once
}

func (b *barrier) release() { b.once.Do(func() { close(b.open) }) }

func newBarrier(t *testing.T, n int) *barrier {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &barrier{url: "http://" + l.Addr().String() + "/", asked: make(chan struct{}, 100), open: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		if b.asked <- struct{}{}; len(b.asked) == n {
			b.release()
		}
		select {
		case <-b.open:
		case <-q.Context().Done():
		}
	})}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { b.release(); _ = server.Close() })
	return b
}

// begin starts an invocation that is under way when it returns; its error follows.
func (h *house) begin(b *barrier) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := h.Invoke([]byte(strconv.Quote("call " + b.url)))
		done <- err
	}()
	<-b.asked
	return done
}
