package app

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"postern/shared/config"
	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
	"postern/shared/route"
	"postern/shared/transform"
	"postern/shared/validate"
)

const drop = "drop"

// parameters checks those that a route declares, and gives them to the backend.
func (b *build) parameters() []gateway.Step {
	if b.route == nil || len(b.policy.Parameters) == 0 && b.policy.Unlisted != drop {
		return nil
	}
	var check validate.Parameters
	give := transform.Parameters{Drop: b.policy.Unlisted == drop}
	taken := map[transform.Place]string{}
	for _, name := range slices.Sorted(maps.Keys(b.policy.Parameters)) {
		p, key := b.policy.Parameters[name], "parameters."+name
		declared, broken := b.declared(name, &p)
		if broken != nil {
			return broken
		}
		b.checkParameter(key, declared)
		to := target(name, &p)
		b.checkTarget(key, &p, to)
		if other, ok := taken[normal(to)]; ok {
			b.problem(key, "parameter %s goes to the same place of the backend's request: give one of them another place under to", other)
		}
		taken[normal(to)] = name
		check = append(check, *declared)
		give.List = append(give.List, transform.Parameter{From: transform.Place{In: p.In, Name: name}, To: to})
	}
	return []gateway.Step{check.Step(), give.Step()}
}

// declared is what is checked of a parameter. A broken pattern is what the vendor answers with, where it does, for a route whose
// definition is not whole.
func (b *build) declared(name string, p *config.Parameter) (declared *validate.Parameter, broken []gateway.Step) {
	declared = &validate.Parameter{
		Name: name, In: p.In, Type: p.Type, Required: p.Required, Default: p.Default,
		Min: p.Min, Max: p.Max, MaxLength: p.MaxLength, Values: p.Values,
	}
	if p.Pattern == "" {
		return declared, nil
	}
	pattern, err := validate.CompilePattern(p.Pattern)
	declared.Pattern = pattern
	key := "parameters." + name + ".pattern"
	switch {
	case err == nil:
	case b.dialect.Checks.Definitions:
		return nil, []gateway.Step{b.defective(key, "definition", fault.DefinitionRoute, nil, err)}
	default:
		b.problem(key, "%v", err)
	}
	return declared, nil
}

// target is where the backend gets a parameter: by default where and under what name it was sent.
func target(name string, p *config.Parameter) transform.Place {
	if p.To == nil {
		return transform.Place{In: p.In, Name: name}
	}
	return transform.Place{In: cmp.Or(p.To.In, p.In), Name: cmp.Or(p.To.Name, name)}
}

// normal is the same for names that backends take for the same.
func normal(p transform.Place) transform.Place {
	if p.In == "header" {
		p.Name = strings.ReplaceAll(strings.ToLower(p.Name), "_", "-")
	}
	return p
}

// checkParameter reports what the definition alone does not show.
func (b *build) checkParameter(key string, p *validate.Parameter) {
	if p.In == "path" && !slices.Contains(route.Names(b.route.Path), p.Name) {
		b.problem(key, "the path %s has no {%s}: take a name of the path", b.route.Path, p.Name)
	}
	if p.Default != "" && p.Problem(p.Default) != "" {
		b.problem(key+".default", "a client could not send it: %s", p.Problem(p.Default))
	}
}

// checkTarget reports a place that a backend's request does not have, or not always.
func (b *build) checkTarget(key string, p *config.Parameter, to transform.Place) {
	switch to.In {
	case "header":
		if err := forward.CheckPassed(to.Name); err != nil {
			b.problem(key, "%v", err)
		}
	case "query", "form":
	case "path":
		b.checkPathTarget(key, p, to)
	default:
		b.problem(key+".to.in", "a backend gets a parameter in its path, query, header or form, not in a %s", to.In)
	}
}

func (b *build) checkPathTarget(key string, p *config.Parameter, to transform.Place) {
	switch {
	case p.To == nil: // it goes on in the path, as far as backend.path has a place for it
	case !slices.Contains(b.pathPlaces(), to.Name):
		b.problem(key+".to", "backend.path has no place for %s: write one there, in the vendor's notation", to.Name)
	case p.In != "path" && !p.Required && p.Default == "":
		b.problem(key+".to", "a path cannot do without it: make it required, or give it a default")
	}
}
