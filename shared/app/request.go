package app

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"postern/shared/forward"
	"postern/shared/gateway"
	"postern/shared/transform"
)

// request changes what the backend gets.
func (b *build) request() []gateway.Step {
	change := b.policy.Request
	if change == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(change.Set)) {
		if !strings.EqualFold(name, "Host") {
			b.field("request.set."+name, name, change.Set[name])
		}
	}
	b.removed("request.remove", change.Remove)
	set, broken := b.texts("request.set", change.Set)
	query, brokenQuery := b.texts("request.query", change.Query)
	if broken = append(broken, brokenQuery...); len(broken) > 0 {
		return broken[:1]
	}
	r := transform.Request{Headers: transform.Headers{Set: set, Remove: change.Remove}, Query: query}
	return []gateway.Step{r.Step()}
}

// field reports a header that a definition may not set.
func (b *build) field(key, name, value string) {
	if err := forward.CheckField(name, value); err != nil {
		b.problem(key, "%v", err)
	}
}

func (b *build) removed(key string, names []string) {
	for i, name := range names {
		b.field(fmt.Sprintf("%s[%d]", key, i), name, "")
	}
}

// texts compiles the texts of a map. Those that the dialect cannot read give the steps that answer for it.
func (b *build) texts(key string, texts map[string]string) (compiled map[string]gateway.Text, broken []gateway.Step) {
	compiled = make(map[string]gateway.Text, len(texts))
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		text, err := b.dialect.Text(texts[name])
		if err != nil {
			broken = append(broken, b.broken(key+"."+name, "request", err))
			continue
		}
		compiled[name] = text
	}
	return compiled, broken
}
