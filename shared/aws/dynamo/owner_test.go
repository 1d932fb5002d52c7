package dynamo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/shared/limit"
)

// TestUnits: the last 4,096 leased charges can be given back, those 8,192 ago are forgotten.
func TestUnits(t *testing.T) {
	var all units
	for i := range uint64(3 * generation) {
		all.add(&unit{handle: limit.Handle{Charge: limit.Charge{ID: i}}})
	}
	for _, tt := range []struct {
		ago  uint64
		want bool
	}{{1, true}, {generation, true}, {2*generation + 1, false}, {3 * generation, false}} {
		u, ok := all.find(3*generation - tt.ago)
		if ok != tt.want || ok && u.handle.ID != 3*generation-tt.ago {
			t.Errorf("unit %d ago: found %v, want %v", tt.ago, ok, tt.want)
		}
	}
}

// TestMarks: the last 256 are remembered, and those of exchanges that are over are named once, in order.
func TestMarks(t *testing.T) {
	o, over, open := owner{view: reading{marker(300): at().Unix()}}, make(chan struct{}), make(chan struct{})
	close(over)
	for i := range uint64(300) {
		o.mark(i, open)
	}
	o.mark(300, over)
	o.mark(301, nil)
	if len(o.marks) != mostMarks || o.marks[0].name != marker(302-mostMarks) {
		t.Errorf("%d marks from %s on, want the last %d", len(o.marks), o.marks[0].name, mostMarks)
	}
	if got, want := fmt.Sprint(o.useless(at())), fmt.Sprint([]string{marker(301), marker(300)}); got != want {
		t.Errorf("useless = %s, want %s", got, want)
	}
}

// TestLost: leases of unknown outcome are remembered, up to 8, unless they are of rates alone.
func TestLost(t *testing.T) {
	var o owner
	rate, day := limit.NewRate("", 100, time.Second, 0), limit.NewCalendar("", 1000, limit.Day, nil)
	o.lose(booking{windows: []limit.Window{rate}})
	if len(o.lost) != 0 {
		t.Error("a lease of a rate is remembered, want none")
	}
	for range 10 {
		o.lose(booking{windows: []limit.Window{rate, day}})
	}
	if len(o.lost) != mostLost {
		t.Errorf("%d leases are remembered, want %d", len(o.lost), mostLost)
	}
}

// TestComposeBelieves what its own last trip has seen, whatever others have seen meanwhile, and before it what was seen last.
func TestComposeBelieves(t *testing.T) {
	busy := reading{"rate.t": at().UnixNano() + 1}
	for _, tt := range []struct {
		view, seen reading
		unsure     bool
		want       bool // that the rate is busy
	}{
		{reading{}, nil, false, false},
		{busy, nil, false, true},
		{reading{"rate.t": 1}, nil, true, true},
		{busy, reading{}, true, false},
		{reading{}, busy, false, true},
		{busy, reading{"rate.t": 1}, true, false},
	} {
		o := owner{view: tt.view, busy: tt.unsure}
		a := newAsk(booking{at: at(), windows: []limit.Window{limit.NewRate("rate", 1, time.Second, 9)}}, 1, 1, []int64{0})
		a.seen = tt.seen
		e, _ := o.compose(a, 1)
		if got := strings.Contains(e.sets[0], "+"); got != tt.want {
			t.Errorf("seen by all %v, by itself %v: believed busy %v, want %v", tt.view, tt.seen, got, tt.want)
		}
	}
}

// TestComposeClears 40 attributes at most, and never the marker that it sets.
func TestComposeClears(t *testing.T) {
	o := owner{view: reading{}}
	for i := range uint64(50) {
		o.mark(i, nil)
	}
	a := newAsk(booking{id: 0, at: at(), windows: nil}, 1, 1, nil)
	e, cleared := o.compose(a, 1)
	if len(cleared) != 40 || len(e.removes) != 40 {
		t.Errorf("%d attributes are cleared, %d removed, want 40", len(cleared), len(e.removes))
	}
	for _, name := range cleared {
		if name == marker(0) {
			t.Error("a charge clears its own marker away")
		}
	}
	o.see(reply{held: true}, cleared)
	if len(o.marks) != 10 { // its own, and 9 of 49
		t.Errorf("%d marks are left, want 10", len(o.marks))
	}
	o.see(reply{}, []string{o.marks[0].name})
	if len(o.marks) != 10 {
		t.Errorf("%d marks after a write that did not hold, want 10", len(o.marks))
	}
}
