package storetest

import (
	"math/rand/v2"
	"slices"
	"time"

	"postern/shared/limit"
)

func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

func rate(c *counter) {
	w := []limit.Window{limit.NewRate("rate", 10, time.Second, 3)}
	c.passes(noon(), w, 2)
	c.passes(noon(), w, 1)
	c.passes(after(50*time.Millisecond), w, 0)
	c.refused(after(50*time.Millisecond), w, 0, after(100*time.Millisecond))
	c.refused(after(99*time.Millisecond), w, 0, after(100*time.Millisecond))
	c.passes(after(100*time.Millisecond), w, 0)
	c.passes(after(350*time.Millisecond), w, 1) // 2.5 came back
	c.passes(after(time.Hour), w, 2)
}

// changedRate: a changed limit bites at once, and a debt in time stays: six units of 100/s are 60 ms, which leaves 940 ms of
// a bucket of ten at 10/s.
func changedRate(c *counter) {
	fast := limit.NewRate("rate", 100, time.Second, 100)
	fast.Exact = true
	c.wantAdmitted(6, 6, noon(), fast)
	c.wantAdmitted(9, 20, noon(), limit.NewRate("rate", 10, time.Second, 10))
	c.wantAdmitted(0, 1, noon(), limit.NewRate("rate", 10, time.Second, 5))
	c.wantAdmitted(4, 20, noon(), fast) // 960 of 1000 ms
}

// rateProperty: at most burst + rate·T units in every interval, whatever comes, also when clocks differ a little.
func rateProperty(c *counter) {
	random := rand.New(rand.NewPCG(20, 26))
	for i, w := range []limit.Window{
		limit.NewRate("a", 10, time.Second, 5), limit.NewRate("b", 7, time.Second, 1), limit.NewRate("c", 500, time.Minute, 20),
	} {
		type passed struct {
			at    time.Time
			units int64
		}
		var all []passed
		now := noon()
		for range 250 {
			now = now.Add(time.Duration(random.ExpFloat64() * float64(w.Per) / float64(w.N) / 2))
			ch := attempt("caller", now.Add(-time.Duration(random.IntN(200))*time.Millisecond).Truncate(time.Microsecond), w)
			ch.Units = 1 + random.Int64N(min(w.Burst, 3))
			if c.send(ch).OK {
				all = append(all, passed{ch.At, ch.Units})
			}
		}
		slices.SortFunc(all, func(a, b passed) int { return a.at.Compare(b.at) })
		for from := range all {
			var sum int64
			for to := from; to < len(all); to++ {
				sum += all[to].units
				took := all[to].at.Sub(all[from].at)
				if most := w.Burst + int64(took)*w.N/int64(w.Per); sum > most {
					c.Fatalf("window %d, %s burst %d: %d units within %v, want at most %d", i, &w, w.Burst, sum, took, most)
				}
			}
		}
	}
}

// rateUsed: 50/s with a bucket of ten, asked 200 times a second, admits 10 + 50 within the first second and no fewer.
func rateUsed(c *counter) {
	w := limit.NewRate("rate", 50, time.Second, 10)
	var admitted int64
	for i := range 201 {
		admitted += c.admitted(1, after(time.Duration(i)*5*time.Millisecond), w)
	}
	if admitted != 60 {
		c.Errorf("%d admitted, want 60", admitted)
	}
}
