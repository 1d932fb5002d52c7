//go:build dynamodb && linux

package soak_test

import (
	"testing"
	"time"

	"postern/conformance/soak"
)

// TestOver: a limit is over when the decisions leave no doubt.
func TestOver(t *testing.T) {
	midnight := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	doubtful := func(from, to int) soak.Span { // milliseconds after midnight
		return soak.SpanOf(midnight.Add(time.Duration(from)*time.Millisecond), midnight.Add(time.Duration(to)*time.Millisecond))
	}
	at := func(ms ...int) (all []soak.Span) {
		for _, ms := range ms {
			all = append(all, doubtful(ms, ms))
		}
		return all
	}
	elsewhere := midnight.In(time.FixedZone("elsewhere", 3600))
	tests := []struct {
		name  string
		n     int64
		per   time.Duration
		burst int64
		all   []soak.Span
		want  int64
	}{
		{"nothing", 5, time.Second, 5, nil, 0},
		{"the bucket", 2, time.Second, 2, at(0, 0), 0},
		{"one more than the bucket", 2, time.Second, 2, at(0, 0, 0), 1},
		{"as it fills", 2, time.Second, 2, at(0, 0, 500, 1000, 1500), 0},
		{"a little too early", 2, time.Second, 2, at(0, 0, 500, 999), 1},
		{"too early after a pause", 2, time.Second, 2, at(0, 9000, 9000, 9499), 1},
		{"in any order", 2, time.Second, 2, at(999, 0, 500, 0), 1},
		{"perhaps before", 2, time.Second, 2, append(at(1000, 1000), doubtful(0, 1000)), 0},
		{"perhaps a little before", 2, time.Second, 2, append(at(1000, 1000), doubtful(501, 1000)), 1},
		{"perhaps later", 2, time.Second, 2, append(at(1000, 1000), doubtful(1000, 1500)), 0},
		{"a quota", 2, time.Minute, 0, at(0, 59_999, 60_000, 60_001), 0},
		{"over a quota, by another clock", 2, time.Minute, 0, append(at(0, 1), soak.SpanOf(elsewhere, elsewhere)), 1},
		{"over a quota", 2, time.Minute, 0, at(0, 30_000, 59_999), 1},
		{"a quota, perhaps the next", 2, time.Minute, 0, append(at(0, 30_000), doubtful(59_000, 61_000)), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := soak.Over(tt.n, tt.per, tt.burst, tt.all); got != tt.want {
				t.Errorf("Over(%d in %v, %d at once) = %d, want %d", tt.n, tt.per, tt.burst, got, tt.want)
			}
		})
	}
}
