package dynamo

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"postern/shared/forward"
)

const askAgain = time.Second

// Breaker is a forward.Breaker in the state table: one item a backend, in which the failures of all environments add up.
//
// A closed circuit is never read. An environment learns that it opened from the answer to its next own failure, and that it
// closed by asking, at most once a second. Failures are in a row while no environment that reported one has had an answer
// since; one that reported none writes nothing. Of a circuit with a window, answers are never written, and failures count for
// nine tenths of it at least. It is safe for concurrent use.
type Breaker struct {
	table *Table
	now   func() time.Time

	mu       sync.Mutex
	circuits map[string]*circuit
}

// circuit is what this environment knows of a backend.
type circuit struct {
	until   time.Time // open until then; zero: closed
	asked   time.Time // when the state was last asked for
	unknown error     // what came instead of it
	failing []string  // attributes that count failures
}

var _ forward.Breaker = (*Breaker)(nil)

// NewBreaker keeps circuits in t, by the clock now.
func NewBreaker(t *Table, now func() time.Time) *Breaker {
	return &Breaker{table: t, now: now, circuits: map[string]*circuit{}}
}

// Allow implements forward.Breaker. A state that cannot be found out is not asked for again within a second: all calls have
// the same error.
func (b *Breaker) Allow(ctx context.Context, c forward.Circuit) (forward.Pass, error) {
	p := forward.Pass{Began: b.now().Round(0)} // an environment that was frozen trusts the wall clock alone
	var err error
	if p.State, err = b.known(c.Backend, p.Began); p.State == forward.Trial {
		err = b.ask(ctx, c, &p)
	}
	return p, err
}

// known is the state without asking. Trial: it is half-open, and the caller must ask. Others do not for a while: to them, it
// is busy.
func (b *Breaker) known(backend string, now time.Time) (forward.State, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.circuit(backend)
	switch since := now.Sub(s.asked); {
	case s.until.IsZero():
		return forward.Closed, nil
	case now.Before(s.until):
		return forward.Open, nil
	case 0 <= since && since < askAgain:
		return forward.Busy, s.unknown
	}
	s.asked = now
	return forward.Trial, nil
}

// ask finds out the state, and claims the trial where it is free. A client that leaves does not end it, lest it takes the
// trial with it.
func (b *Breaker) ask(ctx context.Context, c forward.Circuit, p *forward.Pass) error {
	alive := context.WithoutCancel(ctx)
	if end, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		alive, cancel = context.WithDeadline(alive, end)
		defer cancel()
	}
	found, err := b.table.get(alive, breakerKey(c), true)
	if p.State = stateOf(found, p.Began); err == nil && p.State == forward.Trial {
		found, err = b.claim(alive, c, p)
	}
	b.learn(c.Backend, func(s *circuit) {
		if s.unknown = err; err == nil {
			s.read(found)
		}
	})
	return err
}

// claim takes the trial, unless another is faster.
func (b *Breaker) claim(ctx context.Context, c forward.Circuit, p *forward.Pass) (item, error) {
	id := attemptID(rand.Uint64())
	found, _, err := b.send(ctx, c, update{
		set:       "SET #trial = :end, #holder = :me",
		condition: "#open <= :now AND (attribute_not_exists(#trial) OR #trial <= :now)",
		values:    item{":end": millis(p.Began.Add(c.Trial)), ":me": text(id), ":now": millis(p.Began)},
	})
	if textOf(found[holderAttribute]) == id {
		p.State, p.ID = forward.Trial, id
	} else {
		p.State = stateOf(found, p.Began)
	}
	return found, err
}

// learn has f change what is known of a backend.
func (b *Breaker) learn(backend string, f func(*circuit)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(b.circuit(backend))
}

// circuit needs the lock.
func (b *Breaker) circuit(backend string) *circuit {
	s := b.circuits[backend]
	if s == nil {
		s = &circuit{}
		b.circuits[backend] = s
	}
	return s
}
