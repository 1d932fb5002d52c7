package limit

import (
	"fmt"
	"strings"
	"time"
)

// maxBucket is the longest time in which a bucket may fill: 73 years keep nanoseconds since 1970 within 63 bits.
const maxBucket = 1 << 61

// Shape is how a window counts.
type Shape uint8

// The shapes.
const (
	Rate      Shape = iota // a token bucket: N units come back in each Per, at most Burst are there at once
	Calendar               // N units in each calendar Unit of Zone
	FirstCall              // N units within Per of the first
)

// Unit is a calendar unit, as the definition spells it.
type Unit string

// The units.
const (
	Second Unit = "second"
	Minute Unit = "minute"
	Hour   Unit = "hour"
	Day    Unit = "day"
	Month  Unit = "month"
)

// Window is one compiled limit. Windows are comparable: equal ones count the same and refuse alike.
type Window struct {
	Name  string // of the limit in the definition: part of the counter's key
	Shape Shape
	N     int64          // 0 refuses everything
	Per   time.Duration  // Rate and FirstCall
	Burst int64          // Rate
	Unit  Unit           // Calendar
	Zone  *time.Location // Calendar
	Exact bool           // a store may not book units ahead
}

// NewRate is a bucket that n units fill in per. A burst of 0 is what comes back in a second, at least 1. Buckets that would
// take longer than 73 years to fill are made smaller.
func NewRate(name string, n int64, per time.Duration, burst int64) Window {
	w := Window{Name: name, Shape: Rate, N: n, Per: per, Burst: burst}
	if n == 0 {
		return w
	}
	if burst == 0 {
		seconds := max(int64(per/time.Second), 1)
		w.Burst = (n-1)/seconds + 1
	}
	w.Burst = min(w.Burst, maxBucket/w.Step())
	return w
}

// NewCalendar is n in each unit of the zone; nil is UTC.
func NewCalendar(name string, n int64, unit Unit, zone *time.Location) Window {
	if zone == nil {
		zone = time.UTC
	}
	return Window{Name: name, Shape: Calendar, N: n, Unit: unit, Zone: zone}
}

// NewFirstCall is n within per of the first.
func NewFirstCall(name string, n int64, per time.Duration) Window {
	return Window{Name: name, Shape: FirstCall, N: n, Per: per}
}

// Step is the time in which one unit of a rate comes back: nanoseconds, rounded up. N must not be 0.
func (w *Window) Step() int64 { return (int64(w.Per)-1)/w.N + 1 }

// Size is how many units the window ever admits at once.
func (w *Window) Size() int64 {
	if w.Shape == Rate && w.N > 0 {
		return w.Burst
	}
	return w.N
}

// Quota says that a refusal is one of a used-up quota, not of a rate.
func (w *Window) Quota() bool { return w.Shape != Rate }

// String is the limit as the definition writes it: 20/s, 1000/day in Asia/Seoul, 1/10s.
func (w *Window) String() string {
	switch {
	case w.Shape == FirstCall:
		return fmt.Sprintf("%d/%s", w.N, short(w.Per))
	case w.Shape == Rate:
		return fmt.Sprintf("%d/%s", w.N, single(short(w.Per)))
	case w.Zone == time.UTC:
		return fmt.Sprintf("%d/%s", w.N, w.Unit)
	default:
		return fmt.Sprintf("%d/%s in %s", w.N, w.Unit, w.Zone)
	}
}

// short is a duration without the zeros at its end: 5m, not 5m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// single is a duration without its number where that is 1: s, not 1s.
func single(duration string) string {
	if len(duration) == 2 && duration[0] == '1' {
		return duration[1:]
	}
	return duration
}
