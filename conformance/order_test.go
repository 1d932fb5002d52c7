package conformance_test

import (
	"slices"
	"sync/atomic"
	"testing"
)

// cause is one thing that is wrong with a request, or with what it is for.
type cause struct {
	kind, row string
	alone     string // what of the situation it needs for itself, in words; two that need the same cannot be put together
	put       func(*situation)
}

// needs says whether two causes need the same.
func (c *cause) needs(other *cause) bool {
	return slices.ContainsFunc([]byte(c.alone), func(b byte) bool { return slices.Contains([]byte(other.alone), b) })
}

// TestOrder puts together every two causes from different steps: the earlier one is what the client is told.
func TestOrder(t *testing.T) {
	t.Parallel()
	steps := slices.Concat(lineCauses(), stateCauses(), routeCauses(), credentialCauses(), laterCauses())
	var pairs atomic.Int64
	for i, step := range steps {
		for _, first := range step {
			t.Run(first.kind, func(t *testing.T) {
				t.Parallel()
				pairs.Add(first.before(t, slices.Concat(steps[i+1:]...)))
			})
		}
	}
	t.Cleanup(func() {
		if pairs.Load() < 1800 {
			t.Errorf("%d pairs: most causes exclude each other", pairs.Load())
		}
	})
}

// before is how many of the later causes could be put together with c, each of which must not be seen.
func (c *cause) before(t *testing.T, later []cause) (pairs int64) {
	alone := newSituation()
	c.put(alone)
	if err := alone.outcome(c.row, c.kind); err != nil {
		t.Fatal(err)
	}
	for i := range later {
		other := &later[i]
		if c.needs(other) || c.kind == other.kind {
			continue
		}
		s := newSituation()
		other.put(s)
		c.put(s)
		pairs++
		if err := s.outcome(c.row, c.kind); err != nil {
			t.Errorf("before %s: %v", other.kind, err)
		}
	}
	return pairs
}

// TestOrderAlone shows that a situation without a cause is served, so that a cause is what makes the difference.
func TestOrderAlone(t *testing.T) {
	s := newSituation()
	s.backend = "dead" // the last thing that can go wrong
	if err := s.outcome("D504CO", "backend.refused"); err != nil {
		t.Error(err)
	}
}
