package guard

import (
	"context"
	"errors"
	"net/netip"
	"slices"

	"postern/shared/fault"
	"postern/shared/gateway"
)

var errAccess = errors.New("the client's address is not admitted")

// Access admits and refuses client addresses. Without Allow, all are admitted that Deny does not name.
type Access struct {
	Allow, Deny []netip.Prefix            // IPv4 as such, not mapped into IPv6
	Apps        map[string][]netip.Prefix // more of Deny, else of Allow, for the requests of single applications
	XFF         *int                      // the address of X-Forwarded-For that is judged, negative from the end; nil: the client's
}

// Step is the step "access". It refuses clients whose address is unknown.
func (a Access) Step() gateway.Step {
	return gateway.Step{Name: "access", Run: func(_ context.Context, x *gateway.Exchange) error {
		if !a.admits(a.address(x), a.ofApp(x)) {
			return fault.New(fault.AccessAddress, nil, errAccess)
		}
		return nil
	}}
}

func (a Access) admits(client netip.Addr, more []netip.Prefix) bool {
	among := func(list []netip.Prefix) bool {
		return slices.ContainsFunc(list, func(p netip.Prefix) bool { return p.Contains(client) })
	}
	denies := len(a.Deny) > 0
	switch {
	case !client.IsValid(), among(a.Deny), denies && among(more):
		return false
	case len(a.Allow) > 0:
		return among(a.Allow) || !denies && among(more)
	default:
		return denies || len(a.Apps) == 0 || among(more)
	}
}

func (a Access) ofApp(x *gateway.Exchange) []netip.Prefix {
	if x.Principal == nil {
		return nil
	}
	return a.Apps[x.Principal.App]
}

// address is invalid where X-Forwarded-For has none at the place, or something that is no address.
func (a Access) address(x *gateway.Exchange) netip.Addr {
	if a.XFF == nil {
		return x.Client
	}
	list := slices.Collect(elements(x.Request.Header["X-Forwarded-For"]))
	at := *a.XFF
	if at < 0 {
		at += len(list)
	}
	if at < 0 || at >= len(list) {
		return netip.Addr{}
	}
	address, err := parseAddress(list[at])
	if err != nil {
		return netip.Addr{}
	}
	return address
}
