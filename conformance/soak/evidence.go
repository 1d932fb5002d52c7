//go:build dynamodb && linux

package soak

import (
	"errors"
	"fmt"
	"time"
)

// evidence is all that a judgement is made of.
type evidence struct {
	*journal
	sent          []*exchange
	seen          map[string][]arrival // by id
	limits        map[string]limit
	storm         *storm
	nonces        *nonces
	took          time.Duration
	before, after census
	ending        error // how `postern lambda` ended
}

// collect waits until all is over, tries whether the house is as good as new, ends it, and takes what there is to see.
func (e *evidence) collect(h *house, l *load) (err error) {
	l.useUp()
	l.client.CloseIdleConnections()
	if err := errors.Join(e.storm.err, e.nonces.close(), h.idle()); err != nil {
		return fmt.Errorf("soak: %w", err)
	}
	var killed int
	if e.after, killed, err = h.settled(e.before); err != nil {
		return fmt.Errorf("soak: %w", err)
	}
	e.storm.killedIdle += killed
	l.afterwards()
	e.ending = h.end()
	e.journal, e.sent, e.seen = h.journal, l.sent, h.backend.got
	return nil
}

// limit is what the definition says of one: a rate, or a quota of a calendar unit.
type limit struct {
	caller bool // counted for each caller
	n      int64
	per    time.Duration // of a rate, or the unit
	burst  int64         // of a rate; 0: it is a quota
	fast   bool          // a slow machine may never reach it
}

// quotas are those of the plans: to be used up on the way. Those of 200 and more are leased.
func quotas(d time.Duration) (exact, leased int64) {
	return max(int64(2*d.Seconds()), 30), max(int64(3*d.Seconds()), 200)
}

// limits are those of soak.yaml and registry.yaml, by name.
func limits(d time.Duration) map[string]limit {
	const day = 24 * time.Hour
	exact, leased := quotas(d)
	return map[string]limit{
		"rate":         {caller: true, n: 5, per: time.Second, burst: 5},
		"leased":       {n: 100, per: time.Second, burst: 12, fast: true},
		"minute":       {caller: true, n: 30, per: time.Minute},
		"both, all":    {n: 8, per: time.Second, burst: 8},
		"both, caller": {caller: true, n: 3, per: time.Second, burst: 3},
		"exact rate":   {n: 8, per: time.Second, burst: 8},
		"exact quota":  {n: exact, per: day},
		"leased quota": {n: leased, per: day},
	}
}
