package dynamo

import (
	"context"
	"slices"
	"testing"
	"time"

	"postern/shared/limit"
)

// TestJudge: a window that has fewer units than are needed refuses, the first of several. One that has fewer than are wanted
// makes the next trip ask for half of what is left, the one after that for what is needed.
func TestJudge(t *testing.T) {
	day, minute := limit.NewCalendar("day", 100, limit.Day, nil), limit.NewCalendar("minute", 100, limit.Minute, nil)
	const dayUsed, minuteUsed = "day.day@1795305600", "minute.minute@1795275600"
	for _, tt := range []struct {
		name    string
		held    int64 // of the day
		seen    []reading
		refused int
		units   []int64 // of the next trip
	}{
		{"a wrong guess", 0, []reading{{}}, none, []int64{40, 40}},
		{"just enough", 0, []reading{{dayUsed: 60}}, none, []int64{40, 40}},
		{"fewer", 0, []reading{{dayUsed: 61, minuteUsed: 70}}, none, []int64{15, 15}},
		{"fewer, but some are held", 20, []reading{{dayUsed: 90}}, none, []int64{0, 15}},
		{"hardly any", 0, []reading{{dayUsed: 97}}, none, []int64{3, 3}},
		{"fewer twice", 0, []reading{{dayUsed: 61}, {dayUsed: 90}}, none, []int64{3, 3}},
		{"too few", 0, []reading{{dayUsed: 98}}, 0, nil},
		{"too few of the second", 0, []reading{{dayUsed: 90, minuteUsed: 98}}, 1, nil},
		{"too few of both", 0, []reading{{dayUsed: 98, minuteUsed: 98}}, 0, nil},
		{"none left, but enough held", 3, []reading{{dayUsed: 100}}, none, []int64{0, 3}},
	} {
		b := booking{at: at(), windows: []limit.Window{day, minute}}
		a, refused := newAsk(b, 40, 3, []int64{tt.held, 0}), none
		for _, a.seen = range tt.seen {
			refused = a.judge()
		}
		if refused != tt.refused || refused == none && !slices.Equal(a.units, tt.units) {
			t.Errorf("%s: refused by %d, next trip %v; want %d, %v", tt.name, refused, a.units, tt.refused, tt.units)
		}
	}
}

// TestRefundable: a charge may be given back for as long as its exchange may last, 15 minutes at most.
func TestRefundable(t *testing.T) {
	c := Counter{options: CounterOptions{Now: at}}
	for _, tt := range []struct {
		left, want time.Duration // 0: no deadline
	}{{0, time.Minute}, {30 * time.Second, 30 * time.Second}, {-time.Second, 0}, {time.Hour, 15 * time.Minute}} {
		ctx, cancel := t.Context(), func() {}
		if tt.left != 0 {
			ctx, cancel = context.WithDeadline(ctx, at().Add(tt.left))
		}
		if got := c.refundable(ctx); got != tt.want {
			t.Errorf("with a deadline in %v: refundable for %v, want %v", tt.left, got, tt.want)
		}
		cancel()
	}
}

// TestRefusal says what is left, units in hand included.
func TestRefusal(t *testing.T) {
	c := Counter{options: CounterOptions{Random: func(n int64) int64 { return n - 1 }}}
	rate, day := limit.NewRate("rate", 100, time.Second, 100), limit.NewCalendar("day", 1000, limit.Day, nil)
	a := newAsk(booking{at: at(), windows: []limit.Window{rate, day}}, 10, 1, []int64{0, 7})
	a.seen = reading{"rate.t": at().Add(time.Second).UnixNano(), "day.day@1795305600": 900}
	out := c.refusal(&owner{}, a, 0)
	if until := at().Add(20*time.Millisecond - 1); out.OK || out.Refused != 0 || !out.Until.Equal(until) || !slices.Equal(out.Left, []int64{0, 107}) {
		t.Errorf("refusal = %+v, want by 0 until %v with 0 and 107 left", out, until)
	}
}
