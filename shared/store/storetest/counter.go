// Package storetest is what every store must do: the same contract for each implementation, in the process and behind a
// network. It imports the packages that declare the interfaces, and no implementation.
//
// All decisions are in the year 2040: a store that drops what is over by its own clock must not do so amid a test.
package storetest

import (
	"math/rand/v2"
	"testing"
	"time"

	"postern/shared/limit"
)

// Counter tests the contract of limit.Counter. fresh makes one that counted nothing, for each test anew.
func Counter(t *testing.T, fresh func(*testing.T) limit.Counter) {
	tests := []struct {
		name string
		run  func(*counter)
	}{
		{"all windows or none", allOrNone},
		{"first window that refuses", firstRefuses},
		{"units", units},
		{"limit of zero", zero},
		{"owners", owners},
		{"names and units", names},
		{"raised and lowered quota", changedQuota},
		{"raised and lowered rate", changedRate},
		{"calendar edges", calendarEdges},
		{"late request", lateRequest},
		{"first call", firstCall},
		{"clock steps back", clockBack},
		{"rate", rate},
		{"rate in every interval", rateProperty},
		{"rate fully used", rateUsed},
		{"repeated charge", repeatedCharge},
		{"repeated refund", repeatedRefund},
		{"refund", refund},
		{"charge after refund", chargeAfterRefund},
		{"unknown refund", unknownRefund},
		{"lost answer", lostAnswer},
		{"refund of units", refundUnits},
		{"refund after the calendar rolled", refundCalendar},
		{"refund after the bucket was full", refundRate},
		{"refund after a first call is over", refundFirstCall},
		{"64 at once", concurrentCharges},
		{"64 copies of one charge", concurrentCopies},
		{"64 refunds", concurrentRefunds},
		{"64 over an edge", concurrentEdge},
		{"large quota", largeQuota},
		{"large quota raised and lowered", changedLargeQuota},
		{"large quota, copies and refunds", largeQuotaCopies},
		{"large quota over an edge", largeQuotaEdge},
		{"fast rate in every interval", fastRate},
		{"64 at once on a large quota", concurrentLarge},
		{"64 refunds of a large quota", concurrentLargeRefunds},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(&counter{t, fresh(t)}) })
	}
}

// noon is a time in no zone's way.
func noon() time.Time { return time.Date(2040, 11, 21, 12, 0, 0, 0, time.UTC) }

func after(d time.Duration) time.Time { return noon().Add(d) }

func perDay(n int64) limit.Window    { return limit.NewCalendar("day", n, limit.Day, nil) }
func perMinute(n int64) limit.Window { return limit.NewCalendar("minute", n, limit.Minute, nil) }

// counter is the one under test. Its methods end the test on an error: a store at rest has none.
type counter struct {
	*testing.T
	limit.Counter
}

func attempt(owner string, at time.Time, windows ...limit.Window) limit.Charge {
	return limit.Charge{ID: rand.Uint64(), Owner: owner, At: at, Units: 1, Windows: windows}
}

func (c *counter) send(ch limit.Charge) limit.Outcome {
	c.Helper()
	out, err := c.Charge(c.Context(), ch)
	if err != nil {
		c.Fatalf("Charge(%v) failed: %v", ch, err)
	}
	return out
}

func (c *counter) back(h limit.Handle) {
	c.Helper()
	if err := c.Refund(c.Context(), h); err != nil {
		c.Fatalf("Refund(%v) failed: %v", h, err)
	}
}

// passes charges one unit of a caller that must be admitted, and wants so much left of each window.
func (c *counter) passes(at time.Time, windows []limit.Window, left ...int64) limit.Outcome {
	c.Helper()
	out := c.send(attempt("caller", at, windows...))
	if !out.OK {
		c.Fatalf("charge of %v at %v: refused by %d, want a charge", windows, at, out.Refused)
	}
	c.left(out, left)
	return out
}

// refused is a charge of one unit that the window of this index must refuse, until that time.
func (c *counter) refused(at time.Time, windows []limit.Window, by int, until time.Time) limit.Outcome {
	c.Helper()
	out := c.send(attempt("caller", at, windows...))
	switch {
	case out.OK:
		c.Fatalf("charge of %v at %v passed, want a refusal by %d", windows, at, by)
	case out.Refused != by || !out.Until.Equal(until):
		c.Fatalf("charge of %v at %v: refused by %d until %v, want by %d until %v", windows, at, out.Refused, out.Until, by, until)
	}
	return out
}

func (c *counter) left(out limit.Outcome, want []int64) {
	c.Helper()
	if len(out.Left) != len(want) {
		c.Fatalf("left = %v, want %v", out.Left, want)
	}
	for i := range want {
		if out.Left[i] != want[i] {
			c.Fatalf("left = %v, want %v", out.Left, want)
		}
	}
}

// admitted is how many of n charges of one unit pass.
func (c *counter) admitted(n int, at time.Time, windows ...limit.Window) (count int64) {
	c.Helper()
	for range n {
		if c.send(attempt("caller", at, windows...)).OK {
			count++
		}
	}
	return count
}

func (c *counter) wantAdmitted(want int64, n int, at time.Time, windows ...limit.Window) {
	c.Helper()
	if got := c.admitted(n, at, windows...); got != want {
		c.Fatalf("%d charges of %v at %v: %d admitted, want %d", n, windows, at, got, want)
	}
}
