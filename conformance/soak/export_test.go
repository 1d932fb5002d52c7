//go:build dynamodb && linux

package soak

import "time"

// Span is when a request was decided on, between two times.
type Span = decision

// SpanOf makes one.
func SpanOf(earliest, latest time.Time) Span { return decision{earliest, latest} }

// Over is by how many the decisions are over a limit: a rate, or with a burst of 0 a quota.
func Over(n int64, per time.Duration, burst int64, all []Span) int64 {
	return limit{n: n, per: per, burst: burst}.over(all)
}
