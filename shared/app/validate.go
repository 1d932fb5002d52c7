package app

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"postern/shared/config"
	"postern/shared/gateway"
	"postern/shared/validate"
)

// validate checks what a request must carry.
func (b *build) validate() []gateway.Step {
	v := b.policy.Validate
	if v == nil {
		return nil
	}
	if len(v.Form) > 0 && v.Body != "" {
		b.problem("validate.form", "a form and a body exclude each other: remove one of them")
	}
	r := validate.Request{Query: v.Query, Headers: v.Headers, Form: v.Form, ContentTypes: v.ContentTypes}
	if v.Body != "" {
		r.Model = b.model(v.Body)
	}
	return []gateway.Step{r.Step()}
}

// model is nil, with a problem, where there is none of this name or it is broken. It is compiled, and reported, once an API.
func (b *build) model(name string) *validate.Model {
	declared, ok := b.api.Models[name]
	if !ok {
		known := strings.Join(slices.Sorted(maps.Keys(b.api.Models)), ", ")
		b.problem("validate.body", "there is no model %q; there are: %s", name, known)
		return nil
	}
	api, _, _ := strings.Cut(b.path, ".routes[")
	path := api + ".models." + name
	compiled, ok := b.models[path]
	if !ok {
		compiled = b.compileModel(path, declared)
		if b.models == nil {
			b.models = map[string]*validate.Model{}
		}
		b.models[path] = compiled
	}
	return compiled
}

func (c *compiler) compileModel(path string, m config.Model) *validate.Model {
	if (m.File == "") == (m.Schema == nil) {
		c.problem(path, "a model is either a file or a schema: set one of them")
		return nil
	}
	var schema []byte
	var err error
	if m.File != "" {
		schema, err = c.file(m.File)
	} else {
		schema, err = json.Marshal(m.Schema)
	}
	var compiled *validate.Model
	if err == nil {
		compiled, err = validate.CompileModel(schema)
	}
	if err != nil {
		c.problem(path, "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return compiled
}
