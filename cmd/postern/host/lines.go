package host

import (
	"bytes"
	"io"
	"sync"
)

// lines passes on what is written to it, a whole line a call. It belongs to one process.
type lines struct {
	to   io.Writer
	rest []byte
}

func (l *lines) Write(data []byte) (int, error) {
	l.rest = append(l.rest, data...)
	for {
		end := bytes.IndexByte(l.rest, '\n')
		if end < 0 {
			return len(data), nil
		}
		_, _ = l.to.Write(l.rest[:end+1]) // a full disk is no reason to end a function
		l.rest = l.rest[end+1:]
	}
}

// flush passes on the last line when nothing ends it.
func (l *lines) flush() {
	if len(l.rest) > 0 {
		_, _ = l.to.Write(append(l.rest, '\n'))
	}
}

// oneAtATime keeps the lines of several processes apart.
type oneAtATime struct {
	mu sync.Mutex
	to io.Writer
}

func (o *oneAtATime) Write(data []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.to.Write(data)
}
