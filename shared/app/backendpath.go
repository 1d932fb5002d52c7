package app

import (
	"net/url"
	"slices"

	"postern/shared/gateway"
	"postern/shared/route"
)

// backendPath is a path below the backend's URL, in which the vendor's places are filled with variables of the route's path and
// with parameters that go there.
func (b *build) backendPath(path string) (gateway.Text, error) {
	if b.dialect.PathVariable == nil || b.route == nil {
		return b.dialect.Text(path)
	}
	var parts []gateway.Text
	at := 0
	for _, found := range b.dialect.PathVariable.FindAllStringSubmatchIndex(path, -1) {
		text, err := b.dialect.Text(path[at:found[0]])
		if err != nil {
			return nil, err
		}
		parts, at = append(parts, text, b.pathVariable(path[found[2]:found[3]])), found[1]
	}
	text, err := b.dialect.Text(path[at:])
	if err != nil {
		return nil, err
	}
	return gateway.Joined(append(parts, text)), nil
}

// pathVariable is what goes to a place of that name: what stands in the path goes on as it was sent, a parameter of another
// place as one segment.
func (b *build) pathVariable(name string) gateway.Text {
	from := name
	for declared, p := range b.policy.Parameters {
		if to := target(declared, &p); to.In == "path" && to.Name == name {
			if p.In != "path" {
				return func(x *gateway.Exchange) string { return url.PathEscape(x.Parameters[declared]) }
			}
			from = declared
		}
	}
	if !slices.Contains(route.Names(b.route.Path), from) {
		b.problem("backend.path", "nothing goes to its place %s: name a variable of the route's path, or a parameter with to: path:%s", name, name)
	}
	return func(x *gateway.Exchange) string { return x.Params[from] }
}

// pathPlaces are the names of the places that the backend's path has.
func (b *build) pathPlaces() (names []string) {
	if b.policy.Backend == nil || b.dialect.PathVariable == nil {
		return nil
	}
	for _, found := range b.dialect.PathVariable.FindAllStringSubmatch(b.policy.Backend.Path, -1) {
		names = append(names, found[1])
	}
	return names
}
