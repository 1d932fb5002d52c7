package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/meter"
)

// spend is a step of one call of each sort and of three waits, of which it tolerates what failed.
func spend(refuse error) gateway.Step {
	return step("spend", func(ctx context.Context, x *gateway.Exchange) error {
		meter.Read(ctx)
		meter.Write(ctx)
		meter.Write(ctx)
		meter.Fail(ctx)
		meter.Wait(ctx)() // a millisecond of the house's clock
		x.BackendTime += 5 * time.Millisecond
		x.Tolerate(errors.New("down"))
		return refuse
	})
}

// TestSpent: the one record of an exchange says what both functions have spent, and where to look for the cause.
func TestSpent(t *testing.T) {
	second := spend(nil)
	second.Name, second.Body = "more", func(*gateway.Request) bool { return true }
	denied := fault.New(fault.LimitKind("app", "rate"), nil, errors.New("why"))
	tests := []struct {
		name   string
		first  gateway.Step
		want   meter.Cost
		before int // records of the authorizer
		cause  string
	}{
		{"the authorizer refuses", spend(denied), meter.Cost{Reads: 1, Writes: 2, Failures: 1, Waited: time.Millisecond}, 1, "authorizer's log"},
		{"both spend", spend(nil), meter.Cost{Reads: 2, Writes: 4, Failures: 2, Waited: 2 * time.Millisecond}, 1, ""},
		{"the proxy alone", step("free", pass), meter.Cost{Reads: 1, Writes: 2, Failures: 1, Waited: time.Millisecond}, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(tt.first, second, answer(200))
			r := &gateway.Request{ID: "r", Length: 5}
			travelled(t, h, r)
			if len(h.records) != tt.before+1 {
				t.Fatalf("%d records, want %d of the authorizer and one of the exchange", len(h.records), tt.before)
			}
			all := h.records[tt.before]
			if got := all.Store.Cost(); got != tt.want {
				t.Errorf("Store.Cost() = %+v, want %+v", got, tt.want)
			}
			calls := time.Duration(tt.want.Reads)
			if all.BackendTime != calls*5*time.Millisecond || len(all.Tolerated) != int(calls) {
				t.Errorf("backend time %v, tolerated %v, want those of %d steps", all.BackendTime, all.Tolerated, calls)
			}
			if all.Took <= time.Hour {
				t.Errorf("took %v, want the authorizer's hour, and more", all.Took)
			}
			if tt.cause != "" {
				checkRefusal(t, all, denied.Kind, tt.cause)
			}
			if tt.before > 0 && (!h.records[0].Authorizer || h.records[0].Tolerated[0].Error() != "down") {
				t.Errorf("the authorizer's record %+v lacks the cause of what it let pass", h.records[0])
			}
		})
	}
}

// travelled sends a request through both functions, the first of which takes an hour. The verdict travels as JSON.
func travelled(t *testing.T, h *house, r *gateway.Request) {
	t.Helper()
	slow := h.Authorize(t.Context(), r)
	slow.Spent.Took += time.Hour
	data, err := json.Marshal(slow)
	if err != nil {
		t.Fatal(err)
	}
	var v gateway.Verdict
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	h.Resume(t.Context(), r, v, h.send)
}

// TestForeignVerdictCostsNothing: what another request has cost is not this one's.
func TestForeignVerdictCostsNothing(t *testing.T) {
	h := newHouse(spend(nil), answer(200))
	v := h.Authorize(t.Context(), &gateway.Request{ID: "r"})
	h.Resume(t.Context(), &gateway.Request{ID: "s"}, v, h.send)
	all := h.records[len(h.records)-1]
	checkRefusal(t, all, fault.InternalVerdict, "another request")
	if all.Store.Cost() != (meter.Cost{}) || all.BackendTime != 0 || len(all.Tolerated) != 0 {
		t.Errorf("record %+v, want one of no costs", all)
	}
}
