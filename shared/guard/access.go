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
	Allow, Deny []netip.Prefix // IPv4 as such, not mapped into IPv6
}

// Step is the step "access". It refuses clients whose address is unknown.
func (a Access) Step() gateway.Step {
	return gateway.Step{Name: "access", Run: func(_ context.Context, x *gateway.Exchange) error {
		if !a.admits(x.Client) {
			return fault.New(fault.AccessAddress, nil, errAccess)
		}
		return nil
	}}
}

func (a Access) admits(client netip.Addr) bool {
	within := func(p netip.Prefix) bool { return p.Contains(client) }
	return client.IsValid() && !slices.ContainsFunc(a.Deny, within) &&
		(len(a.Allow) == 0 || slices.ContainsFunc(a.Allow, within))
}
