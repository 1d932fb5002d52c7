package app

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"postern/shared/config"
	"postern/shared/gateway"
	"postern/shared/limit"
)

// grouped tells which limits are charged together: those that count the same owner.
type grouped struct {
	per, route string // route is "" for the whole API
	plan, keep bool
}

// group is a limit.Group with its limits, the names of which are in order.
type group struct {
	limit.Group
	limits []windows
}

// windows are those of one limit, of every owner and of single ones.
type windows struct {
	all     []limit.Window
	special map[string][]limit.Window
}

// limits charge each owner once. What is kept when a later limit refuses is charged first, by itself.
func (b *build) limits() []gateway.Step {
	var order []*group
	groups := map[grouped]*group{}
	for _, keep := range []bool{true, false} {
		for _, name := range slices.Sorted(maps.Keys(b.policy.Limits)) {
			l := b.policy.Limits[name]
			if l.Keep != keep || b.route == nil && l.Per == "route" {
				continue // a route's limits are those of its own steps
			}
			b.checkLimit("limits."+name, &l)
			id := grouped{l.Per, b.scope(name, &l), l.From != "", keep}
			if groups[id] == nil {
				if groups[id] = b.group(name, id); groups[id] == nil {
					continue
				}
				order = append(order, groups[id])
			}
			groups[id].Open = groups[id].Open && l.Failures == "open"
			groups[id].limits = append(groups[id].limits, b.windows(name, &l))
		}
	}
	steps := make([]gateway.Step, len(order))
	for i, g := range order {
		steps[i] = g.step()
	}
	return steps
}

// scope is the route whose requests alone a limit counts, "" for those of the whole API. A route that inherits a limit from
// its API, or repeats it word for word, shares it; one that defines or replaces it has a counter of its own. Limits per api
// are always the API's.
func (b *build) scope(name string, l *config.Limit) string {
	inherited, ok := b.api.Limits[name]
	if b.route == nil || l.Per == "api" || l.Per != "route" && ok && reflect.DeepEqual(inherited, *l) {
		return ""
	}
	return routeName(b.route)
}

// group is nil, with a problem, where nothing counts such an owner.
func (b *build) group(name string, id grouped) *group {
	g := &group{Group: limit.Group{Keep: id.keep, Open: true, Counter: b.Counter, Refusals: &b.refusals}}
	if id.plan {
		g.Owner, g.Plans = limit.KeyOwner(b.api.Name), b.Plans
		if b.policy.Limits[name].Exact {
			g.Plans = exactPlans{b.Plans}
		}
		return g
	}
	owner, err := limit.NewOwner(id.per, b.api.Name, id.route)
	if err != nil {
		b.problem("limits."+name+".per", "%v", err)
		return nil
	}
	g.Owner = owner
	return g
}

// step puts the windows together, for each single owner with its own in their place.
func (g *group) step() gateway.Step {
	g.Special = map[string][]limit.Window{}
	for _, l := range g.limits {
		g.Windows = append(g.Windows, l.all...)
		for owner := range l.special {
			g.Special[owner] = nil
		}
	}
	for owner := range g.Special {
		for _, l := range g.limits {
			own, ok := l.special[owner]
			if !ok {
				own = l.all
			}
			g.Special[owner] = append(g.Special[owner], own...)
		}
	}
	return g.Step()
}

func (b *build) windows(name string, l *config.Limit) windows {
	key := "limits." + name
	var common []limit.Window
	if r := l.Rate; !r.IsZero() {
		common = append(common, limit.NewRate(name, r.N, r.Per, l.Burst))
	}
	if w := l.Window; !w.IsZero() {
		common = append(common, limit.NewFirstCall(name, w.N, w.For))
	}
	with := func(key string, q config.Quota) []limit.Window {
		all := slices.Clone(common)
		if !q.IsZero() {
			all = append(all, b.quota(key, name, q))
		}
		for i := range all {
			all[i].Exact = l.Exact
		}
		return all
	}
	w := windows{all: with(key+".quota", l.Quota), special: map[string][]limit.Window{}}
	for _, owner := range slices.Sorted(maps.Keys(l.Special)) {
		w.special[owner] = with(key+".special."+owner, l.Special[owner])
	}
	return w
}

// exactPlans are plans of which no store books units ahead.
type exactPlans struct{ limit.Plans }

// Plan implements limit.Plans.
func (p exactPlans) Plan(ctx context.Context, name string) ([]limit.Window, error) {
	windows, err := p.Plans.Plan(ctx, name)
	windows = slices.Clone(windows)
	for i := range windows {
		windows[i].Exact = true
	}
	return windows, err
}

func (b *build) quota(key, name string, q config.Quota) limit.Window {
	zone, err := b.zone(q.Zone)
	if err != nil {
		b.problem(key, "there is no time zone %q: write a name like Asia/Seoul, or nothing for UTC", q.Zone)
	}
	return limit.NewCalendar(name, q.N, limit.Unit(q.Unit), zone)
}

// zone is the same value for the same name: windows are compared.
func (c *compiler) zone(name string) (*time.Location, error) {
	if zone := c.zones[name]; zone != nil {
		return zone, nil
	}
	if name == "Local" {
		return nil, errors.New("the machine's own zone is no place")
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, err
	}
	if c.zones == nil {
		c.zones = map[string]*time.Location{}
	}
	c.zones[name] = zone
	return zone, nil
}

// checkLimit reports the first thing in a limit that contradicts another.
func (b *build) checkLimit(key string, l *config.Limit) {
	rate, quota, window, plan := !l.Rate.IsZero(), !l.Quota.IsZero(), !l.Window.IsZero(), l.From != ""
	kind, _, _ := strings.Cut(l.Per, ":")
	switch {
	case !rate && !quota && !window && !plan:
		b.problem(key, "it limits nothing: give it a rate, a quota, a window or from: plan")
	case plan && (rate || quota || window), window && (rate || quota):
		b.problem(key, "only a rate and a quota go together: write two limits")
	case plan && l.Per != "app":
		b.problem(key+".per", "plans are granted to applications: count per app")
	case plan && b.otherPlan(key):
		b.problem(key+".from", "another limit counts the plan already: remove one")
	case l.Burst < 0 || l.Burst > 0 && !rate:
		b.problem(key+".burst", "it is the size of a rate's bucket: give the limit a rate, or a burst of 1 or more")
	case len(l.Special) > 0 && !quota:
		b.problem(key+".special", "single owners get another quota: give the limit one for the rest")
	case len(l.Special) > 0 && kind != "app" && kind != "header" && kind != "path":
		b.problem(key+".special", "only owners with a name have quotas of their own: count per app, header:NAME or path:NAME")
	}
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
