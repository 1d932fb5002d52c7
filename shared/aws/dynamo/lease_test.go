package dynamo

import (
	"slices"
	"testing"
	"time"

	"postern/shared/limit"
)

// alone is a lease of these windows and the table that it is the only one to charge, at a time that a test moves.
type alone struct {
	*testing.T
	*lease
	item  reading
	now   time.Time
	other int64 // units of quotas that others charge with each of its writes
}

func newAlone(t *testing.T, windows ...limit.Window) *alone {
	return &alone{T: t, lease: newLease(&owner{}, windows), item: reading{}, now: at()}
}

// spends is one request. It says how many units were booked for it, 0 if it took no write, and whether it passed.
func (a *alone) spends() (booked int64, ok bool) {
	a.Helper()
	ch := &limit.Charge{At: a.now, Units: 1}
	if out, decided := a.spend(ch); decided {
		return 0, out.OK
	}
	k := a.request(*ch)
	for i, n := range k.units {
		w := &a.windows[i]
		s := w.Charged(a.item.state(w, a.now), a.now, n)
		switch w.Shape {
		case limit.Rate:
			a.item[w.Name+".t"], a.item[w.Name+".g"] = s.End, s.Since
		case limit.FirstCall:
			a.item[w.Name+".e"], a.item[w.Name+".u"] = s.End/int64(time.Millisecond), s.Used+a.other
		default:
			a.item[calendarAttribute(w, s.End)] = s.Used + a.other
		}
	}
	k.seen = a.item
	k.charged(k.seen)
	a.take(k)
	out, decided := a.spend(ch)
	if !decided {
		a.Fatalf("what was booked cannot be spent: %+v", a.stocks)
	}
	return k.size, out.OK
}

// sizes are the leases that so many requests take, one every so often.
func (a *alone) sizes(requests int, every time.Duration) (booked []int64) {
	a.Helper()
	for range requests {
		if n, _ := a.spends(); n > 0 {
			booked = append(booked, n)
		}
		a.now = a.now.Add(every)
	}
	return booked
}

// TestLeaseSizes: the first is 1, each is at most twice the one before, and as many units as the speed spends in 250 ms.
func TestLeaseSizes(t *testing.T) {
	large, capped := limit.NewCalendar("day", 1e6, limit.Day, nil), limit.NewCalendar("day", 700, limit.Day, nil)
	for _, tt := range []struct {
		name     string
		window   limit.Window
		requests int
		every    time.Duration
		want     []int64
	}{
		{"100 a second", large, 107, 10 * time.Millisecond, []int64{1, 2, 4, 8, 16, 25, 25, 25, 25}},
		{"as fast as can be", large, 127, 0, []int64{1, 2, 4, 8, 16, 32, 64}},
		{"8 a second", large, 8, 125 * time.Millisecond, []int64{1, 2, 2, 2, 2}},
		{"1 a second", large, 4, time.Second, []int64{1, 1, 1, 1}},
		{"a hundredth of the quota", capped, 35, time.Millisecond, []int64{1, 2, 4, 7, 7, 7, 7}},
		{"what a rate gives back in 250 ms", limit.NewRate("rate", 200, time.Second, 1000), 160, time.Microsecond, []int64{1, 2, 4, 8, 16, 32, 50, 50}},
		{"what a small bucket is held for", limit.NewRate("rate", 200, time.Second, 40), 18, 10 * time.Millisecond, []int64{1, 2, 4, 5, 5, 5}},
		{"a quarter of the bucket", limit.NewRate("rate", 200, time.Second, 40), 28, time.Microsecond, []int64{1, 2, 4, 8, 10, 10}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := newAlone(t, tt.window).sizes(tt.requests, tt.every); !slices.Equal(got, tt.want) {
				t.Errorf("leases of %d requests = %v, want %v", tt.requests, got, tt.want)
			}
		})
	}
}

// TestLeaseSlowsDown: after a pause the next lease is 1 again.
func TestLeaseSlowsDown(t *testing.T) {
	a := newAlone(t, limit.NewCalendar("day", 1e6, limit.Day, nil))
	a.sizes(31, time.Millisecond)
	a.now = a.now.Add(time.Minute)
	if got := a.sizes(1, 0); !slices.Equal(got, []int64{1}) {
		t.Errorf("lease after a minute = %v, want 1", got)
	}
}

