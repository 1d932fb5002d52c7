//go:build dynamodb

package dynamo_test

import (
	"context"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/limit"
)

const ownerKey = "c#app:members:shop"

// five are windows of every shape, each of 10 units.
func five() []limit.Window {
	return []limit.Window{
		limit.NewRate("rate", 1, time.Hour, 10), limit.NewCalendar("minute", 10, limit.Minute, nil),
		limit.NewCalendar("day", 10, limit.Day, nil), limit.NewCalendar("month", 10, limit.Month, nil),
		limit.NewFirstCall("first", 10, time.Hour),
	}
}

func unit(windows ...limit.Window) limit.Charge {
	return limit.Charge{ID: rand.Uint64(), Owner: "app:members:shop", At: noon, Units: 1, Windows: windows}
}

// environment is a counter of its own, whose clock says noon.
func environment(table *dynamo.Table) *dynamo.Counter {
	return dynamo.NewCounter(table, dynamo.CounterOptions{Now: func() time.Time { return noon }, Random: atOnce})
}

// numbers are the attributes of the owner's item that are numbers.
func numbers(t *testing.T, table *dynamo.Table) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	for name, value := range stored(t, table, ownerKey) {
		if n, err := strconv.ParseInt(attribute(value), 10, 64); err == nil {
			all[name] = n
		}
	}
	return all
}

// used are the units of the five windows that the item says are used.
func used(t *testing.T, table *dynamo.Table) []int64 {
	t.Helper()
	n := numbers(t, table)
	return []int64{
		max(n["rate.t"]-noon.UnixNano(), 0) / int64(time.Hour), n["minute.minute@2237112060"], n["day.day@2237155200"],
		n["month.month@2237932800"], n["first.u"],
	}
}

func wantUsed(t *testing.T, table *dynamo.Table, want ...int64) {
	t.Helper()
	if got := used(t, table); !reflect.DeepEqual(got, want) {
		t.Errorf("used = %v, want %v", got, want)
	}
}

// TestChargeFaults: whatever happens to the first copy of a charge of five windows, they are charged once, and once given
// back.
func TestChargeFaults(t *testing.T) {
	for name, f := range dynamotest.Each() {
		t.Run(name, func(t *testing.T) {
			plain, broken, faults := faulty(t, dynamotest.First(1, "UpdateItem", f))
			out, err := environment(broken).Charge(t.Context(), unit(five()...))
			if err != nil || !out.OK {
				t.Fatalf("Charge = %+v, %v; want a charge", out, err)
			}
			deliver(t, faults)
			wantUsed(t, plain, 1, 1, 1, 1, 1)
			if faults.Sent("UpdateItem") != 2 {
				t.Errorf("%d copies sent, want 2", faults.Sent("UpdateItem"))
			}
			if err := environment(plain).Refund(t.Context(), out.Handle); err != nil {
				t.Fatal(err)
			}
			wantUsed(t, plain, 0, 0, 0, 0, 0)
		})
	}
}

// TestChargeLastUnitFaults: a charge of the last unit is not refused by its own first copy.
func TestChargeLastUnitFaults(t *testing.T) {
	for name, f := range dynamotest.Each() {
		t.Run(name, func(t *testing.T) {
			plain, broken, faults := faulty(t, dynamotest.First(1, "UpdateItem", f))
			ch := unit(five()...)
			ch.Units = 10
			if out, err := environment(broken).Charge(t.Context(), ch); err != nil || !out.OK {
				t.Fatalf("Charge = %+v, %v; want a charge", out, err)
			}
			deliver(t, faults)
			wantUsed(t, plain, 10, 10, 10, 10, 10)
		})
	}
}

// TestRefundFaults: whatever happens to the first two copies of a refund, it gives back once.
func TestRefundFaults(t *testing.T) {
	for name, f := range dynamotest.Each() {
		for copies := 1; copies <= 2; copies++ {
			t.Run(name+" "+strconv.Itoa(copies), func(t *testing.T) {
				plain, broken, faults := faulty(t, dynamotest.First(copies, "UpdateItem", f))
				out, err := environment(plain).Charge(t.Context(), unit(five()...))
				if err != nil || !out.OK {
					t.Fatalf("Charge = %+v, %v; want a charge", out, err)
				}
				if out, err := environment(plain).Charge(t.Context(), unit(five()...)); err != nil || !out.OK {
					t.Fatalf("Charge = %+v, %v; want a charge", out, err)
				}
				if err := environment(broken).Refund(t.Context(), out.Handle); err != nil {
					t.Fatal(err)
				}
				deliver(t, faults)
				wantUsed(t, plain, 1, 1, 1, 1, 1)
			})
		}
	}
}

