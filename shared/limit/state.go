package limit

import "time"

// State is what a store keeps of one window of an owner; of a calendar, one for each of its units. The zero value is that of
// a window which nobody used.
type State struct {
	End   int64 // nanoseconds since 1970: when the period is over; of a rate, when its bucket is full again
	Since int64 // of a rate: when its bucket was full last
	Used  int64 // of a quota: units
}

// Period tells the periods of a window apart: refunds must not credit a later one.
func (w *Window) Period(s State) int64 {
	if w.Shape == Rate {
		return s.Since
	}
	return s.End
}

// Left is how many units the window admits at this time. It is what decides: n units pass if they are no more.
func (w *Window) Left(s State, at time.Time) int64 {
	if w.N == 0 {
		return 0
	}
	s = w.current(s, at)
	if w.Shape == Rate {
		step := w.Step()
		return max((at.UnixNano()+w.Burst*step-s.End)/step, 0)
	}
	return max(w.N-s.Used, 0)
}

// Until is when n units that do not pass now could; zero: never.
func (w *Window) Until(s State, n int64) time.Time {
	switch {
	case n > w.Size() || w.N == 0:
		return time.Time{}
	case w.Shape == Rate:
		return time.Unix(0, s.End-(w.Burst-n)*w.Step()).UTC()
	default:
		return time.Unix(0, s.End).UTC()
	}
}

// Charged is the state after n more units.
func (w *Window) Charged(s State, at time.Time, n int64) State {
	s = w.current(s, at)
	if w.Shape == Rate {
		s.End += n * w.Step()
	} else {
		s.Used += n
	}
	return s
}

// Refunded is the state with n units of that period given back.
func (w *Window) Refunded(s State, period, n int64) State {
	switch {
	case w.Period(s) != period:
	case w.Shape == Rate:
		s.End -= n * w.Step()
	default:
		s.Used = max(s.Used-n, 0)
	}
	return s
}

// current is s, or a new period where that of s is over.
func (w *Window) current(s State, at time.Time) State {
	if now := at.UnixNano(); s.End <= now {
		return State{End: w.End(at).UnixNano(), Since: now}
	}
	return s
}
