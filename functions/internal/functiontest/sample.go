package functiontest

import (
	"slices"
	"time"
)

// Sample are times that were measured.
type Sample []time.Duration

// Min is the shortest, in milliseconds.
func (s Sample) Min() float64 { return ms(slices.Min(s)) }

// Median is in milliseconds.
func (s Sample) Median() float64 { slices.Sort(s); return ms(s[len(s)/2]) }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
