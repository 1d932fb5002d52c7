package memory

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"postern/shared/forward"
)

var _ forward.Breaker = (*Breaker)(nil)

// Breaker knows the failures that this process saw. The zero value is ready; it is safe for concurrent use.
type Breaker struct {
	Now func() time.Time // nil: time.Now

	mu       sync.Mutex
	circuits map[string]*circuit
}

// circuit is the state of one backend. It is open from its threshold on until a trial goes well.
type circuit struct {
	failures []time.Time // the last ones: in a row, or within the window
	until    time.Time   // no call before; zero: closed
	trial    time.Time   // until when a trial is taken; zero: none is
	taken    uint64      // trials so far
	closed   time.Time   // last: what began before says nothing of now
}

func (b *Breaker) circuit(name string) *circuit {
	s := b.circuits[name]
	if s == nil {
		s = &circuit{}
		if b.circuits == nil {
			b.circuits = make(map[string]*circuit)
		}
		b.circuits[name] = s
	}
	return s
}

func (b *Breaker) now() time.Time {
	if b.Now == nil {
		b.Now = time.Now
	}
	return b.Now()
}

// Allow is forward.Breaker's. It never fails.
func (b *Breaker) Allow(_ context.Context, c forward.Circuit) (forward.Pass, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, p := b.circuit(c.Backend), forward.Pass{Began: b.now()}
	switch {
	case s.until.IsZero():
		p.State = forward.Closed
	case p.Began.Before(s.until):
		p.State = forward.Open
	case p.Began.Before(s.trial):
		p.State = forward.Busy
	default:
		s.taken++
		s.trial = p.Began.Add(c.Trial)
		p.State, p.ID = forward.Trial, s.id()
	}
	return p, nil
}

func (s *circuit) id() string { return strconv.FormatUint(s.taken, 10) }

// Report is forward.Breaker's. It never fails.
func (b *Breaker) Report(_ context.Context, c forward.Circuit, p forward.Pass, o forward.Outcome) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	s, now := b.circuit(c.Backend), b.now()
	switch {
	case p.State == forward.Trial:
		if p.ID == s.id() && !s.trial.IsZero() {
			s.tried(c, o, now)
		}
	case s.until.IsZero() && !p.Began.Before(s.closed):
		s.called(c, o, now)
	}
	return nil
}

// tried ends a trial. One that says nothing leaves it to the next call.
func (s *circuit) tried(c forward.Circuit, o forward.Outcome, now time.Time) {
	s.trial = time.Time{}
	switch {
	case c.Failed(o):
		s.until = now.Add(c.Open)
	case c.Answered(o):
		*s = circuit{taken: s.taken, closed: now}
	}
}

// called counts a call of a closed circuit. An answer ends a row, but no window.
func (s *circuit) called(c forward.Circuit, o forward.Outcome, now time.Time) {
	switch {
	case c.Answered(o) && c.Window == 0:
		s.failures = nil
	case c.Failed(o):
		if c.Window > 0 {
			s.failures = slices.DeleteFunc(s.failures, func(at time.Time) bool { return now.Sub(at) >= c.Window })
		}
		s.failures = append(s.failures, now)
		if len(s.failures) >= c.Failures {
			s.until = now.Add(c.Open)
		}
	}
}
