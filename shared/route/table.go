// Package route finds the API of a host and the route of a path.
//
// It promises that a path means to the backend what it meant here: a path that two servers could read differently has no
// route, and literals are compared with what a backend decodes. A match costs at most the length of the path times the
// number of segments in all patterns, and normally one map look-up a segment. It imports fault, gateway and the standard
// library.
package route

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// AnyMethod is the method of a route that answers those which no other route of its pattern has.
const AnyMethod = "ANY"

var (
	errNoPath   = errors.New("no pattern matches the path")
	errNoMethod = errors.New("no pattern that matches the path has the method")
)

// Table finds routes by method and path. Add everything first: its step may then run concurrently.
type Table struct {
	root    node
	classes map[string][]*entry // of patterns that may overlap
}

// NewTable makes an empty one.
func NewTable() *Table { return &Table{classes: map[string][]*entry{}} }

// Add makes r the route of method for the paths that match pattern below base, a base that Hosts.Add accepts. A segment of
// the pattern is
//
//	members          literal, with escapes or without
//	{id}             any segment that is not empty
//	{path+}          everything from here on, at least one segment; only at the end
//	v?, *.json       ? is one character, * any number of them
//	*                any segment that is not empty
//	**               any number of segments, none included
//	{id}.json        variables and text mixed; a variable is not empty
//	{id:[0-9]+}      a variable and the regular expression (RE2) of the whole of it
//	{[a-z]+}         a regular expression without a name
//
// The most specific pattern that matches and has the method wins, compared segment by segment from the left: a literal, then
// mixed segments (more fixed characters, then more expressions, then fewer open parts, then fewer stars, then the one added
// first), then {id}, *, {path+}, **. HEAD is not implied by GET. /a and /a/ are different paths, except that the pattern "/"
// stands for the base itself too, and ** for a slash at the end.
//
// Add refuses patterns that are equal or could not be told apart, other names of variables at the same place, and patterns
// that no accepted path matches.
func (t *Table) Add(method, base, pattern string, r *gateway.Route) error {
	parsed, err := parse(pattern)
	if err != nil {
		return fmt.Errorf("%s: %w", pattern, err)
	}
	var below []segment
	if prefix := strings.Trim(base, "/"); prefix != "" {
		for name := range strings.SplitSeq(prefix, "/") {
			below = append(below, segment{kind: literal, text: name})
		}
	}
	if len(below) > 0 && pattern == "/" {
		if err := t.add(&entry{method, pattern, below, r}); err != nil {
			return err
		}
	}
	return t.add(&entry{method, pattern, append(below, parsed...), r})
}

func (t *Table) add(e *entry) error {
	end, err := t.root.grow(e)
	if err != nil {
		return err
	}
	if other, ok := end.routes[e.method]; ok {
		return fmt.Errorf("%s %s is the same as %s %s: remove one of the two, or give it another method",
			e.method, e.pattern, other.method, other.pattern)
	}
	key := class(e.segments)
	if key != "" {
		for _, other := range t.classes[key] {
			if e.shares(other.method) && overlap(e.segments, other.segments) {
				return fmt.Errorf("%s %s and %s %s match the same paths, neither more specific: add characters to one",
					e.method, e.pattern, other.method, other.pattern)
			}
		}
		t.classes[key] = append(t.classes[key], e)
	}
	if end.routes == nil {
		end.routes = map[string]*entry{}
	}
	end.routes[e.method] = e
	return nil
}

// shares says whether requests of some method could be of e and of a route with that method.
func (e *entry) shares(method string) bool {
	return e.method == method || e.method == AnyMethod || method == AnyMethod
}

// Step is the step "route": it enters the route of the request. The variables are percent-encoded as they were sent.
func (t *Table) Step() gateway.Step {
	return gateway.Step{Name: "route", Again: true, Run: t.run}
}

func (t *Table) run(_ context.Context, x *gateway.Exchange) error {
	path, err := Clean(x.Request.Path)
	if err != nil {
		return refusal(x, fault.RoutePath, err)
	}
	m := match{path: path, raw: x.Request.Path, method: x.Request.Method}
	switch found := m.find(&t.root, 1); {
	case found != nil:
		x.Enter(found.route, m.params)
		return nil
	case m.known:
		return refusal(x, fault.RouteMethod, errNoMethod)
	default:
		return refusal(x, fault.RoutePath, errNoPath)
	}
}

func refusal(x *gateway.Exchange, kind fault.Kind, err error) error {
	return fault.New(kind, fault.Args{"method": x.Request.Method, "path": x.Request.Path}, err)
}
