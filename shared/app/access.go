package app

import (
	"net/netip"

	"postern/shared/config"
	"postern/shared/gateway"
	"postern/shared/guard"
)

// access are the checks of protocol and client address. The first two hold for every route.
func (b *build) access() []gateway.Step {
	steps := []gateway.Step{
		guard.Upgrade(),
		guard.ClientAddress{Hops: b.def.Trust, Strict: b.dialect.ChecksForwardedFor}.Step(),
	}
	if a := b.policy.Access; a != nil {
		rule := guard.Access{Allow: b.prefixes("access.allow", a.Allow), Deny: b.prefixes("access.deny", a.Deny)}
		steps = append(steps, rule.Step())
	}
	return steps
}

func (b *build) prefixes(key string, from []config.Prefix) []netip.Prefix {
	prefixes := make([]netip.Prefix, len(from))
	for i, p := range from {
		if p.Addr().Is4In6() {
			b.problem(key, "%s never matches, for mapped addresses are compared as IPv4: write it without ::ffff:", p)
		}
		prefixes[i] = p.Prefix
	}
	return prefixes
}
