package dynamo_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/fault"
	"postern/shared/forward"
)

// Two failures open the circuit. Noon of 2040-11-21 is 2237112000; its minute ends at 2237112060.
func circuit() forward.Circuit {
	return forward.Circuit{Backend: "members", Failures: 2, Open: 30 * time.Second, Trial: 10 * time.Second}
}

func failed() forward.Outcome { return forward.Outcome{Err: fault.New(fault.BackendReset, nil, nil)} }

func late() forward.Outcome     { return forward.Outcome{Err: fault.New(fault.BackendTimeout, nil, nil)} }
func answered() forward.Outcome { return forward.Outcome{Status: 200} }
func gone() forward.Outcome     { return forward.Outcome{Err: fault.New(fault.ClientGone, nil, nil)} }

const (
	oneFailure = `"Attributes":{"f@2237112060":{"N":"1"}}`
	twoOfThem  = `"Attributes":{"f@2237112060":{"N":"2"},"f@2237112000":{"N":"1"}}`
	openItem   = `{"o":{"N":"2237112030000"}}`
)

// written is a write with the names and values in place of what stands for them; a read is its key.
func written(q question) string {
	if q.op == "GetItem" {
		return fmt.Sprint("get ", q.in["Key"], " consistent ", q.in["ConsistentRead"])
	}
	var pairs []string
	names := q.in["ExpressionAttributeNames"].(map[string]any)
	for _, short := range slices.Backward(slices.Sorted(maps.Keys(names))) { // #r10 before #r1
		pairs = append(pairs, short, names[short].(string))
	}
	values, _ := q.in["ExpressionAttributeValues"].(map[string]any)
	for short, value := range values {
		for _, v := range value.(map[string]any) {
			pairs = append(pairs, short, v.(string))
		}
	}
	return strings.NewReplacer(pairs...).Replace(q.in["UpdateExpression"].(string) + " IF " + q.in["ConditionExpression"].(string))
}

