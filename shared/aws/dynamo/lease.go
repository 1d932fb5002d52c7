package dynamo

import (
	"slices"
	"time"

	"postern/shared/limit"
)

const (
	pause     = time.Second // after it, what is held goes back,
	fewInHand = 4           // unless it is no more than these units of each quota
)

// lease is what this environment holds of the windows of one owner: units that are charged and that nobody asked for yet.
// The owner's lock guards it. Methods that are said to lock do so, the others are called with it.
type lease struct {
	owner   *owner
	windows []limit.Window
	single  []limit.Window // the same as single units are judged
	stocks  []stock        // of each window
	trip    chan struct{}  // full while somebody asks the table for more
	last    booking        // the last write: its marker gives back what is left of it and of those before
	settled bool           // no copy of it is on its way
	size    int64          // units that it was for
	spent   int64          // units since
	used    time.Time      // when something was spent last
}

// stock is the units of one window. A rate's may be spent for a moment only, and are never carried over; a quota's may as long
// as its period lasts, whatever write they came by.
type stock struct {
	left   int64
	period int64 // of a quota: its end; of a rate: when the last unit would have been there by itself

	from, until int64 // of a rate: decision times that may spend it; from the first, until before the second

	used, own, growth int64 // of a quota, when last seen: units used by all; of those since the time before: own, and all
}

func newLease(o *owner, windows []limit.Window) *lease {
	return &lease{
		owner: o, windows: windows, single: buckets(windows), stocks: make([]stock, len(windows)), trip: make(chan struct{}, 1),
	}
}

// outdatedBy says that the lease holds units of the counter of w by another limit.
func (l *lease) outdatedBy(w limit.Window) bool {
	return slices.ContainsFunc(l.windows, func(own limit.Window) bool {
		return own.Name == w.Name && own.Shape == w.Shape && own.Unit == w.Unit && own != w
	})
}

// held is how many units of a window need not be charged again.
func (l *lease) held(i int, at time.Time) int64 {
	w, s := &l.windows[i], &l.stocks[i]
	switch {
	case w.Shape == limit.Calendar && s.period == w.End(at).UnixNano(), w.Shape == limit.FirstCall && at.UnixNano() < s.period:
		return s.left
	default:
		return 0
	}
}

// spendable is how many units of a window a request may have that was received at this time.
func (l *lease) spendable(i int, at time.Time) int64 {
	s, now := &l.stocks[i], at.UnixNano()
	switch {
	case l.windows[i].Shape != limit.Rate:
		return l.held(i, at)
	case now < s.from || s.until <= now:
		return 0
	default:
		return s.left
	}
}

// early is the window whose units, booked ahead, may not be spent yet: the last that may be.
func (l *lease) early(at time.Time) int {
	found, from := none, at.UnixNano()
	for i := range l.stocks {
		if l.stocks[i].from > from {
			found, from = i, l.stocks[i].from
		}
	}
	return found
}

// spend is what becomes of a charge without a call. False: it takes one.
func (l *lease) spend(ch *limit.Charge) (out limit.Outcome, ok bool) {
	if i := l.early(ch.At); i != none {
		return limit.Outcome{Refused: i, Until: time.Unix(0, l.stocks[i].from).UTC(), Left: l.left(ch.At)}, true
	}
	for i := range l.stocks {
		if l.spendable(i, ch.At) < ch.Units {
			return out, false
		}
	}
	periods := make([]int64, len(l.stocks))
	for i := range l.stocks {
		l.stocks[i].left -= ch.Units
		periods[i] = l.stocks[i].period
	}
	l.spent += ch.Units
	l.used = ch.At
	return limit.Outcome{OK: true, Left: l.left(ch.At), Handle: limit.Handle{Charge: *ch, Periods: periods}}, true
}

// unspend puts units back into the stocks that they came from, and that are still there.
func (l *lease) unspend(h *limit.Handle) {
	for i := range l.stocks {
		if s := &l.stocks[i]; s.period == h.Periods[i] {
			s.left += h.Units
		}
	}
	l.spent -= h.Units
}

// left is how many more units each window would admit, those in hand included.
func (l *lease) left(at time.Time) []int64 {
	left := l.owner.view.left(l.single, at)
	for i := range left {
		left[i] += l.spendable(i, at)
	}
	return left
}

// late says that a request was received in a calendar unit before that which the lease is for. It locks.
func (l *lease) late(at time.Time) bool {
	l.owner.mu.Lock()
	defer l.owner.mu.Unlock()
	for i := range l.windows {
		if w := &l.windows[i]; w.Shape == limit.Calendar && w.End(at).UnixNano() < l.stocks[i].period {
			return true
		}
	}
	return false
}

// take enters what was booked. The marker of the last write is of no more use. It locks.
func (l *lease) take(a *ask) {
	l.owner.mu.Lock()
	defer l.owner.mu.Unlock()
	if l.settled {
		l.owner.mark(l.last.id, nil)
	}
	for i, n := range a.units {
		w, s := &l.windows[i], &l.stocks[i]
		seen := a.seen.state(w, a.at)
		switch {
		case n == 0:
		case a.periods[i] == 0:
			*s = stock{} // charged in a period that nobody knows
		case w.Shape == limit.Rate:
			*s = booked(w, n, seen.End, a)
		default:
			if s.period != seen.End {
				*s = stock{period: seen.End}
			}
			s.left += n
			s.own, s.growth, s.used = n, seen.Used-s.used, seen.Used
		}
	}
	l.last, l.settled, l.size, l.spent, l.used = a.booking, !a.ambiguous, a.size, 0, a.at
}

// booked is the units of a rate, whose bucket is full at a time once they came back. They may be spent from when the smaller
// bucket would admit them. If the answer was lost, others may have booked since: the units are those of their own time.
func booked(w *limit.Window, n, full int64, a *ask) stock {
	smaller := bucket(*w)
	from := full - smaller.Burst*w.Step()
	begin := max(from, a.at.UnixNano())
	if a.found {
		begin = a.at.UnixNano()
	}
	return stock{left: n, period: full, from: from, until: begin + int64(horizon(w))}
}

// drain empties the stocks. What was left of them, if anything, is a booking that the last write's marker gives back.
func (l *lease) drain(at time.Time) []booking {
	b, any := l.last, false
	if b.periods == nil {
		return nil // nothing was ever booked
	}
	b.units, b.periods = make([]int64, len(l.stocks)), slices.Clone(b.periods)
	for i := range l.stocks {
		s := &l.stocks[i]
		if l.windows[i].Shape != limit.Rate {
			b.units[i], b.periods[i] = l.held(i, at), s.period
		} else if at.UnixNano() < s.until {
			b.units[i] = s.left
		}
		any = any || b.units[i] > 0
		*s = stock{}
	}
	if !any {
		return nil
	}
	return []booking{b}
}

// idle says that more is held than a pause like the present one calls for.
func (l *lease) idle(at time.Time) bool {
	if at.Sub(l.used) < pause {
		return false
	}
	for i := range l.stocks {
		if l.windows[i].Quota() && l.held(i, at) > fewInHand {
			return true
		}
	}
	return false
}
