//go:build dynamodb

package dynamo_test

import (
	"context"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/limit"
)

const usedToday = "day.day@2237155200"

func largeDay() limit.Window { return limit.NewCalendar("day", 10_000, limit.Day, nil) }

// TestLeaseCalls: a charge of a leased unit makes no call, nor does a refund of it, which gives it back to the lease.
func TestLeaseCalls(t *testing.T) {
	state, now := table(t), noon
	c := newClocked(t, state, &now, dynamo.CounterOptions{})
	c.exchange(1, largeDay())        // 1
	c.exchange(1, largeDay())        // 2
	c.exchange(0, largeDay())        //
	old := c.exchange(1, largeDay()) // 4
	for range 3 {
		c.exchange(0, largeDay())
	}
	for range 2 {
		c.counted(func(ctx context.Context) error { return c.Refund(ctx, old.Handle) })
	}
	c.exchange(0, largeDay())
	c.exchange(1, largeDay())
	if c.writes != 4 || numbers(t, state)[usedToday] != 15 {
		t.Errorf("%d writes, %d used, want 4 and 15", c.writes, numbers(t, state)[usedToday])
	}
}

// TestLeaseExact: every charge of a limit that is exact is a write, and so it is by an exact counter.
func TestLeaseExact(t *testing.T) {
	day := largeDay()
	day.Exact = true
	for _, tt := range []struct {
		exact   bool
		windows []limit.Window
	}{
		{false, []limit.Window{day}},
		{false, []limit.Window{limit.NewRate("rate", 1000, time.Second, 0), day}},
		{true, []limit.Window{largeDay()}},
	} {
		now := noon
		c := newClocked(t, table(t), &now, dynamo.CounterOptions{Exact: tt.exact})
		for range 20 {
			c.exchange(1, tt.windows...)
		}
	}
}

// TestLeaseReturns: what is booked and not spent comes back when the environment ends, when others push its owner out of
// memory, at the first request after a pause, and when the limit changes.
func TestLeaseReturns(t *testing.T) {
	for _, tt := range []struct {
		name   string
		end    func(c *clocked)
		writes int64
		used   int64 // 20 were spent before
	}{
		{"close", func(c *clocked) {
			c.counted(c.Close)
			c.counted(c.Close)
		}, 1, 20},
		{"another owner", func(c *clocked) {
			ch := unit(largeDay())
			ch.Owner = "app:members:other"
			c.counted(func(ctx context.Context) error {
				_, err := c.Charge(ctx, ch)
				return err
			})
		}, 2, 20},
		{"pause", func(c *clocked) {
			*c.now = c.now.Add(time.Second)
			c.exchange(2, largeDay()) // 5 of the last lease in a second: 2 more
		}, 2, 22},
		{"shorter pause", func(c *clocked) {
			*c.now = c.now.Add(time.Second - 1)
			c.exchange(0, largeDay())
		}, 0, 31},
		{"changed limit", func(c *clocked) {
			c.exchange(2, limit.NewCalendar("day", 9_000, limit.Day, nil))
		}, 2, 21},
		{"limit made exact", func(c *clocked) {
			day := largeDay()
			day.Exact = true
			c.exchange(2, day)
		}, 2, 21},
		{"other limit", func(c *clocked) {
			c.exchange(1, limit.NewCalendar("other", 9_000, limit.Day, nil))
		}, 1, 31},
	} {
		t.Run(tt.name, func(t *testing.T) {
			state, now := table(t), noon
			c := newClocked(t, state, &now, dynamo.CounterOptions{Owners: 1})
			c.passes(20, 0, largeDay()) // of 1 + 2 + 4 + 8 + 16
			before := c.writes
			tt.end(c)
			if got := numbers(t, state)[usedToday]; got != tt.used {
				t.Errorf("%d used, want %d", got, tt.used)
			}
			if got := c.writes - before; got != tt.writes {
				t.Errorf("%d writes, want %d", got, tt.writes)
			}
		})
	}
}

// TestLeaseRateReturns: units of a rate that were booked and not spent come back too, while somebody can use them.
func TestLeaseRateReturns(t *testing.T) {
	w := limit.NewRate("rate", 100, time.Second, 100)
	for _, tt := range []struct {
		after time.Duration
		want  time.Duration // until the bucket is full
	}{{0, 200 * time.Millisecond}, {200 * time.Millisecond, 200 * time.Millisecond}, {250 * time.Millisecond, 310 * time.Millisecond}} {
		state, now := table(t), noon
		c := newClocked(t, state, &now, dynamo.CounterOptions{})
		c.passes(20, 0, w)
		now = now.Add(tt.after)
		if err := c.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := time.Duration(numbers(t, state)["rate.t"] - noon.UnixNano()); got != tt.want {
			t.Errorf("closed after %v: the bucket is full in %v, want %v", tt.after, got, tt.want)
		}
	}
}

