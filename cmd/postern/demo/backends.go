package demo

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Backends are servers on free ports of 127.0.0.1, one for each way a backend may behave.
type Backends struct {
	addresses map[string]string
	close     []func()
	wait      sync.WaitGroup
}

// Start starts them all. The caller closes them.
func Start() (*Backends, error) {
	b := &Backends{addresses: map[string]string{}}
	for name, serve := range map[string]func(net.Listener){"ECHO": b.echo, "SLOW": b.slow, "DEAD": nil, "LYING": b.lying} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Close()
			return nil, fmt.Errorf("demo: %w", err)
		}
		b.addresses[name] = l.Addr().String()
		if serve == nil { // nobody listens any more
			_ = l.Close()
			continue
		}
		b.close = append(b.close, func() { _ = l.Close() })
		b.wait.Go(func() { serve(l) })
	}
	return b, nil
}

// Env are the addresses by name, as the definition's ${env:…} asks for them.
func (b *Backends) Env(name string) (string, bool) {
	address, ok := b.addresses[name]
	return address, ok
}

// Close stops them.
func (b *Backends) Close() {
	for _, stop := range b.close {
		stop()
	}
	b.wait.Wait()
}

// echo answers with what it was asked.
func (b *Backends) echo(l net.Listener) {
	b.http(l, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "the backend got %s %s\n", r.Method, r.RequestURI)
	})
}

// slow answers too late for every timeout of the demo.
func (b *Backends) slow(l net.Listener) {
	b.http(l, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(2 * time.Second):
			fmt.Fprintln(w, "at last")
		}
	})
}

// lying listens to a request and hangs up without a word. It reads first: a connection with unread bytes would be reset.
func (b *Backends) lying(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		b.wait.Go(func() {
			_ = c.SetDeadline(time.Now().Add(5 * time.Second))
			_, _ = http.ReadRequest(bufio.NewReader(c))
			_ = c.Close()
		})
	}
}

func (b *Backends) http(l net.Listener, h http.HandlerFunc) {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	_ = s.Serve(l) // ends when l is closed
	_ = s.Close()
}
