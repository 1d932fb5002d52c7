//go:build dynamodb

package dynamo_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/limit"
)

func TestUsage(t *testing.T) {
	state := table(t)
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	counter := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return now }, Exact: true})
	rate, day := limit.NewRate("speed", 1, time.Second, 10), limit.NewCalendar("plan", 5, limit.Day, nil)
	minute, first := limit.NewCalendar("plan.small", 5, limit.Minute, nil), limit.NewFirstCall("burst", 5, time.Hour)
	charge := func(owner string, units int64, windows ...limit.Window) bool {
		t.Helper()
		out, err := counter.Charge(t.Context(), limit.Charge{
			ID: uint64(units) + uint64(len(owner))<<8 + uint64(windows[0].Shape)<<16, Owner: owner, At: now, Units: units, Windows: windows,
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.OK
	}
	if !charge("app:a:shop", 3, day, minute, rate) || !charge("app:a:shop", 1, first) || !charge("app:a:lab", 2, day) {
		t.Fatal("a charge was refused")
	}
	midnight := now.Add(12 * time.Hour)
	shop := []limit.Usage{
		{Owner: "app:a:shop", Limit: "burst", Unit: "first call", Used: 1, Ends: now.Add(time.Hour)},
		{Owner: "app:a:shop", Limit: "plan", Unit: "day", Used: 3, Ends: midnight},
		{Owner: "app:a:shop", Limit: "plan.small", Unit: "minute", Used: 3, Ends: now.Add(time.Minute)},
		{Owner: "app:a:shop", Limit: "speed", Unit: "rate", Ends: now.Add(3 * time.Second)},
	}
	lab := limit.Usage{Owner: "app:a:lab", Limit: "plan", Unit: "day", Used: 2, Ends: midnight}
	usage := &dynamo.Usage{Table: state}
	shows := func(prefix string, at time.Time, want ...limit.Usage) {
		t.Helper()
		if got, err := usage.Usage(t.Context(), prefix, at); err != nil || !slices.Equal(got, want) {
			t.Errorf("Usage(%q) = %v, %v; want %v", prefix, got, err, want)
		}
	}
	shows("", now, append([]limit.Usage{lab}, shop...)...)
	shows("app:a:shop", now.Add(time.Minute), shop[0], shop[1])
	shows("client:", now)
	for _, tt := range []struct {
		owner, limit string
		want         int
		left         []limit.Usage
	}{
		{"app:a:shop", "plan", 1, []limit.Usage{shop[0], shop[2], shop[3]}},
		{"app:a:shop", "plan", 0, []limit.Usage{shop[0], shop[2], shop[3]}},
		{"app:a:shop", "burst", 1, []limit.Usage{shop[2], shop[3]}},
		{"app:a:shop", "", 2, nil},
		{"app:a:nobody", "", 0, nil},
	} {
		if got, err := usage.Reset(t.Context(), tt.owner, tt.limit); err != nil || got != tt.want {
			t.Errorf("Reset(%q, %q) = %d, %v; want %d", tt.owner, tt.limit, got, err, tt.want)
		}
		shows("app:a:shop", now, tt.left...)
	}
	shows("app:a:lab", now, lab)
	shows("app:a:nobody", now)
	now = now.Add(time.Millisecond) // another charge than the one before
	if !charge("app:a:shop", 5, day) || charge("app:a:shop", 1, day) {
		t.Error("after the reset, other than exactly 5 units pass")
	}
}

// TestUsagePages: a table of several pages is read to its end.
func TestUsagePages(t *testing.T) {
	state := table(t)
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	counter := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return now }, Exact: true})
	day := limit.NewCalendar(fmt.Sprintf("%0900d", 1), 5, limit.Day, nil) // long, so that 1 MB, a page, is soon reached
	const owners = 600
	for i := range owners {
		ch := limit.Charge{ID: uint64(i), Owner: fmt.Sprintf("%01000d", i), At: now, Units: 1, Windows: []limit.Window{day}}
		if _, err := counter.Charge(t.Context(), ch); err != nil {
			t.Fatal(err)
		}
	}
	usage := &dynamo.Usage{Table: state}
	if got, err := usage.Usage(t.Context(), "", now); err != nil || len(got) != owners {
		t.Errorf("Usage = %d owners, %v; want %d", len(got), err, owners)
	}
}