// TestBreakerWrites: the expressions are those of dynamodb.md, 6.
func TestBreakerWrites(t *testing.T) {
	const exp = "2237198430" // noon, 30 s and a day
	const count = "SET f@2237112060 = if_not_exists(f@2237112060, 0) + 1, exp = " + exp
	const may = " IF attribute_not_exists(o) AND (attribute_not_exists(c) OR c <= 2237111999000)"
	closed := forward.Pass{Began: noon.Add(-time.Second)}
	trial := forward.Pass{State: forward.Trial, ID: "me", Began: noon}
	tests := []struct {
		name    string
		answers []reply
		reports []forward.Outcome
		pass    forward.Pass
		want    []string
	}{
		{"answers alone", []reply{ok("")}, []forward.Outcome{answered(), answered(), gone()}, closed, nil},
		{"failure", []reply{ok(oneFailure)}, []forward.Outcome{failed()}, closed, []string{count + may}},
		{
			"failure, then answers",
			[]reply{ok(oneFailure), ok(`"Attributes":{}`)},
			[]forward.Outcome{failed(), answered(), answered()},
			closed,
			[]string{count + may, "REMOVE f@2237112060 IF attribute_exists(pk)"},
		},
		{
			"failure of unknown outcome, then answers",
			[]reply{code(400, "ValidationException", ""), ok("")},
			[]forward.Outcome{failed(), answered(), answered()},
			closed,
			[]string{count + may, "REMOVE f@2237112060 IF attribute_exists(pk)"},
		},
		{
			"failures of an older window",
			[]reply{ok(`"Attributes":{"f@2237112000":{"N":"1"},"f@2237112060":{"N":"1"}}`), ok(oneFailure), ok("")},
			[]forward.Outcome{failed(), failed(), answered()},
			closed,
			[]string{count + may, count + " REMOVE f@2237112000" + may, "REMOVE f@2237112060 IF attribute_exists(pk)"},
		},
		{
			"failures that open",
			[]reply{ok(twoOfThem), ok(`"Attributes":` + openItem)},
			[]forward.Outcome{failed(), failed(), answered()},
			closed,
			[]string{
				count + may,
				"SET o = 2237112030000, exp = " + exp + " REMOVE f@2237112060 IF f@2237112060 >= 2 AND attribute_not_exists(o)",
			},
		},
		{
			"failure that finds it open",
			[]reply{refused(openItem)},
			[]forward.Outcome{failed(), failed(), answered()},
			closed,
			[]string{count + may},
		},
		{
			"failures of before it closed",
			[]reply{refused(`{"c":{"N":"2237111999500"}}`)},
			[]forward.Outcome{failed(), answered()},
			closed,
			[]string{count + may},
		},
		{
			"trial that goes well",
			[]reply{ok("")},
			[]forward.Outcome{answered()},
			trial,
			[]string{"SET c = 2237112000000, exp = " + exp + " REMOVE o, t, id IF id = me"},
		},
		{
			"trial that fails",
			[]reply{ok("")},
			[]forward.Outcome{failed()},
			trial,
			[]string{"SET o = 2237112030000, exp = " + exp + " REMOVE t, id IF id = me"},
		},
		{
			"trial given back",
			[]reply{ok("")},
			[]forward.Outcome{gone()},
			trial,
			[]string{"SET t = 2237112000000 REMOVE id IF id = me"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, service := answers(t, tt.answers...)
			b := dynamo.NewBreaker(table, func() time.Time { return noon })
			for _, o := range tt.reports {
				_ = b.Report(t.Context(), circuit(), tt.pass, o)
			}
			var got []string
			for _, q := range service.sent() {
				got = append(got, written(q))
				if key := fmt.Sprint(q.in["Key"]); key != "map[pk:map[S:b#members]]" {
					t.Errorf("the key is %s, want b#members", key)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("sent\n%q, want\n%q", got, tt.want)
			}
		})
	}
}

// TestBreakerReportFails: a report that is lost is an error, and leaves what is known.
func TestBreakerReportFails(t *testing.T) {
	wrong := code(400, "ValidationException", "")
	trial := forward.Pass{State: forward.Trial, ID: "me", Began: noon}
	tests := []struct {
		name    string
		answers []reply
		reports []forward.Outcome
		pass    forward.Pass
	}{
		{"failure", []reply{wrong}, []forward.Outcome{failed()}, forward.Pass{Began: noon}},
		{"trip", []reply{ok(twoOfThem), wrong}, []forward.Outcome{failed()}, forward.Pass{Began: noon}},
		{"forget", []reply{ok(oneFailure), wrong}, []forward.Outcome{failed(), answered()}, forward.Pass{Began: noon}},
		{"trial", []reply{wrong}, []forward.Outcome{answered()}, trial},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, service := answers(t, tt.answers...)
			b := dynamo.NewBreaker(table, func() time.Time { return noon })
			var err error
			for _, o := range tt.reports {
				err = b.Report(t.Context(), circuit(), tt.pass, o)
			}
			if err == nil || len(service.sent()) != len(tt.answers) {
				t.Errorf("Report() = %v after %d writes, want an error after %d", err, len(service.sent()), len(tt.answers))
			}
			state(t, b, forward.Closed)
		})
	}
}

// TestBreakerWindow: a window has room for a row of failures that all time out.
func TestBreakerWindow(t *testing.T) {
	for _, tt := range []struct {
		failures int
		trial    time.Duration
		want     string
	}{
		{1, time.Millisecond, "f@2237112060"},
		{2, 10 * time.Second, "f@2237112060"},
		{5, 60 * time.Second, "f@2237112300"},
		{1_000_000_000, time.Hour, "f@2237115600"},
	} {
		table, service := answers(t, ok(""))
		c := circuit()
		c.Failures, c.Trial = tt.failures, tt.trial
		_ = dynamo.NewBreaker(table, func() time.Time { return noon }).Report(t.Context(), c, forward.Pass{Began: noon}, failed())
		if got := written(service.sent()[0]); !strings.HasPrefix(got, "SET "+tt.want+" = ") {
			t.Errorf("%d failures of %v: %q, want the window %s", tt.failures, tt.trial, got, tt.want)
		}
	}
}

// TestBreakerManyWindows: one write removes 40 at most, those that may count still among them.
func TestBreakerManyWindows(t *testing.T) {
	item := oneFailure[:len(oneFailure)-1]
	for i := range 50 {
		item += fmt.Sprintf(`,"f@%d":{"N":"1"}`, 2237112000-60*i)
	}
	table, service := answers(t, ok(item+"}"))
	b := dynamo.NewBreaker(table, func() time.Time { return noon })
	for _, o := range []forward.Outcome{failed(), answered()} {
		if err := b.Report(t.Context(), circuit(), forward.Pass{Began: noon}, o); err != nil {
			t.Fatal(err)
		}
	}
	got := written(service.sent()[1])
	if n := strings.Count(got, "f@"); n != 40 || !strings.HasPrefix(got, "REMOVE f@2237112060, f@2237112000, ") {
		t.Errorf("sent %q with %d windows, want 40, the last first", got, n)
	}
}