// TestLeaseFair: near the end of a quota an environment asks for half of its share of what is left, so that the last leases
// are of 1.
func TestLeaseFair(t *testing.T) {
	a := newAlone(t, limit.NewCalendar("day", 2000, limit.Day, nil))
	a.other = 5
	var used int64
	for used < 1990 {
		booked := a.sizes(1, time.Microsecond)
		left := 2000 - used
		used = a.item["day.day@1795305600"]
		if len(booked) > 0 && booked[0] > max(1, left/2) {
			t.Fatalf("lease of %d with %d left, want at most half", booked[0], left)
		}
		if len(booked) > 0 && left < 12 && booked[0] != 1 {
			t.Errorf("lease of %d with %d left and others faster, want 1", booked[0], left)
		}
	}
	for _, tt := range []struct{ n, used, own, growth, want int64 }{
		{1000, 0, 0, 0, 500},
		{1000, 600, 10, 10, 200},
		{1000, 600, 10, 100, 20},
		{1000, 600, 10, 1000, 2},
		{1000, 999, 10, 100, 0},
		{1000, 1200, 10, 100, 0},
	} {
		s := stock{used: tt.used, own: tt.own, growth: tt.growth}
		if got := s.fair(tt.n); got != tt.want {
			t.Errorf("%d of %d used, own %d of the last %d: fair = %d, want %d", tt.used, tt.n, tt.own, tt.growth, got, tt.want)
		}
	}
}

// TestLeaseBookedAhead: with the smaller bucket spent, what is booked is spent from the time on when it would be there, for
// 250 ms, and not before or after. 500/s with a bucket of 500: 375 units at once, 125 booked ahead.
func TestLeaseBookedAhead(t *testing.T) {
	w := limit.NewRate("rate", 500, time.Second, 500)
	a := newAlone(t, w)
	a.item["rate.t"], a.item["rate.g"] = at().UnixNano()+int64(750*time.Millisecond), at().UnixNano() // 375 spent
	ch := &limit.Charge{At: at(), Units: 1}
	k := newAsk(booking{id: 1, at: at(), windows: a.windows}, 25, 1, []int64{0})
	a.item["rate.t"] += int64(50 * time.Millisecond)
	k.seen = a.item
	k.charged(k.seen)
	a.take(k)
	from := at().Add(50 * time.Millisecond)
	for _, tt := range []struct {
		after       time.Duration
		decided, ok bool
	}{
		{0, true, false},
		{50*time.Millisecond - 1, true, false},
		{50 * time.Millisecond, true, true},
		{300*time.Millisecond - 1, true, true},
		{300 * time.Millisecond, false, false},
		{-time.Second, true, false},
	} {
		ch.At = at().Add(tt.after)
		out, decided := a.spend(ch)
		if decided != tt.decided || out.OK != tt.ok {
			t.Errorf("after %v: decided %v, passed %v; want %v, %v", tt.after, decided, out.OK, tt.decided, tt.ok)
		}
		if decided && !out.OK && !out.Until.Equal(from) {
			t.Errorf("after %v: refused until %v, want %v", tt.after, out.Until, from)
		}
	}
}

// TestLeaseEarly: of two rates that are booked ahead, the later one refuses.
func TestLeaseEarly(t *testing.T) {
	l := newLease(&owner{}, []limit.Window{limit.NewRate("a", 100, time.Second, 0), limit.NewRate("b", 6000, time.Minute, 100)})
	now := at().UnixNano()
	for _, tt := range []struct {
		from [2]int64
		want int
	}{{[2]int64{2, 1}, 0}, {[2]int64{1, 2}, 1}, {[2]int64{1, 0}, 0}, {[2]int64{0, 1}, 1}, {[2]int64{0, -1}, none}} {
		for i := range l.stocks {
			l.stocks[i] = stock{left: 9, from: now + tt.from[i], until: now + 9}
		}
		out, decided := l.spend(&limit.Charge{At: at(), Units: 1})
		if decided && out.OK != (tt.want == none) || tt.want != none && out.Refused != tt.want {
			t.Errorf("units from %v on: %+v, want a refusal by %d", tt.from, out, tt.want)
		}
	}
}

// TestLeaseTakesNothing of a period that nobody knows.
func TestLeaseTakesNothing(t *testing.T) {
	a := newAlone(t, limit.NewFirstCall("w", 1e6, time.Minute))
	a.sizes(2, 0)
	k := a.request(limit.Charge{At: a.now, Units: 1})
	k.seen, k.periods = reading{"w.e": at().Add(time.Hour).UnixMilli(), "w.u": 9}, []int64{0}
	a.take(k)
	if s := a.stocks[0]; s != (stock{}) {
		t.Errorf("stock = %+v, want none", s)
	}
}

