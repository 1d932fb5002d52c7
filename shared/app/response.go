package app

import (
	"maps"
	"slices"

	"postern/shared/gateway"
	"postern/shared/transform"
)

// response changes what the client gets of a backend's answer. A text that the dialect cannot read is answered for before
// the backend is called.
func (b *build) response() []gateway.Step {
	change := b.policy.Response
	if change == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(change.Set)) {
		b.field("response.set."+name, name, change.Set[name])
	}
	b.removed("response.remove", change.Remove)
	set, broken := b.texts("response.set", change.Set)
	if len(broken) > 0 {
		return broken[:1]
	}
	b.amend = append(b.amend, transform.Response{Headers: transform.Headers{Set: set, Remove: change.Remove}}.Step())
	return nil
}
