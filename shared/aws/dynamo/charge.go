package dynamo

import (
	"context"
	"time"

	"postern/shared/limit"
)

// none says that no window refuses.
const none = -1

// ask is a booking on its way: as many units as are wanted, fewer if there are not so many, but no fewer than are needed.
type ask struct {
	booking
	size, least int64
	held        []int64 // units of each window that need not be charged
	halved      bool
	ambiguous   bool    // a copy may be on its way still
	found       bool    // charged by a copy whose answer was lost
	before      reading // of the item, before it was sent first
	believed    reading // of the item, when last sent
	unsure      bool    // others may keep rates busy that are believed idle
	seen        reading // of the item, by the last answer; nil: there was none
}

func newAsk(b booking, size, least int64, held []int64) *ask {
	a := &ask{booking: b, least: least, held: held}
	a.units = make([]int64, len(b.windows))
	a.resize(size)
	return a
}

func (a *ask) resize(size int64) {
	a.size = size
	for i := range a.units {
		a.units[i] = max(size-a.held[i], 0)
	}
}

// chargeOne is a charge for one request alone.
func (c *Counter) chargeOne(ctx context.Context, o *owner, ch limit.Charge) (limit.Outcome, error) {
	until := ch.At.Add(c.refundable(ctx) + markTime).Unix()
	b := booking{id: ch.ID, owner: ch.Owner, at: ch.At, windows: c.singles(ch.Windows), until: until}
	a := newAsk(b, ch.Units, ch.Units, make([]int64, len(ch.Windows)))
	refused, err := c.book(ctx, o, a)
	if err != nil {
		return limit.Outcome{}, err
	}
	defer c.tidy(ctx, o, ch.At)
	if refused != none {
		return c.refusal(o, a, refused), nil
	}
	if over := ctx.Done(); over != nil && !a.ambiguous {
		o.mu.Lock()
		o.mark(a.id, over)
		o.mu.Unlock()
	}
	handle := limit.Handle{Charge: ch, Periods: a.periods}
	return limit.Outcome{OK: true, Left: a.seen.left(b.windows, ch.At), Handle: handle}, nil
}

// book charges a, all windows or none, and says which window refuses. An error means that the outcome is unknown, or that
// nothing was charged.
func (c *Counter) book(ctx context.Context, o *owner, a *ask) (refused int, err error) {
	a.before = o.seen()
	for range mostTrips {
		e, cleared := o.compose(a, c.exp(a.owner, a.at))
		r, err := c.table.update(ctx, e.update(counterKey(a.owner)), 2)
		a.ambiguous = a.ambiguous || r.ambiguous
		if err != nil {
			return none, err
		}
		a.seen = o.see(r, cleared)
		if _, made := a.seen[marker(a.id)]; r.held || made {
			a.found = !r.held
			a.charged(a.seen)
			return none, nil
		}
		o.learn(a)
		if refused := a.judge(); refused != none {
			return c.confirm(ctx, a, refused)
		}
	}
	return none, errContended
}

// confirm is a refusal of which no copy can be carried out any more. If one was, meanwhile, it is a charge.
func (c *Counter) confirm(ctx context.Context, a *ask, refused int) (int, error) {
	if !a.ambiguous {
		return refused, nil
	}
	view, barred, err := c.send(ctx, &a.booking, a.bar(a.at, c.exp(a.owner, a.at)), 2)
	switch {
	case err != nil:
		return none, err
	case barred || view[marker(a.id)] < 0:
		return refused, nil
	default:
		a.seen, a.found = view, true
		a.charged(view)
		return none, nil
	}
}

// judge is the window that refuses even the least, the first of several. If there is none, a wanted too much, or what it
// believed of the item was wrong: it is ready for another trip.
func (a *ask) judge() int {
	most := a.size
	for i := range a.windows {
		w := &a.windows[i]
		there := a.held[i] + w.Left(a.seen.state(w, a.at), a.at)
		if there < a.least {
			return i
		}
		most = min(most, there)
	}
	switch {
	case most == a.size:
	case a.halved:
		a.resize(a.least)
	default:
		a.halved = true
		a.resize(max(most/2, a.least))
	}
	return none
}

// refusal is a's, by the window of that index. Those whom one rate refused do not come back all at once; who is alone with it
// comes back when there is room.
func (c *Counter) refusal(o *owner, a *ask, refused int) limit.Outcome {
	w := &a.windows[refused]
	until := w.Until(a.seen.state(w, a.at), a.least-a.held[refused])
	o.mu.Lock()
	turned := o.turned
	o.turned++
	o.mu.Unlock()
	if w.Shape == limit.Rate && !until.IsZero() && !a.alone(w) {
		spread := min(min(w.Step(), int64(mostSpread))<<min(turned, 6), int64(mostSpread))
		until = until.Add(time.Duration(c.options.Random(spread)))
	}
	left := a.seen.left(a.windows, a.at)
	for i := range left {
		left[i] += a.held[i]
	}
	return limit.Outcome{Refused: refused, Until: until, Left: left}
}

// alone says that nobody else has charged a rate since it was last seen.
func (a *ask) alone(w *limit.Window) bool {
	arrival, _ := rateAttributes(w)
	before, known := a.before[arrival]
	return known && before == a.seen[arrival]
}

// tidy clears away what has piled up and no charge may come to clear away.
func (c *Counter) tidy(ctx context.Context, o *owner, at time.Time) {
	o.mu.Lock()
	useless := o.useless(at)
	o.mu.Unlock()
	if len(useless) < manyUseless {
		return
	}
	useless = useless[:min(len(useless), mostRemoved)]
	e := newExpression()
	e.where("attribute_exists(%s)", e.name(KeyAttribute)) // or the item would come back, for ever
	e.remove(useless...)
	if r, err := c.table.update(ctx, e.update(counterKey(o.key)), 1); err == nil {
		o.see(r, useless)
	}
}
