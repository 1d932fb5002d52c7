package dynamo

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"postern/shared/limit"
)

// plain is an expression with what its placeholders stand for, and the placeholders that it uses.
func plain(in *dynamodb.UpdateItemInput, expression string) (text string, used []string) {
	text = regexp.MustCompile(`[#:][0-9]+`).ReplaceAllStringFunc(expression, func(p string) string {
		used = append(used, p)
		if name, ok := in.ExpressionAttributeNames[p]; ok {
			return name
		}
		if v, ok := in.ExpressionAttributeValues[p].(*types.AttributeValueMemberN); ok {
			return v.Value
		}
		return "?"
	})
	return text, used
}

func checkExpression(t *testing.T, e *expression, update, condition string) {
	t.Helper()
	in := e.update("c#owner")
	got, used := plain(in, *in.UpdateExpression)
	if got != update {
		t.Errorf("update:\n%s\nwant:\n%s", got, update)
	}
	got, more := plain(in, *in.ConditionExpression)
	if got != condition {
		t.Errorf("condition:\n%s\nwant:\n%s", got, condition)
	}
	used = append(used, more...)
	slices.Sort(used)
	sent := slices.Sorted(maps.Keys(in.ExpressionAttributeNames))
	sent = append(sent, slices.Sorted(maps.Keys(in.ExpressionAttributeValues))...)
	slices.Sort(sent)
	if used = slices.Compact(used); !slices.Equal(sent, used) {
		t.Errorf("placeholders sent = %v, want those used: %v", sent, used)
	}
}

// at is 2026-11-21 15:39:59.5 UTC.
func at() time.Time { return time.UnixMilli(1795275599500).UTC() }

// TestChargeExpression follows the documented forms and, in its first case, the documented example: a known rate and a minute
// limit in one write that drops two attributes. By hand: 1,795,275,600 is the end of the minute, 5 units of 10 ms are
// 50,000,000 ns, and 300 of them a bucket.
func TestChargeExpression(t *testing.T) {
	rate, minute := limit.NewRate("rate", 100, time.Second, 300), limit.NewCalendar("min", 1000, limit.Minute, nil)
	first := limit.NewFirstCall("first", 40, 90*time.Second)
	const (
		none      = "attribute_not_exists(!AAAAAAAAAAc)"
		kept      = "!AAAAAAAAAAc = 1795275660, exp = 1797957600"
		perMin    = "min.minute@1795275600 = if_not_exists(min.minute@1795275600, 0) + 5"
		past      = 1795275599499999999
		future    = 1795275599500000001
		begin     = "SET rate.t = 1795275599550000000, rate.g = 1795275599500000000, " + kept
		idle      = " AND (attribute_not_exists(rate.t) OR rate.t <= 1795275599500000000)"
		firstEnd  = "SET first.e = 1795275689500, first.u = 5, " + kept
		firstOver = " AND (attribute_not_exists(first.e) OR first.e <= 1795275599500)"
	)
	for _, tt := range []struct {
		name              string
		view              reading
		busy              bool
		windows           []limit.Window
		drop              []string
		update, condition string
	}{
		{
			name: "the documented example", view: reading{"rate.t": future}, windows: []limit.Window{rate, minute},
			drop:   []string{"!AVxAeK10kkA", "min.minute@1795275540"},
			update: "SET rate.t = rate.t + 50000000, " + perMin + ", " + kept + " REMOVE !AVxAeK10kkA, min.minute@1795275540",
			condition: none + " AND rate.t > 1795275599500000000 AND rate.t <= 1795275602450000000 AND " +
				"(attribute_not_exists(min.minute@1795275600) OR min.minute@1795275600 <= 995)",
		},
		{name: "unknown rate", busy: true, windows: []limit.Window{rate}, update: begin, condition: none + idle},
		{name: "idle rate", view: reading{"rate.t": past}, windows: []limit.Window{rate}, update: begin, condition: none + idle},
		{
			name: "rate that others keep busy", view: reading{"rate.t": past}, busy: true, windows: []limit.Window{rate},
			update:    "SET rate.t = rate.t + 50000000, " + kept,
			condition: none + " AND rate.t > 1795275599500000000 AND rate.t <= 1795275602450000000",
		},
		{name: "first call, unknown", windows: []limit.Window{first}, update: firstEnd, condition: none + firstOver},
		{
			name: "first call, over", view: reading{"first.e": 1795275599500}, windows: []limit.Window{first},
			update: firstEnd, condition: none + firstOver,
		},
		{
			name: "first call, running", view: reading{"first.e": 1795275599501}, windows: []limit.Window{first},
			update:    "SET first.u = first.u + 5, " + kept,
			condition: none + " AND first.e > 1795275599500 AND first.u <= 35",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := booking{id: 7, at: at(), windows: tt.windows, until: 1795275660}
			for range b.windows {
				b.units = append(b.units, 5)
			}
			e := b.charge(tt.view, tt.busy, 1797957600)
			e.remove(tt.drop...)
			checkExpression(t, e, tt.update, tt.condition)
		})
	}
}

