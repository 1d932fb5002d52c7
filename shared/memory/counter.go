package memory

import (
	"context"
	"errors"
	"sync"
	"time"

	"postern/shared/limit"
)

const (
	// grace is how long a period is kept after its end, for requests that were received before it and come late.
	grace = 5 * time.Second
	// sweep is how many owners are looked at whenever a new one comes: those that are over leave faster than new ones come.
	sweep = 8
)

// errFull is the answer to a new owner when there are too many.
var errFull = errors.New("memory: too many owners are counted")

// Counter is a limit.Counter in the process. It is safe for concurrent use; NewCounter makes one. It runs nothing in the
// background: what is over leaves as new owners come.
type Counter struct {
	Max int // owners at most; a new one beyond them is an error. NewCounter sets a million

	mu       sync.Mutex
	owners   map[string]*owner
	attempts attempts
}

var _ limit.Counter = (*Counter)(nil)

// NewCounter is a counter of nobody.
func NewCounter() *Counter {
	return &Counter{Max: 1e6, owners: map[string]*owner{}, attempts: newAttempts()}
}

// Charge implements limit.Counter.
func (c *Counter) Charge(_ context.Context, ch limit.Charge) (limit.Outcome, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o, err := c.owner(ch.Owner, ch.At)
	if err != nil {
		return limit.Outcome{}, err
	}
	o.drop(ch.At)
	var few [8]int
	slots := o.find(ch.Windows, ch.At, few[:0])
	n := len(slots)
	numbers := make([]int64, 2*n)
	out := limit.Outcome{OK: true, Left: numbers[:n:n]}
	if before, known := c.attempts.find(ch.ID); known {
		out.Handle = limit.Handle{Charge: ch, Periods: before.periods}
	} else if i := o.refusing(&ch, slots); i >= 0 {
		out.OK, out.Refused, out.Until = false, i, ch.Windows[i].Until(o.slots[slots[i]].State, ch.Units)
	} else {
		out.Handle = limit.Handle{Charge: ch, Periods: numbers[n:]}
		o.charge(&out.Handle, slots)
		c.attempts.set(ch.ID, attempt{periods: numbers[n:]})
	}
	for i, j := range slots {
		out.Left[i] = ch.Windows[i].Left(o.slots[j].State, ch.At)
	}
	return out, nil
}

// Refund implements limit.Counter.
func (c *Counter) Refund(_ context.Context, h limit.Handle) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	o, known := c.owners[h.Owner]
	a, charged := c.attempts.find(h.ID)
	if !known || !charged || a.refunded {
		return nil
	}
	a.refunded = true
	c.attempts.set(h.ID, a)
	for i, period := range a.periods {
		w := &h.Windows[i]
		if j := o.slot(w, period); j >= 0 {
			o.slots[j].State = w.Refunded(o.slots[j].State, period, h.Units)
		}
	}
	return nil
}

// owner is the owner of this key, a new one if need be.
func (c *Counter) owner(key string, at time.Time) (*owner, error) {
	if o, ok := c.owners[key]; ok {
		return o, nil
	}
	looked := 0
	for key, o := range c.owners {
		if o.drop(at); len(o.slots) == 0 {
			delete(c.owners, key)
		}
		if looked++; looked == sweep {
			break
		}
	}
	if len(c.owners) >= c.Max {
		return nil, errFull
	}
	o := &owner{}
	c.owners[key] = o
	return o, nil
}

// owner is the periods of one owner's windows that are not over.
type owner struct{ slots []slot }

type slot struct {
	name  string
	shape limit.Shape
	unit  limit.Unit
	limit.State
}

func (o *owner) drop(at time.Time) {
	over := at.Add(-grace).UnixNano()
	kept := o.slots[:0]
	for i := range o.slots {
		if o.slots[i].End > over {
			kept = append(kept, o.slots[i])
		}
	}
	o.slots = kept
}

// find appends the slot of each window at this time, a new one if need be.
func (o *owner) find(windows []limit.Window, at time.Time, slots []int) []int {
	for i := range windows {
		w := &windows[i]
		var period int64
		if w.Shape == limit.Calendar {
			period = w.End(at).UnixNano()
		}
		j := o.slot(w, period)
		if j < 0 {
			j = len(o.slots)
			o.slots = append(o.slots, slot{w.Name, w.Shape, w.Unit, limit.State{End: period}})
		}
		slots = append(slots, j)
	}
	return slots
}

// refusing is the first window that refuses the charge, -1 if all admit it.
func (o *owner) refusing(ch *limit.Charge, slots []int) int {
	for i, j := range slots {
		if ch.Windows[i].Left(o.slots[j].State, ch.At) < ch.Units {
			return i
		}
	}
	return -1
}

func (o *owner) charge(h *limit.Handle, slots []int) {
	for i, j := range slots {
		w, s := &h.Windows[i], &o.slots[j].State
		*s = w.Charged(*s, h.At, h.Units)
		h.Periods[i] = w.Period(*s)
	}
}

// slot is where the window is counted, -1 if nowhere: a calendar has one for each of its units.
func (o *owner) slot(w *limit.Window, period int64) int {
	for j := range o.slots {
		s := &o.slots[j]
		if s.shape == w.Shape && s.name == w.Name && s.unit == w.Unit && (s.shape != limit.Calendar || s.End == period) {
			return j
		}
	}
	return -1
}
