package app

import (
	"context"
	"errors"
	"fmt"
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

// step is the name of the step that charges a limit.
func step(l *config.Limit) string {
	kind, _, _ := strings.Cut(l.Per, ":")
	return "limit." + kind
}

// limits charge each owner once. What is kept when a later limit refuses is charged first, by itself.
func (b *build) limits() []gateway.Step {
	b.keptLimits()
	var order []*group
	groups := map[grouped]*group{}
	for _, keep := range []bool{true, false} {
		for _, name := range slices.Sorted(maps.Keys(b.policy.Limits)) {
			l := b.policy.Limits[name]
			if l.Keep != keep || b.route == nil && !b.early(step(&l)) {
				continue // a route's limits are those of its own steps
			}
			at, problem := b.checkLimit("limits."+name, &l)
			switch {
			case problem == "":
			case !b.dialect.Checks.Definitions:
				b.problem(at, "%s", problem)
			case b.route == nil:
				continue // its routes answer for it
			default:
				return []gateway.Step{b.brokenLimit(at, name, problem)}
			}
			if b.route != nil && b.early(step(&l)) {
				b.sameOfAPI(name, &l)
				continue
			}
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
	all := b.route == nil || slices.Contains([]string{"gateway", "server", "api"}, l.Per)
	if all || l.Per != "route" && ok && reflect.DeepEqual(inherited, *l) {
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
	owner, err := b.owner(id)
	if err != nil {
		b.problem("limits."+name+".per", "%v", err)
		return nil
	}
	g.Owner = owner
	if id.per == "server" {
		g.Counter = b.local
	}
	return g
}

func (b *build) owner(id grouped) (limit.Owner, error) {
	kind, name, _ := strings.Cut(id.per, ":")
	switch {
	case id.per == "host:inner":
		var inner []string
		for _, host := range b.api.Hosts {
			if host.Kind == "inner" {
				inner = append(inner, strings.ToLower(host.Name))
			}
		}
		if inner == nil {
			return limit.Owner{}, errors.New("the API has no host of the kind inner: " +
				"write one like {name: g1.example.com, kind: inner}")
		}
		return limit.HostOwner(b.api.Name, id.route, inner), nil
	case kind == "parameter":
		p, ok := b.policy.Parameters[name]
		if !ok && slices.Contains(b.dialect.Order, "limit.parameter") {
			return limit.Owner{}, fmt.Errorf("there is no parameter %q: declare it under parameters", name)
		}
		return limit.ParameterOwner(b.api.Name, id.route, name, p.In), nil
	default:
		return limit.NewOwner(id.per, b.api.Name, id.route)
	}
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