// TestChargeExpressionUnits: windows may be charged differently, or not at all.
func TestChargeExpressionUnits(t *testing.T) {
	b := booking{
		id: 7, at: at(), until: 1795275660, units: []int64{20, 0, 5},
		windows: []limit.Window{
			limit.NewCalendar("a", 20, limit.Minute, nil), limit.NewFirstCall("b", 20, time.Minute),
			limit.NewCalendar("c", 20, limit.Minute, nil),
		},
	}
	checkExpression(t, b.charge(nil, false, 1797957600),
		"SET a.minute@1795275600 = if_not_exists(a.minute@1795275600, 0) + 20, "+
			"c.minute@1795275600 = if_not_exists(c.minute@1795275600, 0) + 5, !AAAAAAAAAAc = 1795275660, exp = 1797957600",
		"attribute_not_exists(!AAAAAAAAAAc) AND (attribute_not_exists(a.minute@1795275600) OR a.minute@1795275600 <= 0)"+
			" AND (attribute_not_exists(c.minute@1795275600) OR c.minute@1795275600 <= 15)")
}

// TestRefundExpression: 1,795,275,659 is the moment and a minute.
func TestRefundExpression(t *testing.T) {
	b := booking{
		id: 7, at: at(), units: []int64{2, 2, 2, 0},
		periods: []int64{1795275599000000000, 1795275600000000000, 1795275689500000000, 0},
		windows: []limit.Window{
			limit.NewRate("rate", 100, time.Second, 300), limit.NewCalendar("min", 1000, limit.Minute, nil),
			limit.NewFirstCall("first", 40, 90*time.Second), limit.NewCalendar("day", 40, limit.Day, nil),
		},
	}
	checkExpression(t, b.refund(at()),
		"SET rate.t = rate.t - 20000000, min.minute@1795275600 = min.minute@1795275600 - 2, first.u = first.u - 2, "+
			"!AAAAAAAAAAc = -1795275659",
		"!AAAAAAAAAAc > 0 AND rate.g = 1795275599000000000 AND rate.t > 1795275599500000000 AND min.minute@1795275600 >= 2"+
			" AND first.e = 1795275689500 AND first.u >= 2")
	checkExpression(t, b.bar(at(), 1797957600),
		"SET !AAAAAAAAAAc = -1795275659, exp = 1797957600", "attribute_not_exists(!AAAAAAAAAAc)")
}

// TestFirstCallEnd is never sooner than the limit says.
func TestFirstCallEnd(t *testing.T) {
	w := limit.NewFirstCall("first", 1, time.Second)
	for _, tt := range []struct {
		after time.Duration
		want  int64
	}{{0, 1795275600500}, {1, 1795275600501}, {999_999, 1795275600501}, {time.Millisecond, 1795275600501}} {
		if got := firstCallEnd(&w, at().Add(tt.after)); got != tt.want {
			t.Errorf("end of a period that begins %v after a millisecond = %d, want %d", tt.after, got, tt.want)
		}
	}
}

// TestChargedPeriods: of an item that tells of a later period than the one that was charged, nothing is learnt.
func TestChargedPeriods(t *testing.T) {
	now := at().UnixNano()
	rate, first := limit.NewRate("rate", 1, time.Second, 3), limit.NewFirstCall("first", 3, time.Minute)
	day := limit.NewCalendar("day", 3, limit.Day, nil)
	ended := int64(1795305600) * int64(time.Second)
	for _, tt := range []struct {
		name  string
		since int64
		want  []int64
	}{
		{"own", now, []int64{now, now + int64(time.Minute), ended}},
		{"begun before", now - int64(time.Second), []int64{now - int64(time.Second), now + int64(59*time.Second), ended}},
		{"begun later", now + int64(time.Second), []int64{0, 0, ended}},
		{"own, rounded up", now - 1, []int64{now - 1, now + int64(time.Minute), ended}},
	} {
		b := booking{at: time.Unix(0, min(tt.since, now)), windows: []limit.Window{rate, first, day}, units: []int64{1, 1, 1}}
		if tt.since < now-1 {
			b.at = at()
		}
		b.charged(reading{
			"rate.t": tt.since + int64(time.Second), "rate.g": tt.since, "day.day@1795305600": 1,
			"first.e": firstCallEnd(&first, time.Unix(0, tt.since)), "first.u": 1,
		})
		if !slices.Equal(b.periods, tt.want) {
			t.Errorf("%s: periods = %v, want %v", tt.name, b.periods, tt.want)
		}
	}
}

// TestPast: 5 s after a calendar unit and in the second that a marker names, nobody needs them.
func TestPast(t *testing.T) {
	now := at().Unix()
	r := reading{
		"!AAAAAAAAAAA": now, "!AAAAAAAAAAE": now + 1, "!AAAAAAAAAAI": -now, "!AAAAAAAAAAM": -now - 1, "exp": 1,
		"a.minute@1795275593": 1, "a.minute@1795275594": 1, "a.minute@1795275600": 1,
		"b@1.t": 1, "b@1.g": 1, "c.e": 1, "c.u": 1, "d@x": 1,
	}
	got := r.past(at())
	slices.Sort(got)
	if want := "!AAAAAAAAAAA !AAAAAAAAAAI a.minute@1795275593"; strings.Join(got, " ") != want {
		t.Errorf("past = %v, want %v", got, want)
	}
}
