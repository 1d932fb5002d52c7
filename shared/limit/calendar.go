package limit

import "time"

// End is when a period that holds at is over: a calendar unit at the start of the next one, a first call's Per after at. A
// rate has no end, it is at itself. Days of 23 and 25 hours come out right; units up to an hour keep their length when the
// clocks change.
func (w *Window) End(at time.Time) time.Time {
	switch w.Shape {
	case FirstCall:
		return at.Add(w.Per)
	case Rate:
		return at
	}
	at = at.In(w.Zone)
	y, m, d := at.Date()
	switch w.Unit {
	case Second:
		return nextUnit(at, time.Second)
	case Minute:
		return nextUnit(at, time.Minute)
	case Hour:
		return nextUnit(at, time.Hour)
	case Day:
		return nextDate(at, y, m, d+1)
	default:
		return nextDate(at, y, m+1, 1)
	}
}

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}

func nextUnit(at time.Time, unit time.Duration) time.Time {
	off := offset(at)
	return at.Add(off).Truncate(unit).Add(unit - off)
}

// nextDate is the first instant after at at which the clocks of its zone show that date or a later one. time.Date alone
// would not do: where the clocks skip midnight it may be before at.
func nextDate(at time.Time, y int, m time.Month, d int) time.Time {
	midnight := time.Date(y, m, d, 0, 0, 0, 0, time.UTC) // what a clock shows then
	for {
		_, change := at.ZoneBounds()
		end := midnight.Add(-offset(at))
		switch {
		case change.IsZero() || end.Before(change):
			return end.In(at.Location())
		case !change.Add(offset(change)).Before(midnight): // the clocks jump to it or over it
			return change
		}
		at = change
	}
}
