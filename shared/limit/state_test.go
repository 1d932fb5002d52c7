package limit_test

import (
	"testing"
	"time"

	"postern/shared/limit"
)

// second is so many seconds into a day.
func second(s float64) time.Time {
	return time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC).Add(time.Duration(s * float64(time.Second)))
}

// TestState charges and refunds by hand: what is left before, and when one more unit would pass after.
func TestState(t *testing.T) {
	type act struct {
		at     float64
		charge int64 // negative: refund of so many units of the period charged first
		left   int64 // before
		until  float64
	}
	for _, tt := range []struct {
		name   string
		window limit.Window
		acts   []act
	}{
		{"rate", limit.NewRate("", 2, time.Second, 3), []act{
			{0, 3, 3, 0.5}, {0.25, 0, 0, 0.5}, {0.5, 1, 1, 1}, {0.9, 0, 0, 1}, {1.5, 0, 2, 1}, {100, 2, 3, 100},
		}},
		{"rate refunded", limit.NewRate("", 2, time.Second, 3), []act{{0, 3, 3, 0.5}, {0, -2, 0, -0.5}, {0, 2, 2, 0.5}}},
		{"rate refunded late", limit.NewRate("", 2, time.Second, 3), []act{{0, 3, 3, 0.5}, {1.5, 3, 3, 2}, {1.5, -3, 0, 2}}},
		{"calendar", limit.NewCalendar("", 2, limit.Minute, nil), []act{
			{59, 1, 2, 60}, {59.5, 1, 1, 60}, {59.9, 0, 0, 60}, {60, 1, 2, 120},
		}},
		{"calendar refunded", limit.NewCalendar("", 2, limit.Minute, nil), []act{
			{0, 2, 2, 60}, {1, -1, 0, 60}, {1, 0, 1, 60},
		}},
		{"calendar refunded late", limit.NewCalendar("", 2, limit.Minute, nil), []act{
			{0, 2, 2, 60}, {60, 2, 2, 120}, {61, -2, 0, 120},
		}},
		{"first call", limit.NewFirstCall("", 2, 10*time.Second), []act{
			{3, 1, 2, 13}, {12.9, 1, 1, 13}, {12.9, 0, 0, 13}, {13, 1, 2, 23}, {12, 0, 1, 23},
		}},
		{"first call refunded late", limit.NewFirstCall("", 2, 10*time.Second), []act{{0, 1, 2, 10}, {10, 2, 2, 20}, {10, -1, 0, 20}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, s, period := tt.window, limit.State{}, int64(0)
			for i, a := range tt.acts {
				at := second(a.at)
				if got := w.Left(s, at); got != a.left {
					t.Fatalf("act %d: Left = %d, want %d", i, got, a.left)
				}
				switch {
				case a.charge > 0:
					s = w.Charged(s, at, a.charge)
				case a.charge < 0:
					s = w.Refunded(s, period, -a.charge)
				}
				if i == 0 {
					period = w.Period(s)
				}
				if got := w.Until(s, 1); !got.Equal(second(a.until)) {
					t.Fatalf("act %d: Until = %v, want %v", i, got, second(a.until))
				}
			}
		})
	}
}

// TestUntil: as many units as will ever be there pass some time, more never.
func TestUntil(t *testing.T) {
	rate, first := limit.NewRate("", 2, time.Second, 3), limit.NewFirstCall("", 5, time.Second)
	quota := limit.NewCalendar("", 5, limit.Minute, nil)
	none, bucket := limit.NewCalendar("", 0, limit.Minute, nil), limit.NewRate("", 0, time.Second, 3)
	for _, tt := range []struct {
		window limit.Window
		n      int64
		want   time.Time
	}{
		{rate, 1, second(0.5)},
		{rate, 3, second(1.5)},
		{rate, 4, time.Time{}},
		{quota, 5, second(60)},
		{quota, 6, time.Time{}},
		{first, 5, second(1)},
		{first, 6, time.Time{}},
		{none, 1, time.Time{}},
		{bucket, 1, time.Time{}},
	} {
		w := tt.window
		full := limit.State{}
		if w.N > 0 {
			full = w.Charged(full, second(0), w.Size())
		}
		if got := w.Until(full, tt.n); !got.Equal(tt.want) {
			t.Errorf("%s: Until of %d units = %v, want %v", &w, tt.n, got, tt.want)
		}
		if got := w.Left(full, second(0)); got != 0 {
			t.Errorf("%s: Left of a full window = %d, want 0", &w, got)
		}
	}
}
