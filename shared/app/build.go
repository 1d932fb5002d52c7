package app

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"postern/shared/config"
	"postern/shared/dialect"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
	"postern/shared/route"
)

// build compiles one policy: an API's for the steps before the match, a route's for those after it.
type build struct {
	*compiler
	path    string // of the policy in the definition
	api     *config.API
	route   *config.Route // nil for the API's own steps
	policy  *config.Policy
	whole   *config.API // the API before a stage of it is known; of a route, nil otherwise
	dialect *dialect.Dialect
	amend   []gateway.Step // of the answer, in order
	stage   string         // of the route; "": the dialect has none
	lacking []gateway.Step // answers for a variable that the stage has not; nil: it has all
}

// concern turns one key of a policy into steps. A concern that is not configured gives none.
type concern struct {
	key     string
	compile func(*build) []gateway.Step
}

// concerns are all there are. The dialect's Order decides about their steps. Those of one name come in the order here: what
// drops headers before what sets them.
func concerns() []concern {
	return []concern{
		{"owner", (*build).state},
		{"parameters", (*build).parameters},
		{"maintenance", (*build).maintenance},
		{"sizes", (*build).line},
		{"access", (*build).access},
		{"protocols", (*build).protocols},
		{"access", (*build).network},
		{"cors", (*build).cors},
		{"auth", (*build).auth},
		{"replay", (*build).replay},
		{"stages", (*build).stages},
		{"limits", (*build).limits},
		{"sizes", (*build).body},
		{"validate", (*build).content},
		{"validate", (*build).validate},
		{"pre-call", (*build).precall},
		{"backend", (*build).outbound},
		{"request", (*build).request},
		{"rewrite", (*build).rewrite},
		{"response", (*build).response},
		{"backend.signature", (*build).sign},
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

// defective is defect with facts that the answer shows.
func (b *build) defective(key, step string, kind fault.Kind, args fault.Args, err error) gateway.Step {
	f := b.compiler.defect(b.path+"."+key, kind, err)
	for name, text := range args {
		args[name] = b.masked(text)
	}
	f.Args = args
	return gateway.Fail(step, f)
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

// early says that a step runs before the route of a request, and its stage, are known: what either says comes too late.
func (b *build) early(step string) bool {
	order := b.dialect.Order
	return slices.Index(order[:slices.Index(order, "route")], step) >= 0
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
	names := map[string]bool{}
	for i := range api.Routes {
		name := routeName(&api.Routes[i])
		if names[name] {
			c.problem(fmt.Sprintf("%s.routes[%d].name", path, i), "another route is called %q too", name)
		}
		names[name] = true
	}
	tables := map[string]*route.Table{}
	for _, s := range c.stagesOf(path, api, d) {
		tables[s.name] = s.table(c, d)
	}
	policy := api.Policy
	if d.Variable != nil {
		policy.Backend, policy.Request = nil, nil // whose texts wait for a stage
	}
	own := &build{compiler: c, path: path, api: api, policy: &policy, dialect: d}
	match := route.Staged(tables)
	if d.Checks.Origins && crosses(api) {
		match = guard.Preflights(match)
	}
	return &gateway.API{
		Name: api.Name, Dialect: d.Name, Digest: c.digest,
		Steps: append(own.steps(false), match), Amend: d.Amend, Render: c.render(path, api, d),
	}
}

func (b *build) compileRoute(name string) *gateway.Route {
	b.fill()
	b.complete()
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

// complete answers for a route that nothing answers, where the vendor does.
func (b *build) complete() {
	if !b.dialect.Checks.Definitions || b.lacking != nil {
		return
	}
	backend := b.policy.Backend
	if backend == nil || !backend.Answers() {
		err := errors.New("nothing answers: give it a url, a function or a mock")
		b.lacking = []gateway.Step{b.defective("backend", "definition", fault.DefinitionRoute, nil, err)}
	} else if name := backend.VPCAccess; name != "" && !b.hasAccess(name) {
		b.lacking = []gateway.Step{
			b.defective("backend.vpc-access", "definition", fault.DefinitionResource, resource("VpcAccess", name), unknownAccess(name)),
		}
	} else {
		return
	}
	whole := *b.policy
	whole.Backend = &config.Backend{Mock: &config.Mock{Status: http.StatusInternalServerError}} // never reached
	b.policy = &whole
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

func routeName(r *config.Route) string { return r.ID() }
