package validate

import (
	"context"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Parameters are what a route declares. Their names are unique.
type Parameters []Parameter

// declared are parameters and in which part of the request those of each name are sent.
type declared struct {
	list []Parameter
	in   map[string]string
}

// Step is the step "parameters". It judges them in their order, and keeps their values, defaults too, for the steps after it. Of
// a repeated one the first value counts. However many there are, the query and the form are read once.
func (ps Parameters) Step() gateway.Step {
	d := &declared{list: ps, in: make(map[string]string, len(ps))}
	for i := range ps {
		d.in[ps[i].Name] = ps[i].In
	}
	return gateway.Step{Name: "parameters", Again: true, Body: d.needBody, Run: d.check}
}

func (d *declared) needBody(r *gateway.Request) bool {
	return d.some("form") && r.Length != 0 && r.IsForm()
}

func (d *declared) some(part string) bool {
	for i := range d.list {
		if d.list[i].In == part {
			return true
		}
	}
	return false
}

func (d *declared) check(_ context.Context, x *gateway.Exchange) error {
	values := d.sent(x)
	for i := range d.list {
		p := &d.list[i]
		value, ok := values[p.Name]
		switch {
		case !ok && p.Required:
			return fault.New(fault.RequestParameter, fault.Args{"name": p.Name}, nil)
		case !ok && p.Default != "":
			values[p.Name] = p.Default
		case ok:
			if problem := p.Problem(value); problem != "" {
				return fault.New(fault.RequestValue, fault.Args{"name": p.Name, "problem": problem}, nil)
			}
		}
	}
	x.Parameters = values
	return nil
}

func (d *declared) sent(x *gateway.Exchange) map[string]string {
	values := make(map[string]string, len(d.list))
	collect := func(part, encoded string) {
		for name, value := range gateway.Pairs(encoded) {
			if _, again := values[name]; !again && d.in[name] == part {
				values[name] = value
			}
		}
	}
	if d.some("query") {
		collect("query", x.Request.RawQuery)
	}
	if d.some("form") && x.Request.IsForm() {
		collect("form", string(x.Request.Body))
	}
	for name, part := range d.in {
		if part == "path" || part == "header" {
			if value, ok := x.Lookup(part, name); ok {
				values[name] = value
			}
		}
	}
	return values
}
