package gateway_test

import (
	"context"
	"errors"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// TestMalformed: no step sees a request that its door could not read, and its answer is amended like any other.
func TestMalformed(t *testing.T) {
	ran := 0
	count := step("count", func(context.Context, *gateway.Exchange) error { ran++; return nil })
	amended := step("amend", func(_ context.Context, x *gateway.Exchange) error { x.SetHeader("X-Amended", "1"); return nil })
	malformed := &gateway.Request{ID: "r", Malformed: errors.New("decoded on the way")}

	h := newHouse(count, answer(200))
	h.api.Amend = []gateway.Step{amended}
	h.Serve(t.Context(), malformed, h.send)
	if ran > 0 || h.sent[0].Status != 499 || h.sent[0].Header.Get("X-Amended") != "1" {
		t.Errorf("%d steps ran, answer %+v", ran, h.sent[0])
	}
	checkRefusal(t, h.records[0], fault.RequestMalformed, "decoded on the way")

	h = newHouse(count, answer(200))
	v := h.Authorize(t.Context(), malformed)
	if ran > 0 || v.Done != 0 || v.Fault == nil || v.Fault.Kind != fault.RequestMalformed {
		t.Fatalf("Authorize = %+v after %d steps", v, ran)
	}
	for name, verdict := range map[string]gateway.Verdict{"refused": v, "let pass": {Digest: "d1", RequestID: "r"}} {
		h.sent, h.records = nil, nil
		h.Resume(t.Context(), malformed, verdict, h.send)
		if ran > 0 || len(h.sent) != 1 || h.sent[0].Status != 499 {
			t.Errorf("%s: %d steps ran, answers %+v", name, ran, h.sent)
		}
		checkRefusal(t, h.records[len(h.records)-1], fault.RequestMalformed, "")
	}
}
