package app

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"postern/shared/config"
	"postern/shared/dialect"
	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
	"postern/shared/transform"
)

// redefinition is what an owner answers with for a kind of fault and those below it.
type redefinition struct {
	status  int // 0: the documented one
	headers map[string]gateway.Text
	bodies  map[string]gateway.Text // by content type
	types   []string                // of bodies
	broken  *fault.Fault            // a text cannot be read: answered instead
}

// render is the dialect's, changed by the API's redefined answers: the nearest kind above a fault counts.
func (c *compiler) render(
	path string, api *config.API, d *dialect.Dialect,
) func(*fault.Fault, *gateway.Exchange) *gateway.Response {
	if len(api.Answers) == 0 {
		return d.Render
	}
	path += ".answers"
	if !d.Redefines {
		c.problem(path, "dialect %s cannot redefine its answers: remove them", d.Name)
		return d.Render
	}
	redefined := map[fault.Kind]*redefinition{}
	for _, key := range slices.Sorted(maps.Keys(api.Answers)) {
		kind := fault.Kind(key)
		if c.redefinable(path+"."+key, kind, d) {
			redefined[kind] = c.redefinition(path+"."+key, api.Answers[key], d)
		}
	}
	return func(f *fault.Fault, x *gateway.Exchange) *gateway.Response {
		answer, r := d.Render(f, x), nearest(redefined, f.Kind)
		switch {
		case r == nil || answer.Cut:
			return answer
		case r.broken != nil:
			return d.Render(r.broken, x)
		}
		return r.apply(answer, x)
	}
}

func nearest(redefined map[fault.Kind]*redefinition, kind fault.Kind) *redefinition {
	for ; kind != ""; kind = kind.Parent() {
		if r := redefined[kind]; r != nil {
			return r
		}
	}
	return nil
}

// redefinable reports a kind that does not exist, or whose row never reaches a client.
func (c *compiler) redefinable(path string, kind fault.Kind, d *dialect.Dialect) bool {
	if _, known := fault.Params()[kind]; !known {
		c.problem(path, "there is no kind of fault %q; there are: %s", kind, strings.Join(near(kind), ", "))
		return false
	}
	if row, _ := d.Catalogue.Answer(fault.New(kind, nil, nil)); row.LogOnly != "" {
		c.problem(path, "the client's connection is cut, there is no answer to redefine: remove it")
		return false
	}
	return true
}

// near are the kinds right below what of an unknown kind is known.
func near(kind fault.Kind) (kinds []string) {
	known := fault.Params()
	parent := kind.Parent()
	for parent != "" {
		if _, ok := known[parent]; ok {
			break
		}
		parent = parent.Parent()
	}
	for k := range known {
		if k.Parent() == parent {
			kinds = append(kinds, string(k))
		}
	}
	if len(kinds) == 0 {
		kinds = []string{string(parent)}
	}
	slices.Sort(kinds)
	return kinds
}

func (c *compiler) redefinition(path string, answer config.Answer, d *dialect.Dialect) *redefinition {
	if answer.Status != 0 && (answer.Status < 200 || answer.Status > 999) {
		c.problem(path+".status", "%d ends no exchange: write a status from 200 on", answer.Status)
	}
	r := &redefinition{
		status: answer.Status, headers: map[string]gateway.Text{}, bodies: map[string]gateway.Text{},
		types: slices.Sorted(maps.Keys(answer.Bodies)),
	}
	for _, name := range slices.Sorted(maps.Keys(answer.Headers)) {
		at := path + ".headers." + name
		if err := forward.CheckField(name, answer.Headers[name]); err != nil {
			c.problem(at, "%v", err)
		}
		r.headers[name] = c.answerText(at, answer.Headers[name], d, r)
	}
	for _, media := range r.types {
		at := path + ".bodies." + media
		if err := forward.CheckField("Content-Type", media); err != nil || !strings.Contains(media, "/") {
			c.problem(at, "%q is no content type: write one like application/json", media)
		}
		r.bodies[media] = c.answerText(at, c.bodyText(at, answer.Bodies[media]), d, r)
	}
	return r
}

// answerText compiles a text. What the dialect cannot read is a defect that it answers for.
func (c *compiler) answerText(path, text string, d *dialect.Dialect, r *redefinition) gateway.Text {
	compiled, err := d.Text(text)
	if err != nil {
		r.broken = c.defect(path, fault.DefinitionTemplate, err)
	}
	return compiled
}

func (c *compiler) bodyText(path string, body config.Body) string {
	if body.File == "" {
		return body.Text
	}
	if body.Text != "" {
		c.problem(path, "both a text and a file: keep one of them")
	}
	data, err := c.file(body.File)
	if err != nil {
		c.problem(path+".file", "%v", err)
	}
	return string(data)
}

// apply makes the redefined answer of the documented one. The exchange has it while texts are filled in: they may ask for
// its status.
func (r *redefinition) apply(answer *gateway.Response, x *gateway.Exchange) *gateway.Response {
	if r.status != 0 {
		answer.Status = r.status
	}
	if answer.Header == nil {
		answer.Header = http.Header{}
	}
	x.Answer = answer
	transform.Headers{Set: r.headers}.Apply(answer.Header, x)
	if media, ok := transform.Choose(x.Request.Header.Values("Accept"), r.types); ok {
		answer.Header.Set("Content-Type", media)
		answer.Body = []byte(r.bodies[media](x))
	}
	return answer
}
