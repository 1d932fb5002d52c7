package validate

import (
	"maps"
	"slices"
	"strconv"
)

// part is a value in a body, and where it is. There is one for each place, so that places can be compared.
type part struct {
	value  any
	parent *part  // nil: the part is the body
	name   string // of a member
	index  int    // of an item
	inner  []part // nil until asked for
}

// parts are the items in order, or the members by name.
func (p *part) parts() []part {
	if p.inner != nil {
		return p.inner
	}
	switch v := p.value.(type) {
	case []any:
		p.inner = make([]part, len(v))
		for i, item := range v {
			p.inner[i] = part{value: item, parent: p, index: i}
		}
	case map[string]any:
		p.inner = make([]part, 0, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			p.inner = append(p.inner, part{value: v[name], parent: p, name: name})
		}
	}
	return p.inner
}

func (p *part) isItem() bool {
	_, list := p.parent.value.([]any)
	return list
}

func (p *part) has(name string) bool {
	members, _ := p.value.(map[string]any)
	_, ok := members[name]
	return ok
}

// at is the place as an answer shows it, "$.items[1].price".
func (p *part) at() string {
	switch {
	case p.parent == nil:
		return "$"
	case p.isItem():
		return p.parent.at() + "[" + strconv.Itoa(p.index) + "]"
	default:
		return member(p.parent.at(), p.name)
	}
}
