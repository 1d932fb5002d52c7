package dynamo

import (
	"testing"
	"time"

	"postern/shared/limit"
)

func exact(w limit.Window) limit.Window {
	w.Exact = true
	return w
}

// TestLeasable: quotas from 200 in 5 s or more, and rates from 100/s of which two units and more are booked.
func TestLeasable(t *testing.T) {
	day, second := limit.NewCalendar("", 1000, limit.Day, nil), limit.NewCalendar("", 1000, limit.Second, nil)
	for _, tt := range []struct {
		name    string
		windows []limit.Window
		want    bool
	}{
		{"quota", []limit.Window{day}, true},
		{"quota of 200", []limit.Window{limit.NewCalendar("", 200, limit.Day, nil)}, true},
		{"quota under 200", []limit.Window{limit.NewCalendar("", 199, limit.Day, nil)}, false},
		{"a second", []limit.Window{second}, false},
		{"a minute", []limit.Window{limit.NewCalendar("", 1000, limit.Minute, nil)}, true},
		{"5 s from the first call", []limit.Window{limit.NewFirstCall("", 200, 5*time.Second)}, true},
		{"less", []limit.Window{limit.NewFirstCall("", 200, 4999*time.Millisecond)}, false},
		{"exact quota", []limit.Window{exact(day)}, false},
		{"rate", []limit.Window{limit.NewRate("", 100, time.Second, 8)}, true},
		{"the same rate by the minute", []limit.Window{limit.NewRate("", 6000, time.Minute, 8)}, true},
		{"slower rate", []limit.Window{limit.NewRate("", 99, time.Second, 99)}, false},
		{"small bucket", []limit.Window{limit.NewRate("", 1000, time.Second, 7)}, false},
		{"exact rate", []limit.Window{exact(limit.NewRate("", 100, time.Second, 100))}, false},
		{"rate and quota", []limit.Window{limit.NewRate("", 100, time.Second, 0), day}, true},
		{"one of them not", []limit.Window{day, second}, false},
	} {
		if got := leasable(tt.windows); got != tt.want {
			t.Errorf("%s: leasable = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestBookable: 250 ms of the rate, at most a quarter of the bucket, which is smaller by as much.
func TestBookable(t *testing.T) {
	for _, tt := range []struct {
		window       limit.Window
		want, bucket int64
		hold         time.Duration
	}{
		{limit.NewRate("", 500, time.Second, 500), 125, 375, 250 * time.Millisecond},
		{limit.NewRate("", 500, time.Second, 5000), 125, 4875, 250 * time.Millisecond},
		{limit.NewRate("", 500, time.Second, 100), 25, 75, 50 * time.Millisecond},
		{limit.NewRate("", 100, time.Second, 100), 25, 75, 250 * time.Millisecond},
		{limit.NewRate("", 1000, time.Second, 7), 0, 7, 0},
		{limit.NewRate("", 99, time.Second, 100), 0, 100, 0},
		{limit.NewRate("", 0, time.Second, 100), 0, 100, 0},
		{exact(limit.NewRate("", 500, time.Second, 500)), 0, 500, 0},
		{limit.NewCalendar("", 1000, limit.Day, nil), 0, 0, 0},
	} {
		w := tt.window
		if got := bookable(&w); got != tt.want {
			t.Errorf("%s burst %d: bookable = %d, want %d", &w, w.Burst, got, tt.want)
		}
		if got := bucket(w).Burst; got != tt.bucket {
			t.Errorf("%s burst %d: bucket = %d, want %d", &w, w.Burst, got, tt.bucket)
		}
		if tt.want == 0 {
			continue // nothing is held
		}
		if got := horizon(&w); got != tt.hold {
			t.Errorf("%s burst %d: horizon = %v, want %v", &w, w.Burst, got, tt.hold)
		}
	}
}
