package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// inherited is how a route gets rid of a key that it does not want from its API.
func inherited(key string) string { return "; one that is inherited is removed with " + key + ": none" }

// checker collects what is wrong.
type checker struct {
	problems  Problems
	variables bool // URLs of backends may hold variables of stages, in the dialect's own form
}

func (c *checker) problem(path, format string, args ...any) {
	c.problems = append(c.problems, Problem{Path: path, Text: fmt.Sprintf(format, args...)})
}

// Check finds what is wrong with a definition that its types alone cannot say: values that nobody could use, and keys that
// do not go together. It needs neither dialects nor files nor the registry; what takes those is found where they are
// known.
func Check(def *Definition) Problems {
	c := &checker{}
	if def.Version != 1 {
		c.problem("version", "version %d is not known here: write 1", def.Version)
	}
	if def.Trust < 0 {
		c.problem("trusted-hops", "write the number of proxies in front, or 0 for none")
	}
	for _, name := range sorted(def.VPCAccess) {
		c.url("vpc-access."+name, def.VPCAccess[name])
	}
	if len(def.APIs) == 0 {
		c.problem("apis", "nothing is served: name at least one API")
	}
	names := map[string]bool{}
	for i := range def.APIs {
		api, path := &def.APIs[i], fmt.Sprintf("apis[%d]", i)
		if names[api.Name] {
			c.problem(path+".name", "another API is called %q too", api.Name)
		}
		names[api.Name] = true
		c.api(path, api)
	}
	return c.problems
}

func (c *checker) api(path string, api *API) {
	if api.Name == "" {
		c.problem(path+".name", "an API needs a name")
	}
	if len(api.Hosts) == 0 {
		c.problem(path+".hosts", "name at least one host, like [api.example.com]")
	}
	for i, host := range api.Hosts {
		c.host(fmt.Sprintf("%s.hosts[%d]", path, i), host.Name)
	}
	c.base(path+".base", api.Base)
	for _, name := range sorted(api.Models) {
		if model := api.Models[name]; (model.File == "") == (model.Schema == nil) {
			c.problem(path+".models."+name, "a model is either a file or a schema: write one of them")
		}
	}
	for _, kind := range sorted(api.Answers) {
		c.answer(path+".answers."+kind, api.Answers[kind])
	}
	c.variables = hasVariables(api)
	c.policy(path, &api.Policy, false)
	c.stages(path, &api.Policy, api, false)
	for _, name := range sorted(api.Uses) {
		bundle := api.Uses[name]
		c.policy(path+".policies."+name, &bundle, false)
		c.stages(path+".policies."+name, &bundle, api, false)
	}
	names := map[string]bool{}
	for i := range api.Routes {
		r, at := &api.Routes[i], fmt.Sprintf("%s.routes[%d]", path, i)
		if r.Name != "" && names[r.Name] {
			c.problem(at+".name", "another route is called %q too", r.Name)
		}
		names[r.Name] = true
		c.route(at, r, api)
	}
}

func (c *checker) route(path string, r *Route, api *API) {
	if !strings.HasPrefix(r.Path, "/") {
		c.problem(path+".path", "a path begins with /: write %q", "/"+r.Path)
	} else if _, query, _ := strings.Cut(r.Path, "?"); strings.ContainsAny(r.Path, "# ") || strings.Contains(query, "=") {
		c.problem(path+".path", "a path holds no query, fragment or space; ? is any one character")
	}
	c.methods(path+".methods", r.Methods)
	c.policy(path, &r.Policy, len(r.Stages) == 0)
	c.stages(path, &r.Policy, api, true)
	for i, name := range r.In {
		c.stage(fmt.Sprintf("%s.in[%d]", path, i), name, api)
	}
	if v := r.Validate; v != nil && v.Body != "" {
		if _, ok := api.Models[v.Body]; !ok {
			c.problem(path+".validate.body", "the API has no model %q%s", v.Body, meant(v.Body, api.Models))
		}
	}
}

func (c *checker) host(path, host string) {
	name := strings.TrimPrefix(host, "*.")
	switch {
	case strings.Contains(name, "://") || strings.Contains(name, "/"):
		c.problem(path, "%q is no host: write the name alone, like api.example.com", host)
	case strings.Contains(name, ":"):
		c.problem(path, "%q is no host: write it without a port", host)
	case strings.Contains(name, "*"):
		c.problem(path, "%q is no host: * stands for the first labels only, like *.example.com", host)
	case !isHost(name):
		c.problem(path, "%q is no host: write a name like api.example.com or *.example.com", host)
	}
}

func (c *checker) base(path, base string) {
	switch {
	case base == "" || base == "/":
	case !strings.HasPrefix(base, "/"):
		c.problem(path, "a base begins with /: write %q", "/"+strings.TrimSuffix(base, "/"))
	case strings.HasSuffix(base, "/"):
		c.problem(path, "a base does not end with /: write %q", strings.TrimRight(base, "/"))
	case strings.ContainsAny(base, "?#{} "):
		c.problem(path, "a base is a plain path: it holds no query, fragment, parameter or space")
	}
}

func (c *checker) answer(path string, a Answer) {
	if a.Status != 0 {
		c.status(path+".status", a.Status)
	}
	c.headers(path+".headers", a.Headers)
	for _, kind := range sorted(a.Bodies) {
		body, at := a.Bodies[kind], path+".bodies."+kind
		c.mediaType(at, kind)
		if body.Text != "" && body.File != "" {
			c.problem(at, "a body is either a text or a file: write one of them")
		}
	}
}

// sorted are the names of a map, in an order that problems can keep.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// meant is the end of a message about a name that is none of those of a map.
func meant[V any](name string, known map[string]V) string {
	if near := Suggest(name, sorted(known)); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}
