package dynamo

import (
	"context"
	"slices"
	"time"

	"postern/shared/limit"
)

// Refund implements limit.Counter. A unit of a lease goes back to it; no call is made.
func (c *Counter) Refund(ctx context.Context, h limit.Handle) error {
	if u, ok := c.units.find(h.ID); ok {
		u.giveBack()
		return nil
	}
	b := booking{id: h.ID, owner: h.Owner, at: h.At, windows: h.Windows, periods: h.Periods}
	for range b.windows {
		b.units = append(b.units, h.Units)
	}
	return c.giveBack(ctx, b)
}

// giveBack returns the units of a booking that was charged, or may have been: its periods are nil then. It does so once, and
// bars copies of the charge that are on their way.
func (c *Counter) giveBack(ctx context.Context, b booking) error {
	now, unknown := c.options.Now(), b.periods == nil
	b.units = slices.Clone(b.units)
	b.leaveOut(now)
	for range mostTrips {
		view, done, err := c.send(ctx, &b, b.refund(now), 3)
		if err != nil || done {
			return err
		}
		mark, charged := view[marker(b.id)]
		switch {
		case charged && mark < 0, !charged && !unknown:
			return nil
		case charged:
			b.dropUnfit(view, now)
			continue
		}
		if _, done, err = c.send(ctx, &b, b.bar(now, c.exp(b.owner, now)), 3); err != nil || done {
			return err
		}
	}
	return errContended
}

// send is a write of b that clears nothing away.
func (c *Counter) send(ctx context.Context, b *booking, e *expression, attempts int) (view reading, held bool, err error) {
	r, err := c.table.update(ctx, e.update(counterKey(b.owner)), attempts)
	if err != nil {
		return nil, false, err
	}
	c.mu.Lock()
	o, known := c.owners.Peek(b.owner)
	c.mu.Unlock()
	if known {
		return o.see(r, nil), r.held, nil
	}
	return newReading(r.item), r.held, nil
}

// refund is the write that gives b back. The marker stays, negative: no copy of b's charge is carried out after it.
func (b *booking) refund(now time.Time) *expression {
	e := newExpression()
	mark, zero := e.name(marker(b.id)), e.number(0)
	e.where("%s > %s", mark, zero)
	for i, m := range b.units {
		if m == 0 {
			continue
		}
		w, period := &b.windows[i], b.periods[i]
		switch w.Shape {
		case limit.Rate:
			arrivalName, sinceName := rateAttributes(w)
			arrival := e.name(arrivalName)
			e.set("%s = %s - %s", arrival, arrival, e.number(m*w.Step()))
			e.where("%s = %s AND %s > %s", e.name(sinceName), e.number(period), arrival, e.number(now.UnixNano()))
		case limit.FirstCall:
			endName, usedName := firstCallAttributes(w)
			used := e.name(usedName)
			e.set("%s = %s - %s", used, used, e.number(m))
			e.where("%s = %s AND %s >= %s", e.name(endName), e.number(period/int64(time.Millisecond)), used, e.number(m))
		default:
			used := e.name(calendarAttribute(w, period))
			e.set("%s = %s - %s", used, used, e.number(m))
			e.where("%s >= %s", used, e.number(m))
		}
	}
	e.set("%s = %s", mark, e.number(-now.Add(markTime).Unix()))
	return e
}

// bar is the write that keeps copies of b's charge, of which none has arrived, from being carried out.
func (b *booking) bar(now time.Time, exp int64) *expression {
	e := newExpression()
	mark := e.name(marker(b.id))
	e.set("%s = %s", mark, e.number(-now.Add(markTime).Unix()))
	e.set("%s = %s", e.name(TTLAttribute), e.number(exp))
	e.where("attribute_not_exists(%s)", mark)
	return e
}

// leaveOut drops what is over by the clock, and what was charged in a period that nobody knows. A calendar tells it.
func (b *booking) leaveOut(now time.Time) {
	known := b.periods != nil
	if !known {
		b.periods = make([]int64, len(b.windows))
	}
	for i := range b.windows {
		w := &b.windows[i]
		if !known && w.Shape == limit.Calendar {
			b.periods[i] = w.End(b.at).UnixNano()
		}
		over := w.Quota() && b.periods[i] <= now.UnixNano()
		if over || b.periods[i] == 0 {
			b.units[i] = 0
		}
	}
}

// dropUnfit drops what the item, as it was found, can no longer take back.
func (b *booking) dropUnfit(view reading, now time.Time) {
	for i := range b.windows {
		if !b.fits(i, view, now) {
			b.units[i] = 0
		}
	}
}

func (b *booking) fits(i int, view reading, now time.Time) bool {
	w, period := &b.windows[i], b.periods[i]
	s := view.state(w, now)
	switch w.Shape {
	case limit.Rate:
		return s.Since == period && s.End > now.UnixNano()
	case limit.FirstCall:
		return s.End == period && s.Used >= b.units[i]
	default:
		return view[calendarAttribute(w, period)] >= b.units[i]
	}
}
