package app

import (
	"net/netip"

	"postern/shared/forward"
)

// egress is the guard of every connection that postern opens.
func (c *compiler) egress() forward.Guard {
	allow := make([]netip.Prefix, len(c.def.Egress.Allow))
	for i, p := range c.def.Egress.Allow {
		allow[i] = p.Prefix
	}
	return forward.Guard{Allow: allow}
}

// insideEgress admits private addresses too: the operator says by vpc-access that they are meant.
func (c *compiler) insideEgress() forward.Guard {
	guard := c.egress()
	guard.Private = true
	return guard
}
