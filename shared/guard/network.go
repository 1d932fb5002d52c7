package guard

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Protocols is the step "protocol": it refuses requests over others than these, in lower case.
func Protocols(known []string) gateway.Step {
	return gateway.Step{Name: "protocol", Run: func(_ context.Context, x *gateway.Exchange) error {
		if scheme := strings.ToLower(x.Request.Scheme); !slices.Contains(known, scheme) {
			return fault.New(fault.RequestProtocol, fault.Args{"protocol": strings.ToUpper(scheme)}, nil)
		}
		return nil
	}}
}

// Network is where requests may come from.
type Network struct {
	Private bool     // clients with public addresses are refused, and those whose address is unknown
	Known   []string // VPCs and endpoints, as doors name them; nil: all
}

// Step is the step "network".
func (n Network) Step() gateway.Step {
	return gateway.Step{Name: "network", Run: func(_ context.Context, x *gateway.Exchange) error {
		if n.Private && !isPrivate(x.Client) {
			return fault.New(fault.AccessPublic, fault.Args{"route": x.Route.Name}, nil)
		}
		known := func(name string) bool { return slices.Contains(n.Known, name) }
		if n.Known != nil && !slices.ContainsFunc(x.Request.Networks, known) {
			return fault.New(fault.AccessNetwork, nil, nil)
		}
		return nil
	}}
}

func isPrivate(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast()
}
