package forward

import (
	"context"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// maxDevice is how much of a device's id, in bytes, a refusal quotes.
const maxDevice = 128

// Device is the client of a WebSocket that a request is for, named in a part of the request.
type Device struct{ In, Name string }

// Step is "forward". No door connects devices: it refuses with RouteDevice, or with RequestParameter where none is named.
func (d Device) Step() gateway.Step {
	return gateway.Step{Name: "forward", Last: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		id, ok := x.Lookup(d.In, d.Name)
		if !ok || id == "" {
			return fault.New(fault.RequestParameter, fault.Args{"name": d.Name}, nil)
		}
		if len(id) > maxDevice {
			id = strings.ToValidUTF8(id[:maxDevice], "")
		}
		return fault.New(fault.RouteDevice, fault.Args{"device": id}, nil)
	}}
}
