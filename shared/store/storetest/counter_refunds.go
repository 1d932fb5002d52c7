package storetest

import (
	"time"

	"postern/shared/limit"
)

func everyShape(n int64) []limit.Window {
	return []limit.Window{perDay(n), limit.NewRate("rate", 1, time.Hour, n), limit.NewFirstCall("first", n, time.Hour)}
}

// repeatedCharge: a copy finds the charge made, also where it took the last unit.
func repeatedCharge(c *counter) {
	ch := attempt("caller", noon(), everyShape(1)...)
	for range 3 {
		out := c.send(ch)
		if !out.OK {
			c.Fatalf("a copy of a charge was refused by %d, want success", out.Refused)
		}
		c.left(out, []int64{0, 0, 0})
	}
	c.refused(noon(), everyShape(1), 0, time.Date(2040, 11, 22, 0, 0, 0, 0, time.UTC))
	c.back(c.send(ch).Handle) // a copy's handle gives back as well
	c.passes(noon(), everyShape(1), 0, 0, 0)
}

func repeatedRefund(c *counter) {
	out := c.passes(noon(), everyShape(2), 1, 1, 1)
	c.passes(noon(), everyShape(2), 0, 0, 0)
	c.back(out.Handle)
	c.back(out.Handle)
	c.passes(noon(), everyShape(2), 0, 0, 0)
	c.wantAdmitted(0, 1, noon(), everyShape(2)...)
}

func refund(c *counter) {
	for _, w := range everyShape(1) {
		out := c.passes(noon(), []limit.Window{w}, 0)
		c.wantAdmitted(0, 1, noon(), w)
		c.back(out.Handle)
		c.passes(noon(), []limit.Window{w}, 0)
		c.wantAdmitted(0, 1, noon(), w)
	}
}

// chargeAfterRefund: a copy of the charge that comes after its refund charges nothing.
func chargeAfterRefund(c *counter) {
	ch := attempt("caller", noon(), everyShape(2)...)
	c.back(c.send(ch).Handle)
	c.left(c.send(ch), []int64{2, 2, 2})
	c.passes(noon(), everyShape(2), 1, 1, 1)
}

// unknownRefund: what was refused or never charged gives nothing back.
func unknownRefund(c *counter) {
	windows := everyShape(2)
	periods := c.passes(noon(), windows, 1, 1, 1).Handle.Periods
	c.passes(noon(), windows, 0, 0, 0)
	turnedAway := attempt("caller", noon(), windows...)
	c.send(turnedAway)
	c.back(limit.Handle{Charge: turnedAway})
	c.back(limit.Handle{Charge: attempt("caller", noon(), windows...)})
	c.back(limit.Handle{Charge: attempt("caller", noon(), windows...), Periods: periods})
	c.back(limit.Handle{Charge: attempt("nobody", noon(), windows...)})
	c.wantAdmitted(0, 1, noon(), windows...)
}

// lostAnswer: a charge whose answer was lost is given back all the same, at least where the calendar tells its window.
func lostAnswer(c *counter) {
	ch := attempt("caller", noon(), perDay(1), perMinute(1))
	c.send(ch)
	c.back(limit.Handle{Charge: ch})
	c.passes(noon(), ch.Windows, 0, 0)
}

func refundUnits(c *counter) {
	ch := attempt("caller", noon(), everyShape(10)...)
	ch.Units = 7
	out := c.send(ch)
	c.left(out, []int64{3, 3, 3})
	c.back(out.Handle)
	c.passes(noon(), everyShape(10), 9, 9, 9)
}

// refundCalendar: the month gets its unit, the new minute does not.
func refundCalendar(c *counter) {
	windows := []limit.Window{perMinute(1), limit.NewCalendar("month", 5, limit.Month, nil)}
	old := c.passes(after(59*time.Second), windows, 0, 4)
	c.passes(after(60*time.Second), windows, 0, 3)
	c.back(old.Handle)
	c.refused(after(61*time.Second), windows, 0, after(2*time.Minute))
	c.passes(after(62*time.Second), windows[1:], 3)
}

// refundRate: a bucket of ten that was spent, full again and spent again gets nothing for the first ten.
func refundRate(c *counter) {
	w := limit.NewRate("rate", 10, time.Second, 10)
	spend := func(at time.Time) limit.Outcome {
		ch := attempt("caller", at, w)
		ch.Units = 10
		return c.send(ch)
	}
	old := spend(noon())
	if out := spend(after(time.Second)); !out.OK {
		c.Fatal("a full bucket was refused")
	}
	c.back(old.Handle)
	c.refused(after(time.Second), []limit.Window{w}, 0, after(1100*time.Millisecond))
}

func refundFirstCall(c *counter) {
	w := []limit.Window{limit.NewFirstCall("first", 1, 10*time.Second)}
	old := c.passes(noon(), w, 0)
	c.passes(after(10*time.Second), w, 0)
	c.back(old.Handle)
	c.refused(after(11*time.Second), w, 0, after(20*time.Second))
}
