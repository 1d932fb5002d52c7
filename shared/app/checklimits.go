package app

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"postern/shared/config"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// brokenLimit answers for a limit that nobody could keep, where the vendor does.
func (b *build) brokenLimit(at, name, problem string) gateway.Step {
	args := fault.Args{"name": b.policyOf(name), "problem": problem}
	return b.defective(at, "definition", fault.DefinitionPolicy, args, errors.New(problem))
}

// sameOfAPI reports a limit of a route that is charged before the route is known, unless it is the API's.
func (b *build) sameOfAPI(name string, l *config.Limit) {
	if inherited, ok := b.whole.Limits[name]; !ok || !reflect.DeepEqual(inherited, *l) {
		b.problem("limits."+name, "dialect %s counts per %s before it knows route and stage: write the limit for the whole API",
			b.dialect.Name, l.Per)
	}
}

// keptLimits reports limits of the API that a route cannot do without: they are charged before it is known.
func (b *build) keptLimits() {
	if b.route == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(b.whole.Limits)) {
		l := b.whole.Limits[name]
		if _, ok := b.policy.Limits[name]; !ok && b.early(step(&l)) {
			b.problem("limits", "dialect %s counts per %s before it knows route and stage: the limit %s cannot be removed here",
				b.dialect.Name, l.Per, name)
		}
	}
}

// policyOf is the named policy that a limit of the route comes from; the limit's own name where it comes from none.
func (b *build) policyOf(name string) string {
	for _, use := range slices.Backward(b.route.Use) {
		if _, ok := b.api.Uses[use].Limits[name]; ok {
			return use
		}
	}
	return name
}

// checkLimit is the first thing in a limit that contradicts another, and its key; "" for none.
func (b *build) checkLimit(key string, l *config.Limit) (at, problem string) {
	rate, quota, window, plan := !l.Rate.IsZero(), !l.Quota.IsZero(), !l.Window.IsZero(), l.From != ""
	kind, _, _ := strings.Cut(l.Per, ":")
	switch {
	case !rate && !quota && !window && !plan:
		return key, "it limits nothing: give it a rate, a quota, a window or from: plan"
	case plan && (rate || quota || window), window && (rate || quota):
		return key, "only a rate and a quota go together: write two limits"
	case plan && l.Per != "app":
		return key + ".per", "plans are granted to applications: count per app"
	case plan && b.otherPlan(key):
		return key + ".from", "another limit counts the plan already: remove one"
	case l.Burst < 0 || l.Burst > 0 && !rate:
		return key + ".burst", "it is the size of a rate's bucket: give the limit a rate, or a burst of 1 or more"
	case len(l.Special) > 0 && !quota:
		return key + ".special", "single owners get another quota: give the limit one for the rest"
	case len(l.Special) > 0 && !slices.Contains([]string{"app", "owner", "header", "path", "parameter"}, kind):
		return key + ".special", "only owners with a name have quotas of their own: count per app, owner, header:NAME, " +
			"path:NAME or parameter:NAME"
	}
	return "", ""
}

// otherPlan says that a limit before this one counts the plan too.
func (b *build) otherPlan(key string) bool {
	for name, l := range b.policy.Limits {
		if l.From != "" && "limits."+name < key {
			return true
		}
	}
	return false
}