// TestChargeUnknown: when no copy of a charge is answered, nobody is told that it passed. Its refund gives it back if, and
// only if, it arrived, and keeps copies that come after it from charging. What a rate and a first call count, only the lost
// answer knew.
func TestChargeUnknown(t *testing.T) {
	for name, tt := range map[string]struct {
		fault           dynamotest.Fault
		charged, gotten []int64 // before and after the refund
	}{
		"both answers lost":  {dynamotest.Lost, []int64{1, 1, 1, 1, 1}, []int64{1, 0, 0, 0, 1}},
		"both answers late":  {dynamotest.Late, []int64{1, 1, 1, 1, 1}, []int64{1, 0, 0, 0, 1}},
		"500 twice":          {dynamotest.Failed, []int64{1, 1, 1, 1, 1}, []int64{1, 0, 0, 0, 1}},
		"both arrive later":  {dynamotest.Overtaken, []int64{0, 0, 0, 0, 0}, []int64{0, 0, 0, 0, 0}},
		"throttled for long": {dynamotest.Throttled, []int64{0, 0, 0, 0, 0}, []int64{0, 0, 0, 0, 0}},
		"never arrived":      {dynamotest.Cut, []int64{0, 0, 0, 0, 0}, []int64{0, 0, 0, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			plain, broken, faults := faulty(t, dynamotest.First(2, "UpdateItem", tt.fault))
			ch, c := unit(five()...), environment(broken)
			if out, err := c.Charge(t.Context(), ch); err == nil || out.OK {
				t.Fatalf("Charge = %+v, %v; want an error", out, err)
			}
			wantUsed(t, plain, tt.charged...)
			for range 2 {
				if err := c.Refund(t.Context(), limit.Handle{Charge: ch}); err != nil {
					t.Fatal(err)
				}
			}
			deliver(t, faults)
			wantUsed(t, plain, tt.gotten...)
			if n := numbers(t, plain); n["exp"] == 0 {
				t.Error("the item never leaves: it has no exp")
			}
		})
	}
}

// TestRefundUnknown: one whose answers were all lost says so, and may be repeated until it is answered.
func TestRefundUnknown(t *testing.T) {
	plain, broken, _ := faulty(t, dynamotest.First(3, "UpdateItem", dynamotest.Lost))
	out, err := environment(plain).Charge(t.Context(), unit(five()...))
	if err != nil || !out.OK {
		t.Fatal(out, err)
	}
	c := environment(broken)
	if err := c.Refund(t.Context(), out.Handle); err == nil {
		t.Error("Refund without an answer succeeded, want an error")
	}
	if err := c.Refund(t.Context(), out.Handle); err != nil {
		t.Error(err)
	}
	wantUsed(t, plain, 0, 0, 0, 0, 0)
}

// TestRefundRates: of a bucket of ten that was spent, full again and spent again, the first ten are not given back, also when
// the answer to their charge was lost and the item told of the second ten by the time it was found.
func TestRefundRates(t *testing.T) {
	plain, broken, faults := faulty(t, dynamotest.First(1, "UpdateItem", dynamotest.Cut))
	w := limit.NewRate("rate", 10, time.Second, 10)
	first, second := unit(w), unit(w)
	first.Units, second.Units, second.At = 10, 10, noon.Add(time.Second)
	if out, err := environment(plain).Charge(t.Context(), first); err != nil || !out.OK {
		t.Fatal(out, err)
	}
	if out, err := environment(plain).Charge(t.Context(), second); err != nil || !out.OK {
		t.Fatal(out, err)
	}
	found, err := environment(broken).Charge(t.Context(), first) // a late copy
	if err != nil || !found.OK {
		t.Fatal(found, err)
	}
	if err := environment(plain).Refund(t.Context(), found.Handle); err != nil {
		t.Fatal(err)
	}
	if got, want := numbers(t, plain)["rate.t"], noon.Add(2*time.Second).UnixNano(); got != want || faults.Sent("UpdateItem") != 2 {
		t.Errorf("bucket is full at %d, want %d", got, want)
	}
}

// TestMarkers: an own marker leaves with the next charge once its exchange is over. It stays while a refund may come, and where
// a copy of its charge may be on its way.
func TestMarkers(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault dynamotest.Fault
		over  bool
		want  int // markers after a second charge
	}{
		{"over", dynamotest.None, true, 1},
		{"in progress", dynamotest.None, false, 2},
		{"throttled", dynamotest.Throttled, true, 1},
		{"answer lost", dynamotest.Lost, true, 2},
		{"late", dynamotest.Late, true, 2},
		{"500", dynamotest.Failed, true, 2},
		{"cut", dynamotest.Cut, true, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plain, broken, _ := faulty(t, dynamotest.First(1, "UpdateItem", tt.fault))
			c := environment(broken)
			ctx, end := context.WithCancel(t.Context())
			defer end()
			if out, err := c.Charge(ctx, unit(five()...)); err != nil || !out.OK {
				t.Fatal(out, err)
			}
			if tt.over {
				end()
			}
			if out, err := c.Charge(t.Context(), unit(five()...)); err != nil || !out.OK {
				t.Fatal(out, err)
			}
			markers := 0
			for name := range numbers(t, plain) {
				if strings.HasPrefix(name, "!") {
					markers++
				}
			}
			if markers != tt.want {
				t.Errorf("%d markers, want %d", markers, tt.want)
			}
			wantUsed(t, plain, 2, 2, 2, 2, 2)
		})
	}
}
