package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"postern/shared/config"
	"postern/shared/dialect"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
	"postern/shared/route"
)

// stage is one deployed copy of an API.
type stage struct {
	name   string      // "": the dialect has no stages
	whole  *config.API // as the definition has it
	api    *config.API // with the policies of the stage, and the routes that it has alone
	routes []place
}

// place is where a route of a stage, and its policy, stand in the definition.
type place struct{ route, policy string }

// stagesOf are the copies of an API. An API that names no stage has the usual one, the first of the dialect.
func (c *compiler) stagesOf(path string, api *config.API, d *dialect.Dialect) (all []stage) {
	names := slices.Sorted(maps.Keys(api.Stages))
	for _, name := range names {
		if d.Stage != nil && !slices.Contains(d.Stages, name) {
			c.problem(path+".stages."+name, "dialect %s has no stage %q; it has: %s", d.Name, name, strings.Join(d.Stages, ", "))
		}
	}
	switch {
	case d.Stage == nil:
		names = []string{""}
	case len(names) == 0:
		names = d.Stages[:1]
	}
	for _, name := range names {
		all = append(all, stageOf(path, api, name))
	}
	return all
}

func stageOf(path string, api *config.API, name string) stage {
	own := *api
	own.Policy, _ = policyIn(&api.Policy, name)
	own.Routes = nil
	s := stage{name: name, whole: api, api: &own}
	for i := range api.Routes {
		r, at := api.Routes[i], fmt.Sprintf("%s.routes[%d]", path, i)
		if name != "" && len(r.In) > 0 && !slices.Contains(r.In, name) {
			continue
		}
		here, below := policyIn(&r.Policy, name)
		r.Policy = here
		own.Routes = append(own.Routes, r)
		s.routes = append(s.routes, place{at, at + below})
	}
	return s
}

// policyIn is what a policy is in a stage, and where that stands below it. What the stages of a loaded definition hold is whole.
func policyIn(p *config.Policy, stage string) (config.Policy, string) {
	if own, ok := p.Stages[stage]; ok {
		return own, ".stages." + stage
	}
	return *p, ""
}

// table is where the stage's routes are found.
func (s *stage) table(c *compiler, d *dialect.Dialect) *route.Table {
	table, methods := route.NewTable(), pathMethods(s.api)
	for i := range s.api.Routes {
		r := &s.api.Routes[i]
		b := &build{compiler: c, path: s.routes[i].policy, api: s.api, whole: s.whole, route: r, policy: &r.Policy, dialect: d, stage: s.name}
		compiled := b.compileRoute(routeName(r))
		for _, method := range b.methods(methods[r.Path]) {
			if err := table.Add(method, s.api.Base, r.Path, compiled); err != nil {
				c.problem(s.routes[i].route+".path", "%v", err)
				break
			}
		}
	}
	return table
}

// stages choose between deployed copies, and answer for a route's variables that a stage lacks.
func (b *build) stages() []gateway.Step {
	if b.dialect.Stage == nil {
		if len(b.policy.Stages) > 0 {
			b.problem("stages", "clients of dialect %s name no stage: write an API with its own hosts for each", b.dialect.Name)
		}
		if b.route != nil && len(b.route.In) > 0 {
			b.problem("in", "clients of dialect %s name no stage: remove it", b.dialect.Name)
		}
		return b.lacking
	}
	if b.route == nil {
		return []gateway.Step{guard.Stage{Read: b.dialect.Stage, Names: b.dialect.Stages}.Step()}
	}
	return b.lacking
}

// fill puts variables into the texts that may hold them, each text once. Where one is not defined, the route is answered for
// by the step "definition" alone, and has no backend to be built.
func (b *build) fill() {
	if b.dialect.Variable == nil {
		if len(b.policy.Variables) > 0 {
			b.problem("variables", "texts of dialect %s hold no variables of stages: remove them", b.dialect.Name)
		}
		return
	}
	filled := *b.policy
	if backend := filled.Backend; backend != nil {
		own := *backend
		own.URL, own.Path = b.filled("backend.url", own.URL), b.filled("backend.path", own.Path)
		own.VPCAccess, own.Function = b.filled("backend.vpc-access", own.VPCAccess), b.filled("backend.function", own.Function)
		filled.Backend = &own
	}
	if request := filled.Request; request != nil {
		own := *request
		own.Set, own.Query = b.filledAll("request.set", own.Set), b.filledAll("request.query", own.Query)
		filled.Request = &own
	}
	if b.lacking != nil {
		filled.Backend, filled.Request = &config.Backend{Mock: &config.Mock{Status: 500}}, nil
	}
	b.policy = &filled
}

func (b *build) filledAll(key string, texts map[string]string) map[string]string {
	all := maps.Clone(texts)
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		all[name] = b.filled(key+"."+name, texts[name])
	}
	return all
}

func (b *build) filled(key, text string) string {
	return b.dialect.Variable.ReplaceAllStringFunc(text, func(found string) string {
		name := b.dialect.Variable.FindStringSubmatch(found)[1]
		value, ok := b.policy.Variables[name]
		if !ok && b.lacking == nil {
			err := fmt.Errorf("the stage %s has no variable %q: define it under variables", b.stage, name)
			b.lacking = []gateway.Step{b.defective(key, "definition", fault.RouteVariable, fault.Args{"name": name}, err)}
		}
		return value
	})
}
