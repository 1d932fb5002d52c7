package app

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"postern/shared/config"
	"postern/shared/dialect"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/route"
)

// build compiles one policy: an API's for the steps before the match, a route's for those after it.
type build struct {
	*compiler
	path    string // of the policy in the definition
	api     *config.API
	route   *config.Route // nil for the API's own steps
	policy  *config.Policy
	dialect *dialect.Dialect
	amend   []gateway.Step // of the answer, in order
}

// concern turns one key of a policy into steps. A concern that is not configured gives none.
type concern struct {
	key     string
	compile func(*build) []gateway.Step
}

// concerns are all there are. Their order here means nothing: the dialect's Order decides.
func concerns() []concern {
	return []concern{
		{"maintenance", (*build).maintenance},
		{"access", (*build).access},
		{"cors", (*build).cors},
		{"auth", (*build).auth},
		{"replay", (*build).replay},
		{"stages", (*build).stages},
		{"limits", (*build).limits},
		{"sizes", (*build).body},
		{"validate", (*build).validate},
		{"pre-call", (*build).precall},
		{"backend", (*build).outbound},
		{"request", (*build).request},
		{"rewrite", (*build).rewrite},
		{"response", (*build).response},
		{"backend", (*build).backend},
	}
}

// problem reports against a key of the policy: "limits.caller.per".
func (b *build) problem(key, format string, args ...any) {
	b.compiler.problem(b.path+"."+key, format, args...)
}

// defect reports a problem that the vendor answers for at request time, and is the step that does so.
func (b *build) defect(key, step string, kind fault.Kind, err error) gateway.Step {
	return gateway.Fail(step, b.compiler.defect(b.path+"."+key, kind, err))
}

// steps are those of the policy that the dialect's Order has before (or after) the match, in that order.
func (b *build) steps(afterRoute bool) []gateway.Step {
	order := b.dialect.Order
	match := slices.Index(order, "route")
	if match == 0 && !afterRoute {
		return nil
	}
	var steps []gateway.Step
	for _, c := range concerns() {
		for _, s := range c.compile(b) {
			at := slices.Index(order, s.Name)
			if at < 0 {
				b.problem(c.key, "dialect %s has no step %q: remove it", b.dialect.Name, s.Name)
			} else if at > match == afterRoute {
				steps = append(steps, s)
			}
		}
	}
	return ordered(steps, order)
}

// ordered are the steps in the order of their names. Those of one name stay as they are.
func ordered(steps []gateway.Step, order []string) []gateway.Step {
	all := make([]gateway.Step, 0, len(steps))
	for _, name := range order {
		for _, s := range steps {
			if s.Name == name {
				all = append(all, s)
			}
		}
	}
	return all
}

func (c *compiler) api(path string, api *config.API, d *dialect.Dialect) *gateway.API {
	c.unserved(path, api, d)
	table := route.NewTable()
	methods := pathMethods(api)
	names := map[string]bool{}
	for i := range api.Routes {
		r := &api.Routes[i]
		b := &build{compiler: c, path: fmt.Sprintf("%s.routes[%d]", path, i), api: api, route: r, policy: &r.Policy, dialect: d}
		name := routeName(r)
		if names[name] {
			b.problem("name", "another route is called %q too", name)
		}
		names[name] = true
		compiled := b.compileRoute(name)
		for _, method := range b.methods(methods[r.Path]) {
			if err := table.Add(method, api.Base, r.Path, compiled); err != nil {
				b.problem("path", "%v", err)
				break
			}
		}
	}
	own := &build{compiler: c, path: path, api: api, policy: &api.Policy, dialect: d}
	return &gateway.API{
		Name: api.Name, Dialect: d.Name, Digest: c.digest,
		Steps: append(own.steps(false), table.Step()), Amend: d.Amend, Render: c.render(path, api, d),
	}
}

func (b *build) compileRoute(name string) *gateway.Route {
	steps := b.steps(true)
	r := &gateway.Route{Name: name, Path: b.route.Path, Steps: steps, Amend: append(b.amend, b.dialect.Amend...)}
	if err := r.Check(); err != nil {
		b.problem("backend", "%v: give it a url or a mock", err)
	}
	if b.Enforce {
		b.checkEnforced(steps)
	}
	return r
}

// methods are those that the route answers; CORS adds OPTIONS unless another route of the path has it.
func (b *build) methods(taken map[string]bool) []string {
	methods := b.route.Methods
	if len(methods) == 0 {
		return []string{route.AnyMethod}
	}
	if b.policy.CORS != nil && !taken[http.MethodOptions] {
		taken[http.MethodOptions] = true
		methods = append(slices.Clone(methods), http.MethodOptions)
	}
	return methods
}

// pathMethods are the methods that the definition names for each path.
func pathMethods(api *config.API) map[string]map[string]bool {
	paths := map[string]map[string]bool{}
	for _, r := range api.Routes {
		if paths[r.Path] == nil {
			paths[r.Path] = map[string]bool{}
		}
		for _, m := range r.Methods {
			paths[r.Path][m] = true
		}
	}
	return paths
}

func routeName(r *config.Route) string {
	if r.Name != "" {
		return r.Name
	}
	return strings.Join(r.Methods, ",") + " " + r.Path
}
