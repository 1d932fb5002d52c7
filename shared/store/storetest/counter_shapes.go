package storetest

import (
	"time"

	"postern/shared/limit"
)

func allOrNone(c *counter) {
	windows := []limit.Window{
		perMinute(10), perDay(3), limit.NewRate("rate", 1, time.Second, 20), limit.NewFirstCall("first", 9, time.Hour),
	}
	c.passes(noon(), windows, 9, 2, 19, 8)
	c.passes(noon(), windows, 8, 1, 18, 7)
	c.passes(noon(), windows, 7, 0, 17, 6)
	out := c.refused(noon(), windows, 1, time.Date(2040, 11, 22, 0, 0, 0, 0, time.UTC))
	c.left(out, []int64{7, 0, 17, 6})
	c.passes(noon(), windows[:1], 6)
	c.passes(noon(), windows[2:], 16, 5)
}

func firstRefuses(c *counter) {
	windows := []limit.Window{perMinute(2), perDay(1), limit.NewFirstCall("first", 1, 10*time.Second)}
	c.passes(noon(), windows, 1, 0, 0)
	c.refused(noon(), windows, 1, time.Date(2040, 11, 22, 0, 0, 0, 0, time.UTC))
	c.passes(noon(), windows[:1], 0)
	c.refused(noon(), windows, 0, after(time.Minute))
}

func units(c *counter) {
	windows := []limit.Window{perDay(10), limit.NewRate("rate", 1, time.Second, 10), limit.NewFirstCall("first", 10, time.Hour)}
	try := func(n int64, wantOK bool, wantLeft ...int64) limit.Outcome {
		c.Helper()
		ch := attempt("caller", noon(), windows...)
		ch.Units = n
		out := c.send(ch)
		if out.OK != wantOK {
			c.Fatalf("charge of %d units passed = %v, want %v", n, out.OK, wantOK)
		}
		c.left(out, wantLeft)
		return out
	}
	if out := try(11, false, 10, 10, 10); !out.Until.IsZero() {
		c.Errorf("11 units of 10 pass at %v, want never", out.Until)
	}
	try(7, true, 3, 3, 3)
	try(4, false, 3, 3, 3)
	try(3, true, 0, 0, 0)
	if out := try(11, false, 0, 0, 0); !out.Until.IsZero() {
		c.Errorf("11 units of 10 pass at %v, want never", out.Until)
	}
}

func zero(c *counter) {
	for _, w := range []limit.Window{
		perDay(0), limit.NewFirstCall("first", 0, time.Second),
		limit.NewRate("rate", 0, time.Second, 0), limit.NewRate("rate", 0, time.Second, 5),
	} {
		for _, at := range []time.Time{noon(), after(48 * time.Hour)} {
			c.left(c.refused(at, []limit.Window{w}, 0, time.Time{}), []int64{0})
		}
	}
}

func owners(c *counter) {
	for _, owner := range []string{"app:a", "app:b", "client:a"} {
		ch := attempt(owner, noon(), perDay(1))
		if out := c.send(ch); !out.OK {
			c.Errorf("first charge of %s was refused", owner)
		}
		if out := c.send(attempt(owner, noon(), perDay(1))); out.OK {
			c.Errorf("second charge of %s passed, want a refusal", owner)
		}
	}
}

// names: a limit of another name, of another shape or with another unit is another counter, also where two end together.
func names(c *counter) {
	newYearsEve := time.Date(2040, 12, 31, 23, 59, 59, 0, time.UTC)
	for _, w := range []limit.Window{
		limit.NewFirstCall("day", 1, time.Hour), limit.NewFirstCall("other", 1, time.Hour),
		limit.NewRate("day", 1, time.Hour, 1), limit.NewRate("other", 1, time.Hour, 1),
		perDay(1), limit.NewCalendar("other", 1, limit.Day, nil), limit.NewCalendar("day", 1, limit.Month, nil),
		limit.NewCalendar("day", 1, limit.Minute, nil), limit.NewCalendar("day", 1, limit.Second, nil),
	} {
		if got := c.admitted(2, newYearsEve, w); got != 1 {
			c.Errorf("2 charges of %q %s: %d admitted, want 1", w.Name, &w, got)
		}
	}
}

func changedQuota(c *counter) {
	for _, window := range []func(int64) limit.Window{
		perDay, func(n int64) limit.Window { return limit.NewFirstCall("first", n, time.Hour) },
	} {
		c.wantAdmitted(5, 5, noon(), window(10))
		c.wantAdmitted(0, 1, noon(), window(5))
		c.wantAdmitted(0, 1, noon(), window(3))
		c.wantAdmitted(1, 2, noon(), window(6))
		c.wantAdmitted(4, 9, noon(), window(10))
	}
}

