package config

import (
	"fmt"
	"time"
)

// Moment is a time in the form of RFC 3339, kept in UTC. The zero value is none.
type Moment time.Time

// UnmarshalText reads a moment.
func (m *Moment) UnmarshalText(text []byte) error {
	var t time.Time
	if err := t.UnmarshalText(text); err != nil || t.IsZero() {
		return fmt.Errorf("%q is no moment: write one like 2027-01-31T00:00:00Z or 2027-01-31T09:00:00+09:00", text)
	}
	*m = Moment(t.UTC())
	return nil
}

// MarshalText is the form that UnmarshalText reads.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// IsZero says that there is none.
func (m Moment) IsZero() bool { return time.Time(m).IsZero() }

// String is the moment in UTC, with its nanoseconds.
func (m Moment) String() string { return time.Time(m).Format(time.RFC3339Nano) }

// Pattern is what the JSON Schema says of the form.
func (Moment) Pattern() string {
	return `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$`
}
