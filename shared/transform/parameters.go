package transform

import (
	"context"
	"maps"
	"slices"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

const formType = "application/x-www-form-urlencoded"

// Place is a name in a part of a request: query, header, form or path.
type Place struct{ In, Name string }

// Parameter is a declared one: where clients send it, and where the backend gets it.
type Parameter struct{ From, To Place }

// moved says that it does not stay where it was sent.
func (p Parameter) moved() bool { return p.From != p.To }

// Parameters give the backend what a route declares, in the values that were checked. No two have the same To.
type Parameters struct {
	List []Parameter
	Drop bool // query parameters, form fields and headers that are not listed do not go on
}

// Step runs after "outbound", as Request's does, and before it. What stays in its place stays as it was sent, but for repeated
// ones, of which the first alone was checked. What else the client sent where a parameter goes to is left out: a backend takes
// it for the parameter's value. A parameter of the path is none of this step's concern.
func (p Parameters) Step() gateway.Step {
	return gateway.Step{Name: "request", Again: true, Body: p.needsBody, Run: func(_ context.Context, x *gateway.Exchange) error {
		if x.Outbound == nil {
			return nil
		}
		p.headers(x)
		x.Outbound.RawQuery = p.fields("query", x.Outbound.RawQuery, x.Parameters)
		return p.form(x)
	}}
}

func (p Parameters) needsBody(r *gateway.Request) bool {
	return p.concerns("form") && r.Length != 0 && r.IsForm()
}

// concerns says whether anything in a part of the request may change.
func (p Parameters) concerns(part string) bool {
	return p.Drop || slices.ContainsFunc(p.List, func(q Parameter) bool { return q.From.In == part || q.To.In == part })
}

func (p Parameters) headers(x *gateway.Exchange) {
	header := x.Outbound.Header
	if p.Drop {
		maps.DeleteFunc(header, func(name string, _ []string) bool { return !general(name) })
	}
	for _, q := range p.List {
		if q.From.In == "header" && q.moved() {
			remove(header, q.From.Name)
		}
	}
	for _, q := range p.List {
		if q.To.In != "header" {
			continue
		}
		remove(header, q.To.Name)
		if value, ok := x.Parameters[q.From.Name]; ok {
			header.Set(q.To.Name, line(value))
		}
	}
}

// general says whether a header is one that every backend gets: about the body, what answers will do, and who asks.
func general(name string) bool {
	name = strings.ToLower(name)
	for _, prefix := range []string{"content-", "accept-", "x-forwarded-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "accept" || name == "user-agent"
}

// form changes the body where that is a form. Where there is none, fields make one; a body of another type has no room for them.
func (p Parameters) form(x *gateway.Exchange) error {
	r := x.Request
	if !p.concerns("form") {
		return nil
	}
	sent := ""
	if r.IsForm() {
		sent = string(r.Body)
	}
	fields := p.fields("form", sent, x.Parameters)
	switch {
	case fields == sent:
		return nil
	case !r.IsForm() && (len(r.Body) > 0 || r.Length > 0):
		return fault.New(fault.RequestType, fault.Args{"type": line(r.Header.Get("Content-Type"))}, nil)
	}
	header := x.Outbound.Header
	for _, digest := range []string{"Content-Md5", "Content-Digest", "Digest", "Repr-Digest"} {
		header.Del(digest) // of another body
	}
	if !r.IsForm() {
		header.Set("Content-Type", formType)
	}
	x.Outbound.Body = []byte(fields)
	return nil
}
