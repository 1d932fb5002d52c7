package dynamo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/forward"
)

// slicesOf is an item's attributes with a failure in each of these slices, by the seconds from noon to their ends.
func slicesOf(ends ...int) string {
	var all []string
	for _, end := range ends {
		all = append(all, fmt.Sprintf(`"f@%d":{"N":"1"}`, noon.Add(time.Duration(end)*time.Second).UnixMilli()))
	}
	return strings.Join(all, ",")
}

// TestBreakerWindowWrites: two failures within 30 s open the circuit. Slices are of 3 s: that of noon ends at 3, and the oldest
// that counts at -24.
func TestBreakerWindowWrites(t *testing.T) {
	const exp = "2237198430" // noon, 30 s and a day
	const may = " IF attribute_not_exists(o) AND (attribute_not_exists(c) OR c <= 2237111999000)"
	const count = "SET f@2237112003000 = if_not_exists(f@2237112003000, 0) + 1, exp = " + exp
	const trip = "SET o = 2237112030000, exp = " + exp
	counted := func(ends ...int) reply { return ok(`"Attributes":{` + slicesOf(ends...) + `}`) }
	many := []int{3, -27}
	for i := range 10 {
		many = append(many, -60-i)
	}
	tests := []struct {
		name    string
		answers []reply
		reports []forward.Outcome
		want    []string
	}{
		{"answers alone", nil, []forward.Outcome{answered(), gone()}, nil},
		{"a failure, then answers", []reply{counted(3)}, []forward.Outcome{failed(), answered()}, []string{count + may}},
		{
			"two slices",
			[]reply{counted(-24, 3), ok(`"Attributes":` + openItem)},
			[]forward.Outcome{failed(), failed()},
			[]string{count + may, trip + " REMOVE f@2237112003000, f@2237111976000" + may},
		},
		{
			"a slice of the future, by another clock",
			[]reply{counted(6, 3), ok(`"Attributes":` + openItem)},
			[]forward.Outcome{failed()},
			[]string{count + may, trip + " REMOVE f@2237112006000, f@2237112003000" + may},
		},
		{
			"a slice that is too old goes with the next failure",
			[]reply{counted(-27, 3), counted(3)},
			[]forward.Outcome{failed(), failed()},
			[]string{count + may, count + " REMOVE f@2237111973000" + may},
		},
		{"ten too old are left", []reply{counted(slices.Delete(slices.Clone(many), 1, 2)...)}, []forward.Outcome{failed()}, []string{count + may}},
		{
			"eleven too old are removed at once",
			[]reply{counted(many...), ok("")},
			[]forward.Outcome{failed()},
			[]string{count + may, "REMOVE f@2237111973000, f@2237111940000, f@2237111939000, f@2237111938000, f@2237111937000, " +
				"f@2237111936000, f@2237111935000, f@2237111934000, f@2237111933000, f@2237111932000, f@2237111931000 IF attribute_exists(pk)"},
		},
		{"a failure that finds it open", []reply{refused(openItem)}, []forward.Outcome{failed(), failed()}, []string{count + may}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, service := answers(t, tt.answers...)
			b, c := dynamo.NewBreaker(table, func() time.Time { return noon }), circuit()
			c.Window = 30 * time.Second
			for _, o := range tt.reports {
				if err := b.Report(t.Context(), c, forward.Pass{Began: noon.Add(-time.Second)}, o); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			for _, q := range service.sent() {
				got = append(got, written(q))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("sent\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

// TestBreakerTidyFails: what is not removed is said.
func TestBreakerTidyFails(t *testing.T) {
	ends := []int{3}
	for i := range 11 {
		ends = append(ends, -60-i)
	}
	table, _ := answers(t, ok(`"Attributes":{`+slicesOf(ends...)+`}`), code(400, "ValidationException", ""))
	c := circuit()
	c.Window = 30 * time.Second
	if dynamo.NewBreaker(table, func() time.Time { return noon }).Report(t.Context(), c, forward.Pass{Began: noon}, failed()) == nil {
		t.Error("Report() = nil, want an error")
	}
}

// TestBreakerTimeouts: a refusal is no failure where timeouts count alone, and ends a row of them.
func TestBreakerTimeouts(t *testing.T) {
	table, service := answers(t, ok(oneFailure), ok(""))
	c := circuit()
	c.Timeouts = true
	b := dynamo.NewBreaker(table, func() time.Time { return noon })
	for _, o := range []forward.Outcome{failed(), late(), failed(), failed()} {
		if err := b.Report(t.Context(), c, forward.Pass{Began: noon}, o); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(service.sent()); n != 2 || !strings.HasPrefix(written(service.sent()[1]), "REMOVE ") {
		t.Errorf("%d writes, want a count and a removal", n)
	}
}
