package front

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	idle   = time.Minute     // a load balancer's default idle time-out
	linger = 2 * time.Second // for a client that still writes when it is refused
)

// Server serves a door over HTTP/1.1 on a listener, which may be TLS's.
type Server struct {
	Door Door

	mu      sync.Mutex
	closed  bool
	open    map[io.Closer]bool
	serving sync.WaitGroup
}

// Serve answers on l until Close, which makes it return nil.
func (s *Server) Serve(l net.Listener) error {
	if !s.begin(l) {
		return nil
	}
	for {
		c, err := l.Accept()
		switch {
		case err == nil && s.begin(c):
			s.serving.Go(func() { s.connection(c); s.end(c) })
		case s.end(l):
			return err
		default:
			return nil
		}
	}
}

// Close ends all listeners and connections, and waits for what is being answered.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	for c := range s.open {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
}

// begin keeps what Close must close; false: it has been called.
func (s *Server) begin(c io.Closer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = c.Close()
		return false
	}
	if s.open == nil {
		s.open = map[io.Closer]bool{}
	}
	s.open[c] = true
	return true
}

// end closes, and says whether Close has not been called.
func (s *Server) end(c io.Closer) bool {
	_ = c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
	return !s.closed
}

func (s *Server) connection(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		if err := c.SetDeadline(time.Now().Add(idle)); err != nil {
			return
		}
		q, err := s.read(c, r)
		var refusal *Refusal
		if errors.As(err, &refusal) {
			if s.Door.Refuse(refusal).write(c, q, true) == nil {
				drain(c)
			}
			return
		}
		if err != nil {
			return
		}
		a := s.Door.Answer(q)
		if err := c.SetDeadline(time.Now().Add(idle)); err != nil {
			return
		}
		last := q.Ambiguous || q.Proto == "HTTP/1.0" || q.has("Connection", "close")
		if a.write(c, q, last) != nil || last {
			return
		}
	}
}

// read is a whole request. Where it is refused, it may be there in part.
func (s *Server) read(c net.Conn, r *bufio.Reader) (*Request, error) {
	q, err := readHead(r, s.Door.Limits())
	if err != nil {
		return q, err
	}
	if peer, err := netip.ParseAddrPort(c.RemoteAddr().String()); err == nil {
		q.Peer = peer.Addr().Unmap()
	}
	_, q.Secure = c.(*tls.Conn)
	if q.has("Expect", "100-continue") {
		if _, err := io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
			return q, err
		}
	}
	return q, q.readBody(r, s.Door.Limits())
}

// drain takes what a client still writes: closing at once would reset the connection, and take the answer from it.
func drain(c net.Conn) {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	_ = c.SetDeadline(time.Now().Add(linger))
	_, _ = io.Copy(io.Discard, c)
}
