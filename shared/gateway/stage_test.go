package gateway_test

import (
	"context"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// TestVerdictOfAnotherStage: a verdict is about one stage. The stage is read anew by who goes on.
func TestVerdictOfAnotherStage(t *testing.T) {
	for stage, want := range map[string]string{"test": "", "release": string(fault.InternalVerdict)} {
		h := newHouse(gateway.Step{Name: "stage", Again: true, Run: func(_ context.Context, x *gateway.Exchange) error {
			x.Stage = x.Request.Header.Get("Stage")
			return nil
		}}, answer(200))
		r := &gateway.Request{ID: "r", Header: map[string][]string{"Stage": {"test"}}}
		v := h.Authorize(t.Context(), r)
		r.Header.Set("Stage", stage)
		h.Resume(t.Context(), r, v, h.send)
		if len(h.sent) != 1 || string(h.sent[0].Body) != want {
			t.Errorf("stage %s: sent %+v, want %q", stage, h.sent, want)
		}
	}
}
