package forward_test

import (
	"net/http"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
)

func TestDevice(t *testing.T) {
	for _, tt := range []struct {
		name, id, device string
		want             fault.Kind
	}{
		{"not there", "deadbeef@203753385", "deadbeef@203753385", fault.RouteDevice},
		{"long", strings.Repeat("x", 127) + "é", strings.Repeat("x", 127), fault.RouteDevice},
		{"none", "", "", fault.RequestParameter},
	} {
		t.Run(tt.name, func(t *testing.T) {
			step := forward.Device{In: "header", Name: "X-Device"}.Step()
			x := &gateway.Exchange{Request: &gateway.Request{Header: http.Header{"X-Device": {tt.id}}}}
			f := fault.From(step.Run(t.Context(), x))
			if f.Kind != tt.want || f.Args["device"] != tt.device || step.Name != "forward" || !step.Last {
				t.Errorf("Device(%q) = %s %v, want %s of %q", tt.id, f.Kind, f.Args, tt.want, tt.device)
			}
		})
	}
	x := &gateway.Exchange{Request: &gateway.Request{}}
	if f := fault.From(forward.Device{In: "query", Name: "device"}.Step().Run(t.Context(), x)); f.Kind != fault.RequestParameter || f.Args["name"] != "device" {
		t.Errorf("Device() = %s %v, want %s of device", f.Kind, f.Args, fault.RequestParameter)
	}
}
