package dynamo

import (
	"slices"
	"time"

	"postern/shared/limit"
)

const (
	longestHold   = 250 * time.Millisecond // that a unit of a rate is booked ahead, at most
	fastest       = 10 * time.Millisecond  // a rate whose units come at least so often is leased: 100/s
	fewUnits      = 200                    // a smaller quota is not leased: a hundredth of it is one
	shortestLease = 5 * time.Second        // nor is a shorter one
)

// leasable says that units of all these windows may be booked before they are asked for.
func leasable(windows []limit.Window) bool {
	for i := range windows {
		w := &windows[i]
		short := w.Shape == limit.FirstCall && w.Per < shortestLease || w.Shape == limit.Calendar && w.Unit == limit.Second
		if w.Exact || w.Quota() && (w.N < fewUnits || short) || !w.Quota() && bookable(w) == 0 {
			return false
		}
	}
	return true
}

// bookable is how many units of a rate may be booked ahead: what comes back in 250 ms, at most a quarter of the bucket, or none.
//
// Units are spent up to that much later than they were booked. The bucket is smaller by as many, so that in every interval T
// no more than burst + rate·T are admitted. Whoever counts the rate counts it so, also a unit at a time.
func bookable(w *limit.Window) int64 {
	if w.Shape != limit.Rate || w.Exact || w.N == 0 || w.Step() > int64(fastest) {
		return 0
	}
	n := min(int64(longestHold)/w.Step(), w.Burst/4)
	if n < 2 {
		return 0 // no gain
	}
	return n
}

// horizon is how long the units of a rate are held.
func horizon(w *limit.Window) time.Duration { return time.Duration(bookable(w) * w.Step()) }

// bucket is the window as single units are judged.
func bucket(w limit.Window) limit.Window {
	w.Burst -= bookable(&w)
	return w
}

// buckets are the windows as single units are judged: the same where none is a rate that may be leased.
func buckets(windows []limit.Window) []limit.Window {
	if !slices.ContainsFunc(windows, func(w limit.Window) bool { return bookable(&w) > 0 }) {
		return windows
	}
	smaller := make([]limit.Window, len(windows))
	for i, w := range windows {
		smaller[i] = bucket(w)
	}
	return smaller
}

// next is how many units to ask for: what the last speed calls for in 250 ms, and at most twice as many as the last time.
func (l *lease) next(units int64, at time.Time) int64 {
	hold, most := longestHold, 2*l.size
	for i := range l.windows {
		w := &l.windows[i]
		if w.Shape == limit.Rate {
			hold, most = min(hold, horizon(w)), min(most, bookable(w))
		} else {
			most = min(most, w.N/100, l.stocks[i].fair(w.N))
		}
	}
	if took := at.Sub(l.last.at); took > 0 {
		most = min(most, (l.spent*int64(hold)-1)/int64(took)+1)
	}
	return max(most, units)
}

// fair is half of the own share of what is left of a quota of n: all those who lease it are to reach its end together.
func (s *stock) fair(n int64) int64 {
	left := max(n-s.used, 0)
	if s.growth <= s.own {
		return left / 2
	}
	return left / 2 * s.own / s.growth
}
