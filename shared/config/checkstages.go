package config

import "slices"

// stages checks what a policy says for the stages of its API. Those of a route are whole.
func (c *checker) stages(path string, p *Policy, api *API, whole bool) {
	for _, name := range sorted(p.Stages) {
		stage, at := p.Stages[name], path+".stages."+name
		c.stage(at, name, api)
		c.policy(at, &stage, whole)
	}
}

// stage checks that the API has a stage of this name.
func (c *checker) stage(path, name string, api *API) {
	if _, ok := api.Stages[name]; !ok {
		c.problem(path, "the API has no stage %q%s: name it under the API's stages, like %s: {}", name, meant(name, api.Stages), name)
	}
}

// hasVariables says that a stage of the API has variables, or the API itself.
func hasVariables(api *API) bool {
	has := func(p *Policy) bool {
		found := len(p.Variables) > 0
		for _, stage := range p.Stages {
			found = found || len(stage.Variables) > 0
		}
		return found
	}
	return has(&api.Policy) || slices.ContainsFunc(api.Routes, func(r Route) bool { return has(&r.Policy) })
}
