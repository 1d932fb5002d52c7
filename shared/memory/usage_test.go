package memory_test

import (
	"slices"
	"testing"
	"time"

	"postern/shared/limit"
	"postern/shared/memory"
)

func TestUsage(t *testing.T) {
	c := memory.NewCounter()
	rate, day := limit.NewRate("speed", 1, time.Second, 10), limit.NewCalendar("plan", 5, limit.Day, nil)
	first := limit.NewFirstCall("burst", 5, time.Hour)
	for i, ch := range []limit.Charge{
		{Owner: "app:a:shop", Units: 3, Windows: []limit.Window{day, rate}},
		{Owner: "app:a:shop", Units: 1, Windows: []limit.Window{first}},
		{Owner: "app:a:lab", Units: 2, Windows: []limit.Window{day}},
		{Owner: "client:a:x", Units: 1, Windows: []limit.Window{day}},
	} {
		ch.ID, ch.At = uint64(i), noon
		if out, err := c.Charge(t.Context(), ch); err != nil || !out.OK {
			t.Fatalf("charge %d: %+v, %v", i, out, err)
		}
	}
	midnight := noon.Add(12 * time.Hour)
	shop := []limit.Usage{
		{Owner: "app:a:shop", Limit: "burst", Unit: "first call", Used: 1, Ends: noon.Add(time.Hour)},
		{Owner: "app:a:shop", Limit: "plan", Unit: "day", Used: 3, Ends: midnight},
		{Owner: "app:a:shop", Limit: "speed", Unit: "rate", Ends: noon.Add(3 * time.Second)},
	}
	lab := limit.Usage{Owner: "app:a:lab", Limit: "plan", Unit: "day", Used: 2, Ends: midnight}
	for _, tt := range []struct {
		prefix string
		at     time.Time
		want   []limit.Usage
	}{
		{"app:", noon, append([]limit.Usage{lab}, shop...)},
		{"app:a:shop", noon.Add(3 * time.Second), shop[:2]},
		{"app:a:shop", midnight, nil},
		{"b", noon, nil},
	} {
		if got := c.Usage(tt.prefix, tt.at); !slices.Equal(got, tt.want) {
			t.Errorf("Usage(%q, %v) = %v, want %v", tt.prefix, tt.at, got, tt.want)
		}
	}
	for _, tt := range []struct {
		owner, limit string
		want         int
		left         []limit.Usage
	}{
		{"app:a:shop", "plan", 1, []limit.Usage{shop[0], shop[2]}},
		{"app:a:shop", "plan", 0, []limit.Usage{shop[0], shop[2]}},
		{"app:a:shop", "", 2, nil},
		{"app:a:nobody", "", 0, nil},
	} {
		if got := c.Reset(tt.owner, tt.limit); got != tt.want || !slices.Equal(c.Usage("app:a:shop", noon), tt.left) {
			t.Errorf("Reset(%q, %q) = %d, want %d; left %v, want %v", tt.owner, tt.limit, got, tt.want, c.Usage("app:a:shop", noon), tt.left)
		}
	}
	if out, err := c.Charge(t.Context(), limit.Charge{ID: 9, Owner: "app:a:shop", At: noon, Units: 5, Windows: []limit.Window{day}}); err != nil || !out.OK {
		t.Errorf("a charge after the reset: %+v, %v; want all 5 units", out, err)
	}
	if got := c.Usage("app:a:lab", noon); !slices.Equal(got, []limit.Usage{lab}) {
		t.Errorf("another owner has %v, want %v", got, lab)
	}
}
