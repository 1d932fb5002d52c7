package limit_test

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/limit"
	"postern/shared/meter"
)

// TestStepRefuses in the words of faults, with the limit's name and value and who was refused; but nothing that a client sent.
func TestStepRefuses(t *testing.T) {
	for _, tt := range []struct {
		per         string
		window      limit.Window
		step        string
		kind        fault.Kind
		limit, show string
	}{
		{"api", limit.NewRate("stage", 1, time.Second, 0), "limit.api", "limit.api.rate", "1/s", ""},
		{"gateway", limit.NewRate("stage", 1, time.Second, 0), "limit.gateway", "limit.gateway.rate", "1/s", ""},
		{"server", limit.NewRate("stage", 1, time.Second, 0), "limit.server", "limit.server.rate", "1/s", ""},
		{"route", limit.NewFirstCall("stage", 1, 10*time.Second), "limit.route", "limit.route.quota", "1/10s", ""},
		{"app", limit.NewCalendar("stage", 1, limit.Day, nil), "limit.app", "limit.app.quota", "1/day", "shop"},
		{"owner", limit.NewCalendar("stage", 1, limit.Day, nil), "limit.owner", "limit.owner.quota", "1/day", "acme"},
		{"client", limit.NewRate("stage", 1, time.Minute, 0), "limit.client", "limit.client.rate", "1/m", ""},
		{"host", limit.NewRate("stage", 1, time.Minute, 0), "limit.host", "limit.host.rate", "1/m", "api.example.com"},
		{"header:Authorization", limit.NewRate("stage", 1, time.Minute, 0), "limit.header", "limit.header.rate", "1/m", ""},
	} {
		r := newRig()
		g := r.group(t, tt.per, tt.window)
		step := g.Step()
		if step.Name != tt.step {
			t.Errorf("name of the step = %q, want %q", step.Name, tt.step)
		}
		x := &gateway.Exchange{
			Principal: &gateway.Principal{App: "shop", Owner: "acme"},
			Request:   &gateway.Request{Received: second(0), Host: "API.example.com:443", Header: http.Header{"Authorization": {"hunter2"}}},
		}
		ctx := meter.With(t.Context(), &x.Store)
		if err := step.Run(ctx, x); err != nil || x.Store.Writes() != 1 {
			t.Errorf("per %s: first call %v with %d store calls, want a pass with 1", tt.per, err, x.Store.Writes())
		}
		want := fault.New(tt.kind, fault.Args{"name": "stage", "limit": tt.limit, "owner": tt.show}, nil)
		for range 2 { // the second without the store
			if err := step.Run(ctx, x); !reflect.DeepEqual(err, want) {
				t.Errorf("per %s: second call %v, want %v %v", tt.per, err, want, want.Args)
			}
		}
	}
}
