package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"postern/shared/limit"
)

// chargeLeased is a charge of units that are in hand, or that are asked for together with those that will be wanted soon.
func (c *Counter) chargeLeased(ctx context.Context, o *owner, ch limit.Charge) (limit.Outcome, error) {
	l, surplus := o.lease(ch.Windows, ch.At)
	_ = c.release(ctx, surplus)
	if out, ok := c.spend(l, &ch); ok {
		return out, nil
	}
	select {
	case l.trip <- struct{}{}:
		defer func() { <-l.trip }()
	case <-ctx.Done():
		return limit.Outcome{}, fmt.Errorf("dynamo: lease: %w", ctx.Err())
	}
	if out, ok := c.spend(l, &ch); ok { // somebody else made the trip
		return out, nil
	}
	if l.late(ch.At) {
		return c.chargeOne(ctx, o, ch)
	}
	return c.extend(ctx, l, ch)
}

// extend asks the table for more, and spends of it.
func (c *Counter) extend(ctx context.Context, l *lease, ch limit.Charge) (limit.Outcome, error) {
	o, a := l.owner, l.request(ch)
	refused, err := c.book(ctx, o, a)
	if err != nil {
		o.lose(a.booking)
		return limit.Outcome{}, err
	}
	defer c.reclaim(ctx, o)
	defer c.tidy(ctx, o, ch.At)
	if refused != none {
		return c.refusal(o, a, refused), nil
	}
	l.take(a)
	if out, ok := c.spend(l, &ch); ok {
		return out, nil
	}
	return c.chargeOne(ctx, o, ch) // booked by a copy so long ago that it cannot be spent
}

// spend is what becomes of a charge without a call; false: it takes one.
func (c *Counter) spend(l *lease, ch *limit.Charge) (limit.Outcome, bool) {
	l.owner.mu.Lock()
	defer l.owner.mu.Unlock()
	if u, known := c.units.find(ch.ID); known {
		return limit.Outcome{OK: true, Left: l.left(ch.At), Handle: u.handle}, true
	}
	out, ok := l.spend(ch)
	if out.OK {
		c.units.add(&unit{lease: l, handle: out.Handle})
	}
	return out, ok
}

// reclaim gives back one lease whose answer was lost: the table answers again.
func (c *Counter) reclaim(ctx context.Context, o *owner) {
	o.mu.Lock()
	if len(o.lost) == 0 {
		o.mu.Unlock()
		return
	}
	b := o.lost[0]
	o.lost = o.lost[1:]
	o.mu.Unlock()
	if err := c.giveBack(ctx, b); err != nil {
		o.lose(b)
	}
}

// release gives bookings back to the table.
func (c *Counter) release(ctx context.Context, bookings []booking) error {
	var failed error
	for _, b := range bookings {
		failed = errors.Join(failed, c.giveBack(ctx, b))
	}
	return failed
}

// Close gives back what is booked and was not asked for, until ctx ends. What does not come back is lost until its window
// ends. The counter may be used afterwards.
func (c *Counter) Close(ctx context.Context) error {
	c.mu.Lock()
	owners := c.owners.Values()
	c.mu.Unlock()
	var failed error
	for _, o := range owners {
		failed = errors.Join(failed, c.release(ctx, o.leave(c.options.Now())))
	}
	return failed
}

// request asks for what will be wanted soon. It locks.
func (l *lease) request(ch limit.Charge) *ask {
	l.owner.mu.Lock()
	defer l.owner.mu.Unlock()
	held, kept := make([]int64, len(l.windows)), markTime+time.Second
	for i := range l.windows {
		held[i] = l.held(i, ch.At)
		if l.windows[i].Quota() {
			kept = leaseMark
		}
	}
	b := booking{id: rand.Uint64(), owner: ch.Owner, at: ch.At, windows: l.windows, until: ch.At.Add(kept).Unix()}
	return newAsk(b, l.next(ch.Units, ch.At), ch.Units, held)
}

// lease is what is held of these windows, and what is to go back of it after a pause.
func (o *owner) lease(windows []limit.Window, at time.Time) (l *lease, surplus []booking) {
	o.mu.Lock()
	defer o.mu.Unlock()
	i := slices.IndexFunc(o.leases, func(l *lease) bool { return slices.Equal(l.windows, windows) })
	if i < 0 {
		l = newLease(o, windows)
		o.leases = append(o.leases, l)
		return l, nil
	}
	if l = o.leases[i]; l.idle(at) {
		surplus = l.drain(at)
	}
	return l, surplus
}

// outdated is what is held of the counters of these windows by other limits: one that is lowered is lowered at once.
func (o *owner) outdated(windows []limit.Window, at time.Time) (all []booking) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.leases = slices.DeleteFunc(o.leases, func(l *lease) bool {
		if !slices.ContainsFunc(windows, l.outdatedBy) {
			return false
		}
		all = append(all, l.drain(at)...)
		return true
	})
	return all
}

// leave is all that is held, and what may be.
func (o *owner) leave(at time.Time) []booking {
	o.mu.Lock()
	defer o.mu.Unlock()
	all := o.lost
	o.lost = nil
	for _, l := range o.leases {
		all = append(all, l.drain(at)...)
	}
	return all
}

// lose notes a lease of unknown outcome. One of rates alone is over before anybody could give it back.
func (o *owner) lose(b booking) {
	if !slices.ContainsFunc(b.windows, func(w limit.Window) bool { return w.Quota() }) {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.lost) < mostLost {
		o.lost = append(o.lost, b)
	}
}
