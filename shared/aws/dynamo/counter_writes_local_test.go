//go:build dynamodb

package dynamo_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/limit"
	"postern/shared/meter"
)

// clocked is a counter by the clock of a test.
type clocked struct {
	*testing.T
	*dynamo.Counter
	now    *time.Time
	writes int64
}

func newClocked(t *testing.T, state *dynamo.Table, now *time.Time, o dynamo.CounterOptions) *clocked {
	o.Now, o.Random = func() time.Time { return *now }, atOnce
	return &clocked{T: t, Counter: dynamo.NewCounter(state, o), now: now}
}

// counted is an exchange whose writes count.
func (c *clocked) counted(f func(context.Context) error) {
	c.Helper()
	var m meter.Meter
	ctx, end := context.WithCancel(meter.With(c.Context(), &m))
	defer end()
	if err := f(ctx); err != nil {
		c.Fatal(err)
	}
	c.writes += m.Writes()
}

// exchange charges a unit of each window now, by so many writes; -1: however many.
func (c *clocked) exchange(writes int64, windows ...limit.Window) (out limit.Outcome) {
	c.Helper()
	ch, before := unit(windows...), c.writes
	ch.At = *c.now
	c.counted(func(ctx context.Context) (err error) {
		out, err = c.Charge(ctx, ch)
		return err
	})
	if got := c.writes - before; got != writes && writes >= 0 {
		c.Errorf("at %v: %d writes, want %d", *c.now, got, writes)
	}
	return out
}

// passes are exchanges that must be admitted, however many writes they take.
func (c *clocked) passes(n int, every time.Duration, windows ...limit.Window) {
	c.Helper()
	for range n {
		if out := c.exchange(-1, windows...); !out.OK {
			c.Fatalf("at %v: refused by %d", *c.now, out.Refused)
		}
		*c.now = c.now.Add(every)
	}
}

// size is what an item weighs at most: DynamoDB packs the digits of numbers.
func size(t *testing.T, state *dynamo.Table) (bytes, attributes int) {
	t.Helper()
	for name, value := range stored(t, state, ownerKey) {
		bytes += len(name) + len(attribute(value))
		attributes++
	}
	return bytes, attributes
}

// TestChargeRollsOver: minute, day and month roll over, a bucket fills up and a period from the first call ends, all in a write.
func TestChargeRollsOver(t *testing.T) {
	state, now := table(t), time.Date(2040, 12, 31, 23, 59, 58, 0, time.UTC)
	c := newClocked(t, state, &now, dynamo.CounterOptions{})
	windows := five()
	windows[0], windows[4] = limit.NewRate("rate", 10, time.Second, 10), limit.NewFirstCall("first", 10, 10*time.Second)
	for _, step := range []time.Duration{0, time.Second, time.Second, 58 * time.Second, 2 * time.Second, 24 * time.Hour, 31 * 24 * time.Hour} {
		now = now.Add(step)
		if out := c.exchange(1, windows...); !out.OK {
			t.Errorf("at %v: refused by %d", now, out.Refused)
		}
	}
	// The last write cleared away what had been seen before it: it left one marker, its own windows, pk and exp.
	if _, attributes := size(t, state); attributes != 1+7+2 {
		t.Errorf("%d attributes are left, want 10: %v", attributes, numbers(t, state))
	}
}

// TestChargeStaysSmall: 500 charges of five windows by 10 environments in turn, 100 a second, are 500 writes and hardly more,
// of an item within 1 KB, which is one write unit.
func TestChargeStaysSmall(t *testing.T) {
	state, now := table(t), noon
	windows := five()
	for i := range windows {
		windows[i].N, windows[i].Burst = 1000, 1000
	}
	windows[0].Exact = true
	var all []*clocked
	for range 10 {
		all = append(all, newClocked(t, state, &now, dynamo.CounterOptions{Exact: true}))
	}
	var writes int64
	for i := range 500 {
		all[i%10].passes(1, 10*time.Millisecond, windows...)
		if bytes, attributes := size(t, state); bytes > 1024 {
			t.Fatalf("after %d charges the item has %d attributes of %d bytes, want 1 KB at most", i, attributes, bytes)
		}
	}
	for _, c := range all {
		writes += c.writes
	}
	if writes > 510 {
		t.Errorf("%d writes, want 510 at most", writes)
	}
}

// TestTidy: what 20 exchanges of environments that never come back have left, the next one that sees it clears away.
func TestTidy(t *testing.T) {
	state, now := table(t), noon
	minute := limit.NewCalendar("minute", 100, limit.Minute, nil)
	for range 20 {
		newClocked(t, state, &now, dynamo.CounterOptions{}).passes(1, 0, minute)
	}
	now = now.Add(119 * time.Second)
	newClocked(t, state, &now, dynamo.CounterOptions{}).exchange(1, minute)
	now = now.Add(2 * time.Second)
	newClocked(t, state, &now, dynamo.CounterOptions{}).exchange(2, minute)
	var markers []string
	for name := range numbers(t, state) {
		if strings.HasPrefix(name, "!") {
			markers = append(markers, name)
		}
	}
	if len(markers) != 2 {
		t.Errorf("%d markers are left, want those of the last two charges", len(markers))
	}
}

