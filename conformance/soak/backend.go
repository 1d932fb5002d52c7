//go:build dynamodb && linux

package soak

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// keep is how long the backend keeps a connection: frozen environments come back to closed ones.
const keep = 700 * time.Millisecond

// nobody is where no backend listens.
const nobody = "127.0.0.77:9"

// backend answers as the first part of the path says, and notes what it gets.
type backend struct {
	address string
	server  *http.Server

	mu  sync.Mutex
	got map[string][]arrival // by the id, which ends each path
}

// arrival is one request at a backend.
type arrival struct {
	at     time.Time
	target string // before the id
}

func openBackend() (*backend, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &backend{address: l.Addr().String(), got: map[string][]arrival{}}
	b.server = &http.Server{Handler: b, IdleTimeout: keep, ReadHeaderTimeout: time.Minute}
	go func() { _ = b.server.Serve(l) }()
	return b, nil
}

// ServeHTTP implements http.Handler.
func (b *backend) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	target, id := path.Split(q.URL.Path)
	b.mu.Lock()
	b.got[id] = append(b.got[id], arrival{time.Now(), target})
	b.mu.Unlock()
	switch kind, _, _ := strings.Cut(q.URL.Path[1:], "/"); kind {
	case "lying":
		panic(http.ErrAbortHandler) // hangs up
	case "slow":
		<-q.Context().Done() // never answers
		return
	case "hold":
		ms, _ := strconv.Atoi(q.URL.Query().Get("ms"))
		time.Sleep(time.Duration(ms) * time.Millisecond)
	}
	body, err := io.ReadAll(q.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprintf(w, "%s %s\n%s", q.Method, q.URL.Path, body)
}
