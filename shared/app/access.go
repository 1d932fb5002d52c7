package app

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"postern/shared/config"
	"postern/shared/gateway"
	"postern/shared/guard"
)

// line are the checks that the vendor makes of every request, whatever is asked for.
func (b *build) line() []gateway.Step {
	checks := b.dialect.Checks
	var steps []gateway.Step
	if checks.Target {
		steps = append(steps, guard.Target())
	}
	if checks.Methods != nil {
		steps = append(steps, guard.Methods(checks.Methods))
	}
	if head := b.headSize(b.policy); head > 0 {
		steps = append(steps, guard.Head(head))
	}
	if b.route != nil && b.early("head") && b.headSize(b.policy) != b.headSize(&b.whole.Policy) {
		b.problem("sizes.head", "the head is judged before the route is known: write one limit for the whole API")
	}
	if checks.Announced {
		steps = append(steps, guard.Announced(b.longestBody()))
	}
	if checks.Hops != "" {
		steps = append(steps, guard.Loop{Header: checks.Hops}.Steps()...)
	}
	return steps
}

func (b *build) headSize(p *config.Policy) int64 {
	if p.Sizes == nil {
		return b.dialect.Defaults.HeadSize
	}
	return cmp.Or(int64(p.Sizes.Head), b.dialect.Defaults.HeadSize)
}

// protocols refuses requests over others.
func (b *build) protocols() []gateway.Step {
	if len(b.policy.Protocols) == 0 {
		return nil
	}
	return []gateway.Step{guard.Protocols(b.policy.Protocols)}
}

// network is where requests may come from.
func (b *build) network() []gateway.Step {
	a := b.policy.Access
	if a == nil || a.Public == "" && len(a.Networks) == 0 {
		return nil
	}
	n := guard.Network{Private: a.Public == "closed"}
	if len(a.Networks) > 0 {
		n.Known = a.Networks
	}
	return []gateway.Step{n.Step()}
}

// access are the checks of protocol and client address. The first two hold for every route.
func (b *build) access() []gateway.Step {
	steps := []gateway.Step{
		guard.Upgrade(),
		guard.ClientAddress{Hops: b.def.Trust, Strict: b.dialect.ChecksForwardedFor}.Step(),
	}
	a := b.policy.Access
	if a == nil || len(a.Allow) == 0 && len(a.Deny) == 0 && len(a.Apps) == 0 {
		return steps
	}
	rule := guard.Access{
		Allow: b.prefixes("access.allow", a.Allow), Deny: b.prefixes("access.deny", a.Deny),
		Apps: map[string][]netip.Prefix{}, XFF: a.XFF,
	}
	for _, app := range slices.Sorted(maps.Keys(a.Apps)) {
		rule.Apps[app] = b.prefixes("access.apps."+app, a.Apps[app])
	}
	if len(a.Apps) > 0 && !b.knowsCallers("access") {
		b.problem("access.apps", "dialect %s judges addresses before it knows who calls: remove it", b.dialect.Name)
	}
	return append(steps, rule.Step())
}

// knowsCallers says that a step runs after those that find out who calls.
func (b *build) knowsCallers(step string) bool {
	order := b.dialect.Order
	at := slices.Index(order, step)
	return at > slices.Index(order, "hmac.verify") && at > slices.Index(order, "api-key.verify")
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
