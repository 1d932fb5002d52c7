package dynamo_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/limit"
)

// TestTidyKeepsAway: what clears away 16 attributes must not make an item of one that was deleted meanwhile.
func TestTidyKeepsAway(t *testing.T) {
	var markers []string
	for i := range 16 {
		markers = append(markers, fmt.Sprintf(`"!aaaaaaaaa%02d":{"N":"1"}`, i))
	}
	for _, tt := range []struct {
		markers int
		quota   int64 // one that is leased, or not
		writes  int
	}{{15, 9, 1}, {16, 9, 2}, {16, 9000, 2}} {
		state, service := answers(t, ok(`"Attributes":{`+strings.Join(markers[:tt.markers], ",")+`}`), refused(""))
		c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return noon }})
		out, err := c.Charge(context.Background(), limit.Charge{
			Owner: "app:a:b", At: noon, Units: 1, Windows: []limit.Window{limit.NewCalendar("day", tt.quota, limit.Day, nil)},
		})
		if err != nil || !out.OK {
			t.Fatal(out, err)
		}
		sent := service.sent()
		if len(sent) != tt.writes {
			t.Fatalf("%d markers, quota of %d: %d writes, want %d", tt.markers, tt.quota, len(sent), tt.writes)
		}
		if tt.writes < 2 {
			continue
		}
		in := sent[1].in
		if got := in["ConditionExpression"]; got != "attribute_exists(#0)" || in["ExpressionAttributeNames"].(map[string]any)["#0"] != "pk" {
			t.Errorf("condition %v of %v, want that pk exists", got, in["ExpressionAttributeNames"])
		}
		if got := strings.Count(fmt.Sprint(in["UpdateExpression"]), "#"); got != 16 {
			t.Errorf("%v removes %d attributes, want 16", in["UpdateExpression"], got)
		}
	}
}

// TestChargeContended: whoever finds the item changed on each of 4 trips gives up.
func TestChargeContended(t *testing.T) {
	rate := limit.NewRate("rate", 1, time.Second, 9)
	busy, idle := refused(fmt.Sprintf(`{"rate.t":{"N":"%d"}}`, noon.UnixNano()+1)), refused(`{"rate.t":{"N":"1"}}`)
	state, service := answers(t, busy, idle)
	c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return noon }})
	out, err := c.Charge(context.Background(), limit.Charge{Owner: "app:a:b", At: noon, Units: 1, Windows: []limit.Window{rate}})
	if err == nil || out.OK || len(service.sent()) != 4 {
		t.Errorf("Charge = %+v, %v after %d trips; want an error after 4", out, err, len(service.sent()))
	}
}

// TestChargeConfirms: a refusal of which a copy may be on its way bars it, or finds that it was carried out meanwhile.
func TestChargeConfirms(t *testing.T) {
	full, day := `"day.day@2237155200":{"N":"9"}`, limit.NewCalendar("day", 9, limit.Day, nil)
	lost := broken(syscall.ECONNRESET)
	for _, tt := range []struct {
		name  string
		bar   []reply
		ok    bool
		fails bool
	}{
		{"barred", []reply{ok(`"Attributes":{` + full + `}`)}, false, false},
		{"barred by a copy", []reply{lost, refused(`{` + full + `,"!AAAAAAAAAAc":{"N":"-1"}}`)}, false, false},
		{"carried out", []reply{refused(`{` + full + `,"!AAAAAAAAAAc":{"N":"1"}}`)}, true, false},
		{"unknown", []reply{lost}, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			state, service := answers(t, append([]reply{lost, refused(`{` + full + `}`)}, tt.bar...)...)
			c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return noon }})
			out, err := c.Charge(context.Background(), limit.Charge{
				ID: 7, Owner: "app:a:b", At: noon, Units: 1, Windows: []limit.Window{day},
			})
			if out.OK != tt.ok || (err != nil) != tt.fails {
				t.Fatalf("Charge = %+v, %v; want OK %v, an error %v", out, err, tt.ok, tt.fails)
			}
			if tt.ok && (len(out.Handle.Periods) != 1 || out.Handle.Periods[0] != 2237155200e9) {
				t.Errorf("handle = %+v, want that of the day", out.Handle)
			}
			if got := service.sent()[2].in["ConditionExpression"]; got != "attribute_not_exists(#0)" {
				t.Errorf("condition of the third write = %v, want that the marker is absent", got)
			}
		})
	}
}

// TestMarkerOfWrongGuess: of a charge that took two trips, a copy of the first may be on its way. Its marker is not removed.
func TestMarkerOfWrongGuess(t *testing.T) {
	item := fmt.Sprintf(`{"rate.t":{"N":"%d"}}`, noon.Add(time.Second).UnixNano())
	for first, want := range map[int]bool{0: true, 1: false} {
		all := []reply{broken(syscall.ECONNRESET), refused(item), ok(`"Attributes":` + item)}
		state, service := answers(t, all[first:]...)
		c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return noon }})
		for id := range uint64(2) {
			ctx, end := context.WithCancel(t.Context())
			out, err := c.Charge(ctx, limit.Charge{
				ID: id, Owner: "app:a:b", At: noon, Units: 1, Windows: []limit.Window{limit.NewRate("rate", 1, time.Second, 9)},
			})
			if err != nil || !out.OK {
				t.Fatal(out, err)
			}
			end()
		}
		sent := service.sent()
		last := fmt.Sprint(sent[len(sent)-1].in["UpdateExpression"])
		if got := !strings.Contains(last, "REMOVE"); got != want {
			t.Errorf("with a lost copy %v: %s; want the marker kept: %v", first == 0, last, want)
		}
	}
}

