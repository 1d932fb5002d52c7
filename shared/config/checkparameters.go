package config

import "slices"

// parameters checks what a policy declares. Patterns are compiled where they are used.
func (c *checker) parameters(path string, p *Policy, whole bool) {
	for _, name := range sorted(p.Parameters) {
		declared, at := p.Parameters[name], path+".parameters."+name
		c.parameter(at, &declared, whole)
		if declared.In == "header" {
			c.header(at, name)
		}
		if declared.To != nil {
			c.target(at+".to", declared.To, whole)
		}
	}
}

func (c *checker) parameter(path string, p *Parameter, whole bool) {
	number := slices.Contains([]string{"int", "long", "float", "double"}, p.Type)
	switch {
	case whole && p.In == "":
		c.problem(path+".in", "say where clients send it: path, query, header or form")
	case whole && !number && (p.Min != nil || p.Max != nil):
		c.problem(path, "min and max are of numbers: give it the type int, long, float or double, or remove them")
	case p.Min != nil && p.Max != nil && *p.Min > *p.Max:
		c.problem(path, "no number is both at least %v and at most %v: swap min and max", *p.Min, *p.Max)
	}
	if p.MaxLength < 0 {
		c.problem(path+".max-length", "write the number of characters, at least 1")
	}
	if p.Required && p.Default != "" {
		c.problem(path+".default", "a required parameter is never filled in: remove default or required")
	}
}

// target checks where a backend gets a parameter.
func (c *checker) target(path string, to *Place, whole bool) {
	known := []string{"path", "query", "header", "form"}
	switch {
	case to.In == "" && !whole:
	case !slices.Contains(known, to.In):
		c.problem(path, "a backend gets a parameter in its path, query, header or form: write one like header:X-Name")
	case to.In == "header" && (whole || to.Name != ""):
		c.header(path, to.Name)
	}
}
