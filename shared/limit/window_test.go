package limit_test

import (
	"math"
	"testing"
	"time"

	"postern/shared/limit"
)

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestNewRate(t *testing.T) {
	for _, tt := range []struct {
		name        string
		n           int64
		per         time.Duration
		burst       int64
		want, wantN int64 // burst, step in nanoseconds
	}{
		{"a second's worth", 20, time.Second, 0, 20, 50e6},
		{"rounded up", 500, time.Minute, 0, 9, 120e6},
		{"at least one", 1000, time.Hour, 0, 1, 3600e6},
		{"step rounded up", 3, time.Second, 0, 3, 333333334},
		{"one", 1, time.Second, 0, 1, 1e9},
		{"its own burst", 20, time.Second, 5, 5, 50e6},
		{"larger burst", 1, time.Hour, 100, 100, 3600e9},
		{"73 years", 1, time.Hour, math.MaxInt64, 640511, 3600e9},
		{"more than a nanosecond allows", math.MaxInt64, time.Second, 0, 1 << 61, 1},
	} {
		w := limit.NewRate("rate", tt.n, tt.per, tt.burst)
		if w.Burst != tt.want || w.Step() != tt.wantN {
			t.Errorf("%s: NewRate(%d, %v, %d) has burst %d, step %d; want %d, %d",
				tt.name, tt.n, tt.per, tt.burst, w.Burst, w.Step(), tt.want, tt.wantN)
		}
	}
}

func TestWindowString(t *testing.T) {
	for _, tt := range []struct {
		window limit.Window
		want   string
	}{
		{limit.NewRate("", 20, time.Second, 5), "20/s"},
		{limit.NewRate("", 500, time.Minute, 0), "500/m"},
		{limit.NewRate("", 1000, time.Hour, 0), "1000/h"},
		{limit.NewRate("", 3, 10*time.Second, 0), "3/10s"},
		{limit.NewCalendar("", 1000, limit.Day, nil), "1000/day"},
		{limit.NewCalendar("", 10, limit.Month, location(t, "Asia/Seoul")), "10/month in Asia/Seoul"},
		{limit.NewFirstCall("", 1, 10*time.Second), "1/10s"},
		{limit.NewFirstCall("", 100, 5*time.Minute), "100/5m"},
		{limit.NewFirstCall("", 100, 10*time.Hour), "100/10h"},
		{limit.NewFirstCall("", 100, 90*time.Minute), "100/1h30m"},
		{limit.NewFirstCall("", 100, 70*time.Second), "100/1m10s"},
	} {
		if got := tt.window.String(); got != tt.want {
			t.Errorf("String() = %q, want %q", got, tt.want)
		}
	}
}

