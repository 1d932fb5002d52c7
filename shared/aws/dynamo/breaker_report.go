package dynamo

import (
	"context"
	"slices"
	"time"

	"postern/shared/forward"
)

// Report implements forward.Breaker. When its outcome is unknown, a failure may be counted twice or not at all, and a trial
// stays taken until it lapses.
func (b *Breaker) Report(ctx context.Context, c forward.Circuit, p forward.Pass, o forward.Outcome) error {
	switch {
	case p.State == forward.Trial:
		return b.tried(ctx, c, p, o)
	case c.Failed(o):
		return b.failed(ctx, c, p)
	case c.Answered(o):
		return b.answered(ctx, c)
	}
	return nil
}

// tried ends a trial, if it is still the one that is taken. One that says nothing leaves it to the next call, but to no copy
// of a claim that is still on its way: hence the time.
func (b *Breaker) tried(ctx context.Context, c forward.Circuit, p forward.Pass, o forward.Outcome) error {
	now := b.now()
	u := update{condition: "#holder = :me", values: item{":me": text(p.ID)}}
	switch {
	case c.Failed(o):
		u.set, u.remove = "SET #open = :until, #exp = :exp", []string{trialAttribute, holderAttribute}
		u.values[":until"], u.values[":exp"] = millis(now.Add(c.Open)), breakerExp(c, now)
	case c.Answered(o):
		u.set, u.remove = "SET #closed = :now, #exp = :exp", []string{openAttribute, trialAttribute, holderAttribute}
		u.values[":now"], u.values[":exp"] = millis(now), breakerExp(c, now)
	default:
		u.set, u.remove = "SET #trial = :now", []string{holderAttribute}
		u.values[":now"] = millis(now)
	}
	found, _, err := b.send(ctx, c, u)
	if err != nil {
		return err
	}
	b.learn(c.Backend, func(s *circuit) {
		*s = circuit{}
		s.read(found)
	})
	return nil
}

// mayCount is what lets a failure count: the circuit is closed, and was so when the call began.
const mayCount = "attribute_not_exists(#open) AND (attribute_not_exists(#closed) OR #closed <= :began)"

// failed counts a failure, and opens the circuit with the one that is too many. One that is known to be open counts none.
func (b *Breaker) failed(ctx context.Context, c forward.Circuit, p forward.Pass) error {
	now := b.now()
	window := windowOf(c, now)
	closed, stale := b.failing(c, window, now)
	if !closed {
		return nil
	}
	found, held, err := b.send(ctx, c, update{
		set:       "SET #window = if_not_exists(#window, :zero) + :one, #exp = :exp",
		remove:    stale,
		condition: mayCount,
		window:    window,
		values:    item{":zero": number(0), ":one": number(1), ":exp": breakerExp(c, now), ":began": millis(p.Began)},
	})
	counts, stale := counting(c, windowsOf(found), now)
	if held && failuresIn(found, counts) >= int64(c.Failures) {
		found, _, err = b.send(ctx, c, trip(c, p, now, counts))
	}
	if err == nil {
		b.learn(c.Backend, func(s *circuit) {
			s.failing = windowsOf(found)
			s.opened(found)
		})
		err = b.tidy(ctx, c, stale)
	}
	return err
}

// trip opens a circuit whose failures were counted there. A copy that comes late must find none of them, or that the circuit was
// closed since.
func trip(c forward.Circuit, p forward.Pass, now time.Time, counts []string) update {
	u := update{
		set:    "SET #open = :until, #exp = :exp",
		remove: counts,
		values: item{":until": millis(now.Add(c.Open)), ":exp": breakerExp(c, now)},
	}
	if c.Window > 0 {
		u.condition, u.values[":began"] = mayCount, millis(p.Began)
	} else {
		u.condition, u.window = "#window >= :most AND attribute_not_exists(#open)", windowOf(c, now)
		u.values[":most"] = number(int64(c.Failures))
	}
	return u
}

// tidy removes slices that nobody counts any more, where they have become many: environments that fail once each know of
// none beforehand. A row leaves its windows to the next answer.
func (b *Breaker) tidy(ctx context.Context, c forward.Circuit, stale []string) error {
	if c.Window == 0 || len(stale) <= mostStale {
		return nil
	}
	_, _, err := b.send(ctx, c, update{remove: stale, condition: "attribute_exists(#key)"})
	return err
}

// failing notes that a window counts a failure, before it does: the write may get through without an answer. It says whether
// the circuit is closed, and which known windows count no more.
func (b *Breaker) failing(c forward.Circuit, window string, now time.Time) (closed bool, stale []string) {
	b.learn(c.Backend, func(s *circuit) {
		if closed = s.until.IsZero(); !closed {
			return
		}
		_, stale = counting(c, s.failing, now)
		s.failing = append([]string{window}, slices.DeleteFunc(s.failing, func(name string) bool { return name == window })...)
	})
	return closed, stale
}

// answered ends a row of failures that this environment reported to. To a window of failures it is nothing.
func (b *Breaker) answered(ctx context.Context, c forward.Circuit) error {
	if c.Window > 0 {
		return nil
	}
	var failing []string
	b.learn(c.Backend, func(s *circuit) { failing, s.failing = s.failing, nil })
	if len(failing) == 0 {
		return nil
	}
	found, _, err := b.send(ctx, c, update{remove: failing, condition: "attribute_exists(#key)"})
	if err == nil {
		b.learn(c.Backend, func(s *circuit) { s.opened(found) })
	}
	return err
}