// TestLeaseFoundLate: a lease of a rate whose answer was lost is found after others have booked more. Its unit may not be spent
// before all of theirs would be there, nor more than 250 ms after it was booked.
func TestLeaseFoundLate(t *testing.T) {
	w := limit.NewRate("rate", 500, time.Second, 500)
	spend := func(c *dynamo.Counter, units int64) {
		t.Helper()
		ch := unit(w)
		ch.Units = units
		if _, err := c.Charge(t.Context(), ch); err != nil {
			t.Fatal(err)
		}
	}
	var other *dynamo.Counter
	plain, broken, _ := faulty(t, func(_ string, n int) dynamotest.Fault {
		switch n {
		case 2:
			return dynamotest.Lost
		case 3:
			spend(other, 60)
		}
		return dynamotest.None
	})
	other = environment(plain)
	now := noon
	c := newClocked(t, broken, &now, dynamo.CounterOptions{})
	c.exchange(1, w)
	spend(environment(plain), 374)

	// The smaller bucket is empty: 2 and 60 units of 2 ms come first.
	if out := c.exchange(2, w); out.OK || !out.Until.Equal(noon.Add(124*time.Millisecond)) {
		t.Errorf("%+v, want a refusal for 124 ms", out)
	}
	now = noon.Add(250 * time.Millisecond)
	c.exchange(1, w)
}

// TestLeaseUnits: at once, no more units pass than the smaller bucket holds.
func TestLeaseUnits(t *testing.T) {
	w := limit.NewRate("rate", 500, time.Second, 500)
	for _, tt := range []struct {
		units int64
		want  bool
	}{{375, true}, {376, false}, {500, false}} {
		ch := unit(w)
		ch.Units = tt.units
		out, err := environment(table(t)).Charge(t.Context(), ch)
		if err != nil || out.OK != tt.want || !out.Until.IsZero() {
			t.Errorf("%d units: %+v, %v; want OK %v, or never", tt.units, out, err, tt.want)
		}
	}
}

// TestLeaseStrands: an environment that dies keeps no more than it has spent and one, and no more than a hundredth.
func TestLeaseStrands(t *testing.T) {
	for _, requests := range []int{1, 2, 3, 10, 40, 100, 500} {
		state, now := table(t), noon
		newClocked(t, state, &now, dynamo.CounterOptions{}).passes(requests, time.Millisecond, largeDay())
		held := numbers(t, state)[usedToday] - int64(requests)
		if most := min(int64(requests)+1, 100); held < 0 || held > most {
			t.Errorf("after %d requests %d units are held, want %d at most", requests, held, most)
		}
	}
}

// TestLeaseUnknown: a lease whose answers were lost comes back with the next write that is answered, or at the end.
func TestLeaseUnknown(t *testing.T) {
	for _, tt := range []struct {
		name   string
		broken int // writes that fail after the lease
		end    func(c *clocked)
		used   int64 // 3 were spent before
	}{
		{"close", 0, func(c *clocked) {
			before := c.writes
			c.counted(c.Close)
			if c.counted(c.Close); c.writes != before+1 {
				c.Errorf("%d writes, want 1", c.writes-before)
			}
		}, 3},
		{"next write", 0, func(c *clocked) { c.exchange(2, largeDay()) }, 3 + 4},
		{"the one after it", 3, func(c *clocked) {
			c.exchange(4, largeDay()) // a lease, and three copies of a refund that do not arrive
			c.passes(3, 0, largeDay())
			c.exchange(2, largeDay())
		}, 3 + 4 + 8},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plain, broken, _ := faulty(t, func(op string, n int) dynamotest.Fault {
				switch {
				case n == 3 || n == 4: // the two copies of the lease of 4
					return dynamotest.Lost
				case n > 5 && n <= 5+tt.broken:
					return dynamotest.Cut
				default:
					return dynamotest.None
				}
			})
			now := noon
			c := newClocked(t, broken, &now, dynamo.CounterOptions{})
			c.passes(3, 0, largeDay())
			if out, err := c.Charge(t.Context(), unit(largeDay())); err == nil {
				t.Fatalf("Charge = %+v, want an error", out)
			}
			if got := numbers(t, plain)[usedToday]; got != 7 {
				t.Fatalf("%d used, want 7", got)
			}
			tt.end(c)
			if got := numbers(t, plain)[usedToday]; got != tt.used {
				t.Errorf("%d used, want %d", got, tt.used)
			}
		})
	}
}

// TestLeaseQuotaReturns: the units of a quota come back also when the last write asked for none of them.
func TestLeaseQuotaReturns(t *testing.T) {
	state, now := table(t), noon
	c := newClocked(t, state, &now, dynamo.CounterOptions{})
	windows := []limit.Window{limit.NewRate("rate", 500, time.Second, 0), largeDay()}
	c.passes(16, 0, windows...) // of 1 + 2 + 4 + 8 + 16
	now = now.Add(300 * time.Millisecond)
	c.exchange(1, windows...) // of the rate
	if got := numbers(t, state)[usedToday]; got != 31 {
		t.Errorf("%d used, want 31", got)
	}
	c.counted(c.Close)
	if got := numbers(t, state)[usedToday]; got != 17 {
		t.Errorf("%d used at the end, want 17", got)
	}
}
