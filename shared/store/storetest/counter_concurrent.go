package storetest

import (
	"sync"
	"sync/atomic"
	"time"

	"postern/shared/limit"
)

const goroutines = 64

// together runs f in 64 goroutines that start at once.
func together(f func(i int)) {
	var begin, end sync.WaitGroup
	begin.Add(1)
	for i := range goroutines {
		end.Go(func() {
			begin.Wait()
			f(i)
		})
	}
	begin.Done()
	end.Wait()
}

// try is a charge from a goroutine, which must not end the test.
func (c *counter) try(ch limit.Charge) limit.Outcome {
	out, err := c.Charge(c.Context(), ch)
	if err != nil {
		c.Errorf("Charge(%v) failed: %v", ch, err)
	}
	return out
}

func concurrentCharges(c *counter) {
	for _, w := range []limit.Window{
		perDay(100), limit.NewRate("rate", 1, time.Hour, 100), limit.NewFirstCall("first", 100, time.Hour),
	} {
		var admitted atomic.Int64
		together(func(int) {
			for range 4 {
				if c.try(attempt("caller", noon(), w, limit.NewCalendar("month", 1000, limit.Month, nil))).OK {
					admitted.Add(1)
				}
			}
		})
		if got := admitted.Load(); got != 100 {
			c.Errorf("%s: %d of 256 admitted, want 100", &w, got)
		}
	}
	c.passes(noon(), []limit.Window{limit.NewCalendar("month", 1000, limit.Month, nil)}, 699)
}

func concurrentCopies(c *counter) {
	ch := attempt("caller", noon(), everyShape(2)...)
	together(func(int) {
		if out := c.try(ch); !out.OK {
			c.Errorf("a copy was refused by %d, want success", out.Refused)
		}
	})
	c.passes(noon(), everyShape(2), 0, 0, 0)
}

// concurrentRefunds: 64 charges of 96, each refunded by two at once.
func concurrentRefunds(c *counter) {
	handles := make([]limit.Handle, goroutines)
	together(func(i int) { handles[i] = c.try(attempt("caller", noon(), everyShape(96)...)).Handle })
	together(func(i int) {
		for _, h := range []limit.Handle{handles[i], handles[(i+1)%goroutines]} {
			if err := c.Refund(c.Context(), h); err != nil {
				c.Errorf("Refund(%v) failed: %v", h, err)
			}
		}
	})
	c.passes(noon(), everyShape(96), 95, 95, 95)
}

// concurrentEdge: some requests were received before midnight, some after it; each day admits its own.
func concurrentEdge(c *counter) {
	edge := time.Date(2040, 11, 22, 0, 0, 0, 0, time.UTC)
	var before, behind atomic.Int64
	together(func(i int) {
		at, admitted := edge.Add(-time.Second), &before
		if i%2 == 1 {
			at, admitted = edge.Add(time.Second), &behind
		}
		for range 2 {
			if c.try(attempt("caller", at, perDay(40))).OK {
				admitted.Add(1)
			}
		}
	})
	if before.Load() != 40 || behind.Load() != 40 {
		c.Errorf("%d and %d admitted, want 40 and 40", before.Load(), behind.Load())
	}
}
