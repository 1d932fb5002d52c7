package dynamo

import (
	"strconv"
	"strings"
	"time"

	"postern/shared/limit"
)

// What a counter's item keeps of an owner, all numbers:
//
//	<limit>.<unit>@<end>   calendar: units used until end, in seconds since 1970. The name rolls over, so no write has to
//	<limit>.t, .g          rate: when its bucket is full again, and was full last, in nanoseconds
//	<limit>.e, .u          first call: the end in milliseconds, units used
//	!<attempt>             marker of a charge: the second until which it is kept; negative: it was given back

// counterKey is the key of the item of an owner.
func counterKey(owner string) string { return "c#" + owner }

// marker is the attribute that says that an attempt was carried out.
func marker(id uint64) string { return "!" + attemptID(id) }

func calendarAttribute(w *limit.Window, end int64) string {
	return w.Name + "." + string(w.Unit) + "@" + strconv.FormatInt(end/int64(time.Second), 10)
}

func rateAttributes(w *limit.Window) (arrival, since string) { return w.Name + ".t", w.Name + ".g" }

func firstCallAttributes(w *limit.Window) (end, used string) { return w.Name + ".e", w.Name + ".u" }

// reading is an item as it was last seen: its numbers. Nil is an item that does not exist.
type reading map[string]int64

func newReading(i item) reading {
	r := make(reading, len(i))
	for name, value := range i {
		if n, ok := numberOf(value); ok {
			r[name] = n
		}
	}
	return r
}

// state is what the item says of a window; of a calendar, of the unit that at is in.
func (r reading) state(w *limit.Window, at time.Time) limit.State {
	switch w.Shape {
	case limit.Rate:
		arrival, since := rateAttributes(w)
		return limit.State{End: r[arrival], Since: r[since]}
	case limit.FirstCall:
		end, used := firstCallAttributes(w)
		return limit.State{End: r[end] * int64(time.Millisecond), Used: r[used]}
	default:
		end := w.End(at).UnixNano()
		return limit.State{End: end, Used: r[calendarAttribute(w, end)]}
	}
}

// left is how many units each window would still admit.
func (r reading) left(windows []limit.Window, at time.Time) []int64 {
	left := make([]int64, len(windows))
	for i := range windows {
		left[i] = windows[i].Left(r.state(&windows[i], at), at)
	}
	return left
}

// past are the attributes that are of no use to anybody any more: markers whose time is over, and calendar units that ended
// long enough ago that nobody still charges them.
func (r reading) past(at time.Time) (names []string) {
	now := at.Unix()
	for name, value := range r {
		if name[0] == '!' && max(value, -value) <= now {
			names = append(names, name)
		} else if end, ok := endOf(name); ok && end+int64(grace/time.Second) < now {
			names = append(names, name)
		}
	}
	return names
}

// endOf is when the calendar unit that an attribute counts is over.
func endOf(attribute string) (second int64, ok bool) {
	i := strings.LastIndexByte(attribute, '@')
	if i < 0 {
		return 0, false
	}
	second, err := strconv.ParseInt(attribute[i+1:], 10, 64)
	return second, err == nil
}