// TestLeaseUnspend: a unit goes back to the period that it came from, or nowhere.
func TestLeaseUnspend(t *testing.T) {
	for _, w := range []limit.Window{limit.NewCalendar("w", 1e6, limit.Minute, nil), limit.NewRate("w", 1000, time.Second, 1000)} {
		a := newAlone(t, w)
		a.sizes(10, 0) // 1 + 2 + 4 and 3 of 8
		out, _ := a.spend(&limit.Charge{At: a.now, Units: 1})
		a.unspend(&out.Handle)
		if s := &a.stocks[0]; s.left != 5 || a.spent != 3 {
			t.Errorf("%s: %d left, %d spent after a refund, want 5 and 3", &w, s.left, a.spent)
		}
		a.now = a.now.Add(time.Minute)
		a.sizes(1, 0)
		left := a.stocks[0].left
		if a.unspend(&out.Handle); a.stocks[0].left != left {
			t.Errorf("%s: %d left after a refund that came too late, want %d", &w, a.stocks[0].left, left)
		}
	}
}

// TestLeaseFound: of a booking whose answer was lost, others may have booked since. Its units are spent no later than 250 ms
// after it was sent, and no sooner than all of them would be there.
func TestLeaseFound(t *testing.T) {
	w := limit.NewRate("rate", 500, time.Second, 500)
	for _, tt := range []struct {
		full        time.Duration // the bucket as found
		from, until time.Duration
	}{
		{850 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond},
		{1100 * time.Millisecond, 350 * time.Millisecond, 250 * time.Millisecond}, // never
	} {
		s := booked(&w, 25, at().Add(tt.full).UnixNano(), &ask{booking: booking{at: at()}, found: true})
		if s.from != at().Add(tt.from).UnixNano() || s.until != at().Add(tt.until).UnixNano() {
			t.Errorf("full in %v: to be spent from %v until %v, want %v until %v", tt.full,
				time.Duration(s.from-at().UnixNano()), time.Duration(s.until-at().UnixNano()), tt.from, tt.until)
		}
	}
}

// TestLeaseRateAndQuota: when the units of the rate expire, those of the quota stay, and the next write asks for fewer.
func TestLeaseRateAndQuota(t *testing.T) {
	a := newAlone(t, limit.NewRate("rate", 500, time.Second, 500), limit.NewCalendar("day", 1e6, limit.Day, nil))
	a.sizes(16, time.Microsecond) // 1, 2, 4 and 8 of 16
	const day = "day.day@1795305600"
	if a.item[day] != 31 {
		t.Fatalf("used = %d, want 31", a.item[day])
	}
	a.now = a.now.Add(300 * time.Millisecond) // 1 spent of the last 16 in 300 ms: 1 is asked for, 15 are in hand
	if got := a.sizes(1, 0); !slices.Equal(got, []int64{1}) || a.item[day] != 31 {
		t.Errorf("after 300 ms: leases %v, %d used, want 1 of the rate and none of the quota", got, a.item[day])
	}
	for range 14 {
		a.now = a.now.Add(300 * time.Millisecond)
		a.sizes(1, 0)
	}
	if a.item[day] != 31 {
		t.Errorf("after 15 more requests: %d used, want the 31 that were booked", a.item[day])
	}
	a.now = a.now.Add(300 * time.Millisecond)
	if a.sizes(1, 0); a.item[day] != 32 {
		t.Errorf("after 16 more requests: %d used, want 32", a.item[day])
	}
}

// TestLeasePeriods: the units of a day are of no use on the next, those of a period from the first call after its end.
func TestLeasePeriods(t *testing.T) {
	for _, w := range []limit.Window{limit.NewCalendar("w", 1e6, limit.Minute, nil), limit.NewFirstCall("w", 1e6, time.Minute)} {
		a := newAlone(t, w)
		a.sizes(8, time.Microsecond)
		if b, ok := a.spends(); b != 0 || !ok {
			t.Fatalf("%s: a unit in hand took a lease of %d, passed %v", &w, b, ok)
		}
		a.now = a.now.Add(time.Minute)
		if b, ok := a.spends(); b == 0 || !ok {
			t.Errorf("%s: a minute later no lease was taken, passed %v", &w, ok)
		}
	}
}