// TestExp depends on the kind of owner, not on what is charged.
func TestExp(t *testing.T) {
	for _, tt := range []struct {
		keep map[string]time.Duration
		want time.Duration
	}{
		{nil, 31 * 24 * time.Hour},
		{map[string]time.Duration{"client": 24 * time.Hour}, 31 * 24 * time.Hour},
		{map[string]time.Duration{"app": 24 * time.Hour}, 24 * time.Hour},
		{map[string]time.Duration{"app": 90 * 24 * time.Hour}, 90 * 24 * time.Hour},
	} {
		state, now := table(t), noon
		c := newClocked(t, state, &now, dynamo.CounterOptions{Keep: tt.keep})
		for _, windows := range [][]limit.Window{five()[1:2], five()[3:4], five()[:1]} {
			c.exchange(1, windows...)
			if got, want := numbers(t, state)["exp"], noon.Add(tt.want).Unix()+3601; got != want {
				t.Errorf("keep %v, %v: exp = %d, want %d", tt.keep, &windows[0], got, want)
			}
		}
	}
}

// TestChargeLate: a request that waited until its minute was over for more than a second is counted in the present one, where
// nothing has been forgotten.
func TestChargeLate(t *testing.T) {
	w := limit.NewCalendar("minute", 10, limit.Minute, nil)
	for _, tt := range []struct {
		late         time.Duration
		before, then int64
	}{{time.Second, 1, 0}, {time.Second + 1, 0, 1}} {
		state, now := table(t), noon.Add(tt.late)
		c := newClocked(t, state, &now, dynamo.CounterOptions{})
		ch := unit(w)
		ch.At = noon.Add(-time.Millisecond)
		out, err := c.Charge(t.Context(), ch)
		if err != nil || !out.OK {
			t.Fatal(out, err)
		}
		n := numbers(t, state)
		if n["minute.minute@2237112000"] != tt.before || n["minute.minute@2237112060"] != tt.then {
			t.Errorf("%v late: counted %v, want %d before and %d now", tt.late, n, tt.before, tt.then)
		}
		if err := c.Refund(t.Context(), out.Handle); err != nil {
			t.Fatal(err)
		}
		if n := numbers(t, state); n["minute.minute@2237112060"] != 0 {
			t.Errorf("%v late: after the refund %v, want 0 now", tt.late, n)
		}
	}
}

// TestChargeGuesses: a rate that others keep busy is believed busy, one that is idle again is not for long.
func TestChargeGuesses(t *testing.T) {
	state, now := table(t), noon
	w := limit.NewRate("rate", 10, time.Second, 10)
	a, b := newClocked(t, state, &now, dynamo.CounterOptions{}), newClocked(t, state, &now, dynamo.CounterOptions{})
	a.exchange(1, w) // idle
	for i := range 5 {
		now = now.Add(time.Second)
		a.exchange(1, w) // idle again
		now = now.Add(10 * time.Millisecond)
		if i == 0 {
			b.exchange(2, w) // unknown, hence believed idle
		} else {
			b.exchange(1, w) // idle when last seen, but so it was the last time
		}
	}
	now = now.Add(time.Minute)
	b.exchange(2, w)
	now = now.Add(time.Minute)
	b.exchange(1, w)
}

// TestRefusalsSpread: those whom one rate refused come back at different times, the more so the longer they fail. Who is alone
// with it comes back when there is room.
func TestRefusalsSpread(t *testing.T) {
	state := table(t)
	now := noon
	var bounds []int64
	c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return now }, Random: func(n int64) int64 {
		bounds = append(bounds, n)
		return n - 1
	}})
	other := environment(state)
	charge := func(c *dynamo.Counter, w limit.Window, ok bool) time.Time {
		t.Helper()
		ch := unit(w)
		ch.At = now
		out, err := c.Charge(t.Context(), ch)
		if err != nil || out.OK != ok {
			t.Fatalf("%s: %+v, %v, want %v", w.Name, out, err, ok)
		}
		return out.Until.Add(-now.Sub(noon))
	}
	w := limit.NewRate("rate", 50, time.Second, 1)
	charge(c, w, true)
	for i := range 9 {
		now = now.Add(20 * time.Millisecond)
		charge(other, w, true)
		if until := charge(c, w, false); !until.Equal(noon.Add(20*time.Millisecond + time.Duration(bounds[i]-1))) {
			t.Errorf("refused until %v, want 20 ms and the random part", until)
		}
	}
	want := []int64{20e6, 40e6, 80e6, 160e6, 320e6, 640e6, 1e9, 1e9, 1e9}
	if fmt.Sprint(bounds) != fmt.Sprint(want) {
		t.Errorf("bounds of the random part = %v, want %v", bounds, want)
	}
	if until := charge(c, w, false); !until.Equal(noon.Add(20*time.Millisecond)) || len(bounds) != len(want) {
		t.Errorf("nobody else came meanwhile: refused until %v, want 20 ms", until)
	}
	slow := limit.NewRate("slow", 1, time.Hour, 2)
	charge(c, slow, true) // the row of refusals is over
	charge(other, slow, true)
	charge(c, slow, false)
	if got := bounds[len(bounds)-1]; got != 1e9 {
		t.Errorf("bound of a slow rate = %d, want a second", got)
	}
	now = now.Add(20 * time.Millisecond)
	charge(other, w, true)
	charge(c, w, false)
	if got := bounds[len(bounds)-1]; got != 40e6 {
		t.Errorf("bound of the second refusal in a row = %d, want 40 ms", got)
	}
}
