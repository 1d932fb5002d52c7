package storetest

import (
	"sync/atomic"
	"time"

	"postern/shared/limit"
)

// Of large quotas and fast rates a store may book units ahead, unless they are exact. Whoever is alone must not notice: its
// units are counted one by one, and what is booked and not spent is still left.

func large(n int64) []limit.Window {
	return []limit.Window{perDay(n), limit.NewFirstCall("first", n, time.Hour)}
}

func largeQuota(c *counter) {
	for i := range int64(300) {
		c.passes(noon(), large(300), 299-i, 299-i)
	}
	c.refused(noon(), large(300), 0, time.Date(2040, 11, 22, 0, 0, 0, 0, time.UTC))
	c.refused(noon(), large(300)[1:], 0, after(time.Hour))
}

// changedLargeQuota: what is booked ahead by the old limit must not be spent by the new one.
func changedLargeQuota(c *counter) {
	c.wantAdmitted(220, 220, noon(), perDay(500))
	c.wantAdmitted(0, 1, noon(), perDay(220))
	c.wantAdmitted(1, 9, noon(), perDay(221))
	c.wantAdmitted(0, 1, noon(), perDay(100))
	c.wantAdmitted(79, 90, noon(), perDay(300))
}

func largeQuotaCopies(c *counter) {
	c.wantAdmitted(20, 20, noon(), large(500)...)
	ch := attempt("caller", noon(), large(500)...)
	for range 3 {
		c.left(c.send(ch), []int64{479, 479})
	}
	old := c.passes(noon(), ch.Windows, 478, 478)
	for range 2 {
		c.back(c.send(ch).Handle)
		c.back(old.Handle)
	}
	c.left(c.send(ch), []int64{480, 480})
	c.back(limit.Handle{Charge: attempt("caller", noon(), ch.Windows...)})
	c.passes(noon(), ch.Windows, 479, 479)
	c.wantAdmitted(279, 300, noon(), large(300)...)
}

// largeQuotaEdge: what was booked for one day is of no use on the next, nor the other way round. For requests that come late
// it may be lost: a hundredth of the quota.
func largeQuotaEdge(c *counter) {
	midnight := time.Date(2040, 11, 22, 0, 0, 0, 0, time.UTC)
	before, behind := midnight.Add(-time.Second), midnight.Add(time.Second)
	c.wantAdmitted(150, 150, before, perDay(300))
	c.wantAdmitted(200, 200, behind, perDay(300))
	if got := c.admitted(170, before, perDay(300)); got < 147 || got > 150 {
		c.Errorf("%d late requests admitted, want 147 to 150", got)
	}
	c.wantAdmitted(100, 110, behind, perDay(300))
	c.wantAdmitted(300, 310, behind.Add(24*time.Hour), perDay(300))
}

// fastRate: what is refused may come again when the refusal said; in no interval more than burst + rate·T pass, and no less
// than three quarters of it, which is what a store may need to book ahead.
func fastRate(c *counter) {
	w := limit.NewRate("rate", 200, time.Second, 40)
	var admitted, arrival int64
	var wait time.Time
	for i := range 1000 {
		at := after(time.Duration(i) * time.Millisecond)
		if at.Before(wait) {
			continue
		}
		out := c.send(attempt("caller", at, w))
		if wait = out.Until; !out.OK {
			continue
		}
		admitted++
		arrival = max(arrival, at.UnixNano()) + w.Step()
		if arrival > at.UnixNano()+w.Burst*w.Step() {
			c.Fatalf("unit %d passed after %v, beyond burst + rate·T", admitted, at.Sub(noon()))
		}
	}
	if admitted < 180 {
		c.Errorf("%d admitted within a second, want 180 to 240", admitted)
	}
}

func concurrentLarge(c *counter) {
	for _, w := range large(700) {
		var admitted atomic.Int64
		together(func(int) {
			for range 12 {
				if c.try(attempt("caller", noon(), w)).OK {
					admitted.Add(1)
				}
			}
		})
		if got := admitted.Load(); got != 700 {
			c.Errorf("%s: %d of 768 admitted, want 700", &w, got)
		}
	}
}

func concurrentLargeRefunds(c *counter) {
	handles := make([]limit.Handle, goroutines)
	together(func(i int) { handles[i] = c.try(attempt("caller", noon(), large(1000)...)).Handle })
	together(func(i int) {
		for _, h := range []limit.Handle{handles[i], handles[(i+1)%goroutines]} {
			if err := c.Refund(c.Context(), h); err != nil {
				c.Errorf("Refund(%v) failed: %v", h, err)
			}
		}
	})
	c.passes(noon(), large(1000), 999, 999)
}
