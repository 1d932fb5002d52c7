package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rate is N a unit of time, refilled all the time: 20/s, 500/m.
type Rate struct {
	N   int64
	Per time.Duration
}

// UnmarshalText reads a rate.
func (r *Rate) UnmarshalText(text []byte) error {
	n, unit, err := count(string(text))
	per, ok := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[unit]
	if err != nil || !ok {
		return fmt.Errorf("%q is no rate: write a whole number a second, minute or hour, like 20/s, 500/m or 1000/h", text)
	}
	*r = Rate{n, per}
	return nil
}

// String is the form that UnmarshalText reads.
func (r Rate) String() string {
	return fmt.Sprintf("%d/%s", r.N, map[time.Duration]string{time.Second: "s", time.Minute: "m", time.Hour: "h"}[r.Per])
}

// MarshalText is String.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// IsZero says that there is none.
func (r Rate) IsZero() bool { return r.Per == 0 }

// Pattern is what the JSON Schema says of the form.
func (Rate) Pattern() string { return `^[0-9]+/(s|m|h)$` }

// Quota is N a calendar unit in a time zone: 10000/day in Asia/Seoul.
type Quota struct {
	N    int64
	Unit string // second, minute, hour, day, month
	Zone string // IANA name; "" is UTC
}

// UnmarshalText reads a quota. Whether the zone exists is for who compiles it to find out.
func (q *Quota) UnmarshalText(text []byte) error {
	spec, zone, in := strings.Cut(string(text), " in ")
	n, unit, err := count(spec)
	switch unit {
	case "second", "minute", "hour", "day", "month":
	default:
		err = strconv.ErrSyntax
	}
	if err != nil || in && (zone == "" || strings.Contains(zone, " ")) {
		return fmt.Errorf("%q is no quota: write a whole number a second, minute, hour, day or month, "+
			"like 1000/day or 10000/day in Asia/Seoul", text)
	}
	*q = Quota{n, unit, zone}
	return nil
}

// String is the form that UnmarshalText reads.
func (q Quota) String() string {
	s := fmt.Sprintf("%d/%s", q.N, q.Unit)
	if q.Zone != "" {
		s += " in " + q.Zone
	}
	return s
}

// MarshalText is String.
func (q Quota) MarshalText() ([]byte, error) { return []byte(q.String()), nil }

// IsZero says that there is none.
func (q Quota) IsZero() bool { return q.Unit == "" }

// Pattern is what the JSON Schema says of the form.
func (Quota) Pattern() string {
	return `^[0-9]+/(second|minute|hour|day|month)( in [A-Za-z0-9_+/-]+)?$`
}

// Window is N from the first request on, for a duration: 1/10s.
type Window struct {
	N   int64
	For time.Duration
}

// UnmarshalText reads a window.
func (w *Window) UnmarshalText(text []byte) error {
	n, unit, err := count(string(text))
	var d Duration
	if err == nil {
		err = d.UnmarshalText([]byte(unit))
	}
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is no window: write a whole number and a duration, like 1/10s or 100/5m", text)
	}
	*w = Window{n, time.Duration(d)}
	return nil
}

// String is the form that UnmarshalText reads.
func (w Window) String() string { return fmt.Sprintf("%d/%s", w.N, w.For) }

// MarshalText is String.
func (w Window) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// IsZero says that there is none.
func (w Window) IsZero() bool { return w.For == 0 }

// Pattern is what the JSON Schema says of the form.
func (Window) Pattern() string { return `^[0-9]+/` + spanPattern + `$` }

func count(text string) (n int64, unit string, err error) {
	digits, unit, ok := strings.Cut(text, "/")
	if !ok {
		return 0, "", strconv.ErrSyntax
	}
	u, err := strconv.ParseUint(digits, 10, 63)
	return int64(u), unit, err
}