// TestRefundOver: what was given back before, or is forgotten, takes one write. Where the answer to the charge was lost, a second
// one bars it.
func TestRefundOver(t *testing.T) {
	day := limit.NewCalendar("day", 9, limit.Day, nil)
	for _, tt := range []struct {
		name, item string
		periods    []int64
		writes     int
	}{
		{"given back", `{"!AAAAAAAAAAc":{"N":"-1"}}`, []int64{2237155200e9}, 1},
		{"forgotten", `{"exp":{"N":"1"}}`, []int64{2237155200e9}, 1},
		{"nobody", "", []int64{2237155200e9}, 1},
		{"never arrived", "", nil, 2},
	} {
		state, service := answers(t, refused(tt.item), ok(`"Attributes":{}`))
		c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return noon }})
		ch := limit.Charge{ID: 7, Owner: "app:a:b", At: noon, Units: 1, Windows: []limit.Window{day}}
		if err := c.Refund(t.Context(), limit.Handle{Charge: ch, Periods: tt.periods}); err != nil {
			t.Fatal(err)
		}
		if got := len(service.sent()); got != tt.writes {
			t.Errorf("%s: %d writes, want %d", tt.name, got, tt.writes)
		}
	}
}

// TestRefundLeavesOut what is over by the clock, and of a charge whose answer was lost what only that told.
func TestRefundLeavesOut(t *testing.T) {
	windows := []limit.Window{
		limit.NewRate("rate", 1, time.Second, 9), limit.NewFirstCall("first", 9, time.Minute),
		limit.NewCalendar("minute", 9, limit.Minute, nil), limit.NewCalendar("day", 9, limit.Day, nil),
	}
	known := []int64{noon.UnixNano(), noon.Add(time.Minute).UnixNano(), 2237112060e9, 2237155200e9}
	for _, tt := range []struct {
		name    string
		periods []int64
		after   time.Duration
		want    string
	}{
		{"all", known, time.Minute - 1, "day.day@2237155200 first.u minute.minute@2237112060 rate.t"},
		{"a minute later", known, time.Minute, "day.day@2237155200 rate.t"},
		{"lost answer", nil, 0, "day.day@2237155200 minute.minute@2237112060"},
		{"lost answer, a minute later", nil, time.Minute, "day.day@2237155200"},
	} {
		state, service := answers(t, ok(`"Attributes":{}`))
		c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return noon.Add(tt.after) }})
		h := limit.Handle{Charge: limit.Charge{ID: 7, Owner: "app:a:b", At: noon, Units: 2, Windows: windows}, Periods: tt.periods}
		if err := c.Refund(t.Context(), h); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(takenFrom(service.sent()[0]), " "); got != tt.want {
			t.Errorf("%s: given back to %s, want %s", tt.name, got, tt.want)
		}
	}
}

// takenFrom are the attributes that a write subtracts from, in order.
func takenFrom(q question) (attributes []string) {
	update := fmt.Sprint(q.in["UpdateExpression"])
	for placeholder, name := range q.in["ExpressionAttributeNames"].(map[string]any) {
		if strings.Contains(update, placeholder+" - ") {
			attributes = append(attributes, name.(string))
		}
	}
	slices.Sort(attributes)
	return attributes
}

// TestRefundFits: windows that can no longer take back their units are left out, the others take them, and the marker is set.
func TestRefundFits(t *testing.T) {
	const mark = `"!AAAAAAAAAAc":{"N":"1"}`
	all := []limit.Window{
		limit.NewRate("rate", 1, time.Second, 9), limit.NewFirstCall("first", 9, time.Minute), limit.NewCalendar("day", 9, limit.Day, nil),
	}
	end, since := noon.Add(time.Minute), noon.Add(-time.Second)
	handle := limit.Handle{
		Charge:  limit.Charge{ID: 7, Owner: "app:a:b", At: noon, Units: 2, Windows: all},
		Periods: []int64{since.UnixNano(), end.UnixNano(), 2237155200e9},
	}
	rate := func(since, full time.Time) string {
		return fmt.Sprintf(`"rate.g":{"N":"%d"},"rate.t":{"N":"%d"}`, since.UnixNano(), full.UnixNano())
	}
	first := func(end time.Time, used int) string {
		return fmt.Sprintf(`"first.e":{"N":"%d"},"first.u":{"N":"%d"}`, end.UnixMilli(), used)
	}
	const day = `"day.day@2237155200":{"N":"2"}`
	for _, tt := range []struct {
		name, item string
		want       string // attributes that are given back to
	}{
		{"all", rate(since, end) + "," + first(end, 2) + "," + day, "day.day@2237155200 first.u rate.t"},
		{"a later bucket", rate(noon, end) + "," + first(end, 2) + "," + day, "day.day@2237155200 first.u"},
		{"a full bucket", rate(since, noon) + "," + first(end, 2) + "," + day, "day.day@2237155200 first.u"},
		{"a later period", rate(since, end) + "," + first(end.Add(time.Second), 2) + "," + day, "day.day@2237155200 rate.t"},
		{"fewer used", rate(since, end) + "," + first(end, 1) + "," + day, "day.day@2237155200 rate.t"},
		{"nothing but the marker", `"x":{"N":"1"}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			state, service := answers(t, refused("{"+mark+","+tt.item+"}"), ok(`"Attributes":{}`))
			c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return noon }})
			if err := c.Refund(context.Background(), handle); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(takenFrom(service.sent()[1]), " "); got != tt.want {
				t.Errorf("given back to %s, want %s", got, tt.want)
			}
			if len(service.sent()) != 2 {
				t.Errorf("%d writes, want 2", len(service.sent()))
			}
		})
	}
}
