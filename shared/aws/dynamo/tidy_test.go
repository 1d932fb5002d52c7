package dynamo_test

import (
	"context"
	"fmt"
	"strings"
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
	for n, want := range map[int]int{15: 1, 16: 2} {
		state, service := answers(t, ok(`"Attributes":{`+strings.Join(markers[:n], ",")+`}`), refused(""))
		c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return noon }})
		out, err := c.Charge(context.Background(), limit.Charge{
			Owner: "app:a:b", At: noon, Units: 1, Windows: []limit.Window{limit.NewCalendar("day", 9, limit.Day, nil)},
		})
		if err != nil || !out.OK {
			t.Fatal(out, err)
		}
		sent := service.sent()
		if len(sent) != want {
			t.Fatalf("%d attributes: %d writes, want %d", n, len(sent), want)
		}
		if n < 16 {
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
