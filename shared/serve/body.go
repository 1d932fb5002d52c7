package serve

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

var (
	errBudget = errors.New("serve: the bodies held at once reach their cap")
	errSlow   = errors.New("serve: the body did not arrive in time")
)

const firstRead = 8 << 10 // then doubled: what is only announced costs nothing

// budget is what all bodies together may still take.
type budget struct {
	mu   sync.Mutex
	free int64
}

func (b *budget) take(n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n > b.free {
		return false
	}
	b.free -= n
	return true
}

func (b *budget) give(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free += n
}

// body is the body of one request: read at most once, charged to the server's budget while it is held.
type body struct {
	server  *Server
	reader  io.Reader
	control *http.ResponseController
	held    int64
	over    bool // nothing of it is left on the connection
}

// abandon closes the connection after the answer when the body was not read to its end: net/http would wait for the rest.
func (b *body) abandon(w http.ResponseWriter) {
	if !b.over {
		w.Header().Set("Connection", "close")
		_ = b.control.SetReadDeadline(time.Now())
	}
}

func (b *body) release() { b.server.budget.give(b.held) }

// load reads the whole body, in steps that the budget allows. Its errors are gateway.ErrBodyTooLarge, a fault where the fault
// is not the client's, or what the connection said.
func (b *body) load(limit int64) ([]byte, error) {
	if err := b.control.SetReadDeadline(time.Now().Add(b.server.BodyTimeout)); err != nil {
		return nil, fmt.Errorf("serve: %w", err)
	}
	data, err := b.read(limit)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = errSlow
	}
	if clearErr := b.control.SetReadDeadline(time.Time{}); err == nil {
		err = clearErr
	}
	b.over = err == nil
	return data, err
}

func (b *body) read(limit int64) ([]byte, error) {
	var data []byte
	for {
		if int64(len(data)) > limit {
			return nil, gateway.ErrBodyTooLarge
		}
		if len(data) == cap(data) {
			more := min(max(int64(cap(data)), firstRead), limit+1-int64(len(data)))
			if !b.server.budget.take(more) {
				return nil, fault.New(fault.InternalBusy, nil, errBudget)
			}
			b.held += more
			data = append(make([]byte, 0, int64(cap(data))+more), data...)
		}
		n, err := b.reader.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF && int64(len(data)) <= limit {
			return data, nil
		}
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("serve: %w", err)
		}
	}
}
