package memory_test

import (
	"fmt"
	"testing"
	"time"

	"postern/shared/limit"
	"postern/shared/memory"
	"postern/shared/store/storetest"
)

func TestCounter(t *testing.T) {
	storetest.Counter(t, func(*testing.T) limit.Counter { return memory.NewCounter() })
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func charge(id int, owner string, at time.Time, w limit.Window) limit.Charge {
	return limit.Charge{ID: uint64(id), Owner: owner, At: at, Units: 1, Windows: []limit.Window{w}}
}

// TestCounterFull: beyond its bound the counter says so instead of forgetting who is counted.
func TestCounterFull(t *testing.T) {
	c, w := memory.NewCounter(), limit.NewCalendar("quota", 1, limit.Minute, nil)
	c.Max = 2
	for i, tt := range []struct {
		owner string
		at    time.Time
		ok    bool
		fails bool
	}{
		{"a", noon, true, false},
		{"b", noon, true, false},
		{"c", noon, false, true},
		{"a", noon, false, false},
		{"c", noon.Add(64 * time.Second), false, true}, // 5 s of grace for late requests
		{"c", noon.Add(65 * time.Second), true, false},
	} {
		out, err := c.Charge(t.Context(), charge(i, tt.owner, tt.at, w))
		if out.OK != tt.ok || (err != nil) != tt.fails {
			t.Errorf("charge %d of %s: OK %v, error %v; want OK %v, an error: %v", i, tt.owner, out.OK, err, tt.ok, tt.fails)
		}
	}
}

// TestCounterForgets: 100 new owners a second, each counted for at most 6 s, never are 1,000.
func TestCounterForgets(t *testing.T) {
	c, w := memory.NewCounter(), limit.NewCalendar("quota", 1, limit.Second, nil)
	c.Max = 1000
	for i := range 20_000 {
		at := noon.Add(time.Duration(i) * 10 * time.Millisecond)
		if _, err := c.Charge(t.Context(), charge(i, fmt.Sprint("client ", i), at, w)); err != nil {
			t.Fatalf("owner %d: %v", i, err)
		}
	}
}

// TestCounterAttempts: the last 32,000 charges can be refunded, whatever came before them; those 100,000 ago are forgotten.
func TestCounterAttempts(t *testing.T) {
	for _, tt := range []struct {
		before, after int
		want          bool // the refund gives back
	}{{0, 32_000, true}, {32_000, 32_000, true}, {0, 100_000, false}} {
		c, w := memory.NewCounter(), limit.NewCalendar("quota", 1, limit.Day, nil)
		id := 0
		send := func(owner string, w limit.Window) limit.Outcome {
			id++
			out, err := c.Charge(t.Context(), charge(id, owner, noon, w))
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		busy := limit.NewRate("rate", 1e6, time.Second, 0)
		for range tt.before {
			send("other", busy)
		}
		out := send("caller", w)
		for range tt.after {
			send("other", busy)
		}
		if err := c.Refund(t.Context(), out.Handle); err != nil {
			t.Fatal(err)
		}
		if got := send("caller", w).OK; got != tt.want {
			t.Errorf("refund after %d others, before them %d: given back %v, want %v", tt.after, tt.before, got, tt.want)
		}
	}
}

func BenchmarkCharge(b *testing.B) {
	rate, day := limit.NewRate("rate", 1e9, time.Second, 0), limit.NewCalendar("quota", 1e12, limit.Day, nil)
	for _, bb := range []struct {
		name    string
		owners  int
		windows []limit.Window
	}{
		{"rate", 1, []limit.Window{rate}},
		{"rate+quota", 1, []limit.Window{rate, day}},
		{"rate/10000 owners", 10_000, []limit.Window{rate}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			c, owners := memory.NewCounter(), make([]string, bb.owners)
			for i := range owners {
				owners[i] = fmt.Sprintf("client:members:%022d", i)
			}
			ctx := b.Context()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				out, err := c.Charge(ctx, limit.Charge{
					ID: uint64(i), Owner: owners[i%len(owners)], At: noon.Add(time.Duration(i) * time.Microsecond),
					Units: 1, Windows: bb.windows,
				})
				if err != nil || !out.OK {
					b.Fatalf("OK %v, error %v", out.OK, err)
				}
			}
		})
	}
}
