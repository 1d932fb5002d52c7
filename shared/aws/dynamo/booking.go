package dynamo

import (
	"time"

	"postern/shared/limit"
)

// booking is units of windows of one owner, charged by one write.
type booking struct {
	id      uint64
	owner   string
	at      time.Time // of the decision
	windows []limit.Window
	units   []int64 // of each window; 0: it is left out
	periods []int64 // of each window as it was charged, like limit.Handle's; 0: unknown
	until   int64   // second until which the marker is kept
}

// charge is the write that charges b, with forms for what the item is believed to be. busy: so are rates that seem idle.
func (b *booking) charge(view reading, busy bool, exp int64) *expression {
	e := newExpression()
	mark := e.name(marker(b.id))
	e.where("attribute_not_exists(%s)", mark)
	for i, n := range b.units {
		w := &b.windows[i]
		switch {
		case n == 0:
		case w.Shape == limit.Calendar:
			e.chargeCalendar(w, n, b.at)
		case w.Shape == limit.FirstCall:
			e.chargeFirstCall(w, n, b.at, view)
		default:
			e.chargeRate(w, n, b.at, believedBusy(w, b.at, view, busy))
		}
	}
	e.set("%s = %s", mark, e.number(b.until))
	e.set("%s = %s", e.name(TTLAttribute), e.number(exp))
	return e
}

func (e *expression) chargeCalendar(w *limit.Window, n int64, at time.Time) {
	used := e.name(calendarAttribute(w, w.End(at).UnixNano()))
	e.set("%s = if_not_exists(%s, %s) + %s", used, used, e.number(0), e.number(n))
	e.where("(attribute_not_exists(%s) OR %s <= %s)", used, used, e.number(w.N-n))
}

func (e *expression) chargeRate(w *limit.Window, n int64, at time.Time, busy bool) {
	arrivalName, sinceName := rateAttributes(w)
	arrival, now, cost := e.name(arrivalName), at.UnixNano(), n*w.Step()
	if busy {
		e.set("%s = %s + %s", arrival, arrival, e.number(cost))
		e.where("%s > %s AND %s <= %s", arrival, e.number(now), arrival, e.number(now+w.Burst*w.Step()-cost))
		return
	}
	e.set("%s = %s", arrival, e.number(now+cost))
	e.set("%s = %s", e.name(sinceName), e.number(now))
	e.where("(attribute_not_exists(%s) OR %s <= %s)", arrival, arrival, e.number(now))
}

// believedBusy says that the bucket is not full: an expression cannot ask. unsure: others are busy, whatever was seen last.
func believedBusy(w *limit.Window, at time.Time, view reading, unsure bool) bool {
	arrival, _ := rateAttributes(w)
	seen, ok := view[arrival]
	return seen > at.UnixNano() || unsure && ok
}

func (e *expression) chargeFirstCall(w *limit.Window, n int64, at time.Time, view reading) {
	endName, usedName := firstCallAttributes(w)
	end, used, now := e.name(endName), e.name(usedName), e.number(at.UnixMilli())
	if view[endName] > at.UnixMilli() {
		e.set("%s = %s + %s", used, used, e.number(n))
		e.where("%s > %s AND %s <= %s", end, now, used, e.number(w.N-n))
		return
	}
	e.set("%s = %s", end, e.number(firstCallEnd(w, at)))
	e.set("%s = %s", used, e.number(n))
	e.where("(attribute_not_exists(%s) OR %s <= %s)", end, end, now)
}

// firstCallEnd is in milliseconds, rounded up: the limit holds in the whole of Per.
func firstCallEnd(w *limit.Window, at time.Time) int64 {
	return w.End(at.Add(time.Millisecond - 1)).UnixMilli()
}

// charged notes which periods b was charged in, as the item tells afterwards. When b's own answer was lost, it may tell of a
// later period: then b's is unknown.
func (b *booking) charged(view reading) {
	b.periods = make([]int64, len(b.windows))
	for i := range b.windows {
		w := &b.windows[i]
		s := view.state(w, b.at)
		if b.units[i] > 0 && began(w, s) <= b.at.UnixNano() {
			b.periods[i] = w.Period(s)
		}
	}
}

// began is when the period of a state did, or before. One that began after a charge is not the one that was charged: that had
// to be over first.
func began(w *limit.Window, s limit.State) int64 {
	switch w.Shape {
	case limit.Rate:
		return s.Since
	case limit.FirstCall:
		return s.End - int64(w.Per) - int64(time.Millisecond) + 1
	default:
		return 0 // the attribute's name is the period's
	}
}