// calendarEdges: full until the last millisecond, empty in the next.
func calendarEdges(c *counter) {
	for _, tt := range []struct {
		zone    string
		unit    limit.Unit
		at, end string
	}{
		{"UTC", limit.Second, "2040-11-21T12:00:00Z", "2040-11-21T12:00:01Z"},
		{"UTC", limit.Minute, "2040-11-21T12:59:01Z", "2040-11-21T13:00:00Z"},
		{"UTC", limit.Hour, "2040-12-31T23:00:00Z", "2041-01-01T00:00:00Z"},
		{"Asia/Kolkata", limit.Hour, "2040-11-21T12:00:00Z", "2040-11-21T12:30:00Z"},
		{"UTC", limit.Day, "2040-02-28T12:00:00Z", "2040-02-29T00:00:00Z"},
		{"Asia/Seoul", limit.Day, "2040-11-21T12:00:00Z", "2040-11-21T15:00:00Z"},
		{"Europe/Berlin", limit.Day, "2040-03-24T23:00:00Z", "2040-03-25T22:00:00Z"},    // 23 hours
		{"Europe/Berlin", limit.Day, "2040-10-27T22:00:00Z", "2040-10-28T23:00:00Z"},    // 25 hours
		{"America/New_York", limit.Day, "2040-03-11T05:00:00Z", "2040-03-12T04:00:00Z"}, // 23 hours
		{"America/New_York", limit.Day, "2040-11-04T04:00:00Z", "2040-11-05T05:00:00Z"}, // 25 hours
		{"UTC", limit.Month, "2040-01-31T12:00:00Z", "2040-02-01T00:00:00Z"},
		{"UTC", limit.Month, "2040-02-01T00:00:00Z", "2040-03-01T00:00:00Z"},
		{"UTC", limit.Month, "2040-12-01T00:00:00Z", "2041-01-01T00:00:00Z"},
		{"Europe/Berlin", limit.Month, "2040-02-29T23:00:00Z", "2040-03-31T22:00:00Z"},
	} {
		zone, err := time.LoadLocation(tt.zone)
		if err != nil {
			c.Fatal(err)
		}
		w := []limit.Window{limit.NewCalendar(tt.zone+tt.at, 2, tt.unit, zone)}
		at, end := instant(tt.at), instant(tt.end)
		c.passes(at, w, 1)
		c.passes(end.Add(-time.Millisecond), w, 0)
		c.refused(end.Add(-time.Millisecond), w, 0, end)
		c.passes(end, w, 1)
	}
}

// lateRequest: one that was received before an edge, but comes after another that was received behind it.
func lateRequest(c *counter) {
	w := []limit.Window{perMinute(2)}
	c.passes(after(59*time.Second), w, 1)
	c.passes(after(61*time.Second), w, 1)
	c.passes(after(59*time.Second), w, 0)
	c.refused(after(58*time.Second), w, 0, after(time.Minute))
	c.passes(after(62*time.Second), w, 0)
	c.refused(after(62*time.Second), w, 0, after(2*time.Minute))
}

func firstCall(c *counter) {
	w := []limit.Window{limit.NewFirstCall("first", 2, 10*time.Second)}
	c.passes(after(3*time.Second), w, 1)
	c.passes(after(12999*time.Millisecond), w, 0)
	c.refused(after(12999*time.Millisecond), w, 0, after(13*time.Second))
	c.passes(after(13*time.Second), w, 1)
	c.passes(after(14*time.Second), w, 0)
	c.refused(after(22*time.Second), w, 0, after(23*time.Second))
	c.passes(after(time.Hour), w, 1)
}

// clockBack: what was charged in the future counts, and nothing is admitted twice. A bucket that is half empty in four
// seconds is empty now.
func clockBack(c *counter) {
	first, bucket := limit.NewFirstCall("first", 3, time.Minute), limit.NewRate("rate", 1, time.Second, 3)
	for _, tt := range []struct {
		limit.Window
		back int64 // admitted with the clock set back
	}{{perDay(3), 1}, {first, 1}, {bucket, 0}} {
		c.wantAdmitted(2, 2, after(4*time.Second), tt.Window)
		c.wantAdmitted(tt.back, 3, noon(), tt.Window)
		c.wantAdmitted(0, 1, noon().Add(-4*time.Second), tt.Window)
	}
	c.wantAdmitted(2, 9, after(5*time.Second), bucket)
	c.send(attempt("caller", noon().Add(-1000*time.Hour), perDay(3), first, bucket)) // whatever it says, it says something
}
