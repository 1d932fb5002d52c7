package conformance

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// server is a backend: one address, whose behaviour may change.
type server struct {
	address string
	held    io.Closer // its port, as long as the server lives

	mu        sync.Mutex
	listener  net.Listener // nil: it is dead
	behaviour *behaviour
	received  [][]byte
	open      map[net.Conn]bool
	serving   sync.WaitGroup
}

// newServer takes a free port of the loopback interface. Nobody listens there before become.
func newServer() (*server, error) {
	address, held, err := hold()
	if err != nil {
		return nil, err
	}
	return &server{address: address, held: held, open: map[net.Conn]bool{}}, nil
}

// become changes what the backend does from now on.
func (s *server) become(b *behaviour) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviour = b
	switch {
	case b.dead:
		return s.die()
	case s.listener != nil:
		return nil
	}
	l, err := net.Listen("tcp", s.address)
	if err != nil {
		return err
	}
	s.listener = l
	s.serving.Go(func() { s.serve(l) })
	return nil
}

func (s *server) die() error {
	if s.listener == nil {
		return nil
	}
	err := s.listener.Close()
	s.listener = nil
	return err
}

// close drops the listener and every connection, and waits until nothing is served.
func (s *server) close() {
	s.mu.Lock()
	_ = s.die()
	for c := range s.open {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
	_ = s.held.Close()
}

func (s *server) serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		config := s.behaviour.tls
		s.open[c] = true
		s.mu.Unlock()
		s.serving.Go(func() {
			s.exchange(c, config)
			_ = c.Close()
			s.mu.Lock()
			delete(s.open, c)
			s.mu.Unlock()
		})
	}
}

// exchange answers one request, as the backend behaves when it comes. It never keeps a connection, so that a change of behaviour
// holds at once.
func (s *server) exchange(c net.Conn, config *tls.Config) {
	if config != nil {
		c = tls.Server(c, config)
	}
	var raw bytes.Buffer
	q, err := http.ReadRequest(bufio.NewReader(io.TeeReader(c, &raw)))
	if err != nil {
		return
	}
	body, err := io.ReadAll(q.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.received = append(s.received, raw.Bytes())
	b := s.behaviour
	s.mu.Unlock()
	if !b.dead {
		b.answer(c, q, body)
	}
}

// forget starts a new count of what was received.
func (s *server) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = nil
}

// got compares all that was received, but for header fields that the door adds.
func (s *server) got(want []byte, added []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case len(want) == 0 && len(s.received) == 0:
		return nil
	case len(want) == 0:
		return fmt.Errorf("the backend was called %d times, want not at all; the first:\n%s", len(s.received), s.received[0])
	case len(s.received) != 1:
		return fmt.Errorf("the backend was called %d times, want once", len(s.received))
	}
	got := without(s.received[0], added)
	if !bytes.Equal(got, want) {
		return fmt.Errorf("the backend got\n%s\nwant\n%s", got, want)
	}
	return nil
}

// without is a message without the lines of these header fields.
func without(raw []byte, names []string) []byte {
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	lines := bytes.Split(head, []byte("\r\n"))
	lines = slices.DeleteFunc(lines, func(line []byte) bool {
		name, _, _ := bytes.Cut(line, []byte(":"))
		return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, string(name)) })
	})
	return slices.Concat(bytes.Join(lines, []byte("\r\n")), []byte("\r\n\r\n"), body)
}
