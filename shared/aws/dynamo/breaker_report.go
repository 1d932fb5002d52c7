package dynamo

import (
	"context"
	"slices"

	"postern/shared/forward"
)

// Report implements forward.Breaker. When its outcome is unknown, a failure may be counted twice or not at all, and a trial
// stays taken until it lapses.
func (b *Breaker) Report(ctx context.Context, c forward.Circuit, p forward.Pass, o forward.Outcome) error {
	switch {
	case p.State == forward.Trial:
		return b.tried(ctx, c, p, o)
	case o.Failed():
		return b.failed(ctx, c, p)
	case o.Answered():
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
	case o.Failed():
		u.set, u.remove = "SET #open = :until, #exp = :exp", []string{trialAttribute, holderAttribute}
		u.values[":until"], u.values[":exp"] = millis(now.Add(c.Open)), breakerExp(c, now)
	case o.Answered():
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

// failed counts a failure, and opens the circuit with the one that is too many. One that is known to be open counts none.
func (b *Breaker) failed(ctx context.Context, c forward.Circuit, p forward.Pass) error {
	now := b.now()
	window := windowOf(c, now)
	closed, older := b.failing(c.Backend, window)
	if !closed {
		return nil
	}
	found, held, err := b.send(ctx, c, update{
		set:       "SET #window = if_not_exists(#window, :zero) + :one, #exp = :exp",
		remove:    older,
		condition: "attribute_not_exists(#open) AND (attribute_not_exists(#closed) OR #closed <= :began)",
		window:    window,
		values:    item{":zero": number(0), ":one": number(1), ":exp": breakerExp(c, now), ":began": millis(p.Began)},
	})
	if n, _ := numberOf(found[window]); held && n >= int64(c.Failures) {
		found, _, err = b.send(ctx, c, update{
			set:       "SET #open = :until, #exp = :exp",
			remove:    []string{window},
			condition: "#window >= :most AND attribute_not_exists(#open)",
			window:    window,
			values:    item{":until": millis(now.Add(c.Open)), ":exp": breakerExp(c, now), ":most": number(int64(c.Failures))},
		})
	}
	if err == nil {
		b.learn(c.Backend, func(s *circuit) {
			s.failing = windowsOf(found)
			s.opened(found)
		})
	}
	return err
}

// failing notes that a window counts a failure, before it does: the write may get through without an answer. It says whether
// the circuit is closed, and which older windows there are.
func (b *Breaker) failing(backend, window string) (closed bool, older []string) {
	b.learn(backend, func(s *circuit) {
		if closed = s.until.IsZero(); closed {
			older = slices.DeleteFunc(s.failing, func(name string) bool { return name == window })
			s.failing = append([]string{window}, older...)
		}
	})
	return closed, older
}

// answered ends a row of failures that this environment reported to.
func (b *Breaker) answered(ctx context.Context, c forward.Circuit) error {
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