func TestWindowEnd(t *testing.T) {
	for _, tt := range []struct{ zone, unit, at, want string }{
		{"UTC", "second", "2024-05-06T07:08:09.999Z", "2024-05-06T07:08:10Z"},
		{"UTC", "minute", "2024-05-06T07:08:00Z", "2024-05-06T07:09:00Z"},
		{"UTC", "minute", "2023-12-31T23:59:59.999999999Z", "2024-01-01T00:00:00Z"},
		{"UTC", "hour", "2024-05-06T07:59:59Z", "2024-05-06T08:00:00Z"},
		{"Asia/Kolkata", "hour", "2024-05-06T07:00:00Z", "2024-05-06T07:30:00Z"},
		{"UTC", "day", "2024-02-28T00:00:00Z", "2024-02-29T00:00:00Z"},
		{"UTC", "day", "2023-02-28T23:59:59Z", "2023-03-01T00:00:00Z"},
		{"Asia/Seoul", "day", "2024-05-06T14:59:59Z", "2024-05-06T15:00:00Z"},
		{"Asia/Seoul", "day", "2024-05-06T15:00:00Z", "2024-05-07T15:00:00Z"},
		{"UTC", "month", "2024-01-31T12:00:00Z", "2024-02-01T00:00:00Z"},
		{"UTC", "month", "2024-02-29T12:00:00Z", "2024-03-01T00:00:00Z"},
		{"UTC", "month", "2023-12-01T00:00:00Z", "2024-01-01T00:00:00Z"},
		{"Asia/Seoul", "month", "2023-12-31T15:00:00Z", "2024-01-31T15:00:00Z"},

		// Days of 23 and of 25 hours.
		{"Europe/Berlin", "day", "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z"},
		{"Europe/Berlin", "day", "2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z"},
		{"America/New_York", "day", "2024-03-10T05:00:00Z", "2024-03-11T04:00:00Z"},
		{"America/New_York", "day", "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z"},
		{"Europe/Berlin", "month", "2024-03-01T12:00:00Z", "2024-03-31T22:00:00Z"},
		// The hour that is skipped, and the one that comes twice.
		{"Europe/Berlin", "hour", "2024-03-31T00:30:00Z", "2024-03-31T01:00:00Z"},
		{"Europe/Berlin", "hour", "2024-03-31T01:00:00Z", "2024-03-31T02:00:00Z"},
		{"Europe/Berlin", "hour", "2024-10-27T00:30:00Z", "2024-10-27T01:00:00Z"},
		{"Europe/Berlin", "hour", "2024-10-27T01:30:00Z", "2024-10-27T02:00:00Z"},
		{"Europe/Berlin", "minute", "2024-10-27T00:59:30Z", "2024-10-27T01:00:00Z"},
		// Midnight does not exist: the day begins at 01:00. Then it would come twice: the clocks go back at 24:00.
		{"America/Sao_Paulo", "day", "2018-11-04T02:30:00Z", "2018-11-04T03:00:00Z"},
		{"America/Sao_Paulo", "day", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"},
		{"America/Sao_Paulo", "day", "2019-02-17T01:59:59Z", "2019-02-17T03:00:00Z"},
		{"America/Sao_Paulo", "day", "2019-02-17T02:30:00Z", "2019-02-17T03:00:00Z"},
		// Midnight does come twice: the day begins with the first.
		{"Asia/Amman", "day", "2021-10-28T20:30:00Z", "2021-10-28T21:00:00Z"},
		{"Asia/Amman", "day", "2021-10-28T21:30:00Z", "2021-10-29T22:00:00Z"},
		// A day that Samoa left out.
		{"Pacific/Apia", "day", "2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z"},
	} {
		w := limit.NewCalendar("", 1, limit.Unit(tt.unit), location(t, tt.zone))
		if got := w.End(instant(t, tt.at)); !got.Equal(instant(t, tt.want)) {
			t.Errorf("%s in %s: End(%s) = %s, want %s", tt.unit, tt.zone, tt.at, got.UTC().Format(time.RFC3339Nano), tt.want)
		}
	}
}

func TestWindowEndOthers(t *testing.T) {
	at := instant(t, "2024-05-06T07:08:09.5Z")
	first := limit.NewFirstCall("", 1, 90*time.Second)
	if got, want := first.End(at), at.Add(90*time.Second); !got.Equal(want) {
		t.Errorf("first call: End(%v) = %v, want %v", at, got, want)
	}
	rate := limit.NewRate("", 1, time.Second, 0)
	if got := rate.End(at); !got.Equal(at) {
		t.Errorf("rate: End(%v) = %v, want %v", at, got, at)
	}
}

func units() []limit.Unit {
	return []limit.Unit{limit.Second, limit.Minute, limit.Hour, limit.Day, limit.Month}
}

// zones are those whose clocks do what others' do not.
func zones() []string {
	return []string{
		"UTC", "Asia/Seoul", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Amman", "Australia/Lord_Howe",
		"America/Havana", "America/St_Johns", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia", "America/Caracas",
	}
}

// date is the day or month that the clocks show.
func date(w limit.Window, at time.Time) int {
	y, m, d := at.In(w.Zone).Date()
	if w.Unit == limit.Month {
		d = 0
	}
	return (y*12+int(m))*32 + d
}

// checkEnd: a period ends after any time in it, a later time is in it or in a later one, and in it the clocks show no later
// date.
func checkEnd(t *testing.T, w limit.Window, at, later time.Time) {
	t.Helper()
	end := w.End(at)
	if !end.After(at) {
		t.Errorf("%s: End(%v) = %v, want a later time", &w, at, end)
	}
	if w.End(later).Before(end) {
		t.Errorf("%s: End(%v) = %v is before End(%v) = %v", &w, later, w.End(later), at, end)
	}
	if w.Unit != limit.Day && w.Unit != limit.Month {
		length := map[limit.Unit]time.Duration{limit.Second: time.Second, limit.Minute: time.Minute, limit.Hour: time.Hour}[w.Unit]
		if took := end.Sub(at); took > length {
			t.Errorf("%s: End(%v) = %v is %v later, want at most %v", &w, at, end, took, length)
		}
		return
	}
	if date(w, end) <= date(w, at) {
		t.Errorf("%s: End(%v) = %v is no later date", &w, at, end)
	}
	if last := end.Add(-1); date(w, last) > date(w, at) {
		t.Errorf("%s: End(%v) = %v, but %v is of a later date already", &w, at, end, last)
	}
}

// TestWindowEndChanges looks at the hours around every change of the clocks.
func TestWindowEndChanges(t *testing.T) {
	for _, name := range zones() {
		zone := location(t, name)
		_, change := time.Unix(0, 0).In(zone).ZoneBounds()
		for ; !change.IsZero() && change.Year() < 2040; _, change = change.ZoneBounds() {
			for minutes := -26 * 60; minutes <= 26*60; minutes += 15 {
				at := change.Add(time.Duration(minutes) * time.Minute)
				for _, unit := range units()[2:] {
					checkEnd(t, limit.NewCalendar("", 1, unit, zone), at, at.Add(15*time.Minute))
				}
			}
		}
	}
}

func FuzzWindowEnd(f *testing.F) {
	f.Add(int64(1711839600), uint32(0), uint32(1), uint8(3), uint8(2))
	f.Add(int64(1541298600), uint32(999999999), uint32(1800e6), uint8(3), uint8(4))
	f.Add(int64(1635453000), uint32(0), uint32(3600e6), uint8(4), uint8(5))
	f.Fuzz(func(t *testing.T, seconds int64, nanos, later uint32, unit, zone uint8) {
		seconds = (seconds%4e9 + 4e9) % 4e9 // 1970 to 2096
		w := limit.NewCalendar("", 1, units()[int(unit)%5], location(t, zones()[int(zone)%len(zones())]))
		at := time.Unix(seconds, int64(nanos)%1e9).In(w.Zone)
		checkEnd(t, w, at, at.Add(time.Duration(later)*time.Microsecond))
	})
}
