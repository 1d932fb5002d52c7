//go:build dynamodb

package conformance_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
)

// numberHeader tells the backend which scene a request is of.
const numberHeader = "X-Scene"

// stage is the backend of all scenes: it answers each as the scene says, and keeps what it was sent.
type stage struct {
	address string

	mu       sync.Mutex
	scenes   map[int]*scene
	received map[int][][]byte
}

func newStage(t *testing.T) *stage {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{address: l.Addr().String(), scenes: map[int]*scene{}, received: map[int][][]byte{}}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c) // it ends with the houses, which close their connections
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		serving.Wait()
	})
	return s
}

func (s *stage) serve(c net.Conn) {
	defer c.Close()
	var raw bytes.Buffer
	r := bufio.NewReader(io.TeeReader(c, &raw))
	for {
		q, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, q.Body); err != nil {
			return
		}
		answer := s.answer(q, bytes.Clone(raw.Bytes()))
		raw.Reset()
		if _, err := c.Write(answer); err != nil || q.Close {
			return
		}
	}
}

func (s *stage) answer(q *http.Request, raw []byte) []byte {
	number, _ := strconv.Atoi(q.Header.Get(numberHeader))
	s.mu.Lock()
	s.received[number] = append(s.received[number], raw)
	of := s.scenes[number]
	s.mu.Unlock()
	switch {
	case of == nil:
		return []byte("HTTP/1.1 500 No such scene\r\nContent-Length: 0\r\n\r\n")
	case q.URL.Path == "/before":
		status := map[bool]int{true: 200, false: 403}[number%4 > 0]
		return (&reply{status: status, lines: [][2]string{{"Content-Type", "text/plain"}}, body: "before"}).raw(q.Method)
	}
	return of.reply.raw(q.Method)
}

func (s *stage) open(of *scene) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scenes[of.number] = of
}

func (s *stage) close(of *scene) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.scenes, of.number)
	delete(s.received, of.number)
}

// take is what was received of a scene since the last time.
func (s *stage) take(of *scene) [][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.received[of.number]
	delete(s.received, of.number)
	return all
}
