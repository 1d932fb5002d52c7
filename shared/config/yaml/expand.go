package yaml

import (
	"fmt"
	"reflect"
	"slices"

	"postern/shared/config"
)

// expand gives every route its effective policy: that of its API, overlaid by each that it uses, overlaid by its own; and
// for each stage of the API one in which every layer is followed by what it says for the stage. What the word none stands for
// is removed afterwards, so that a nearer policy may bring it back.
func (s *Source) expand() {
	keys := policyKeys()
	apis := s.root.get("apis")
	if apis == nil {
		return
	}
	for i, api := range apis.items {
		own, bundles := policyOf(api, keys), api.get("policies")
		names := stageNames(own)
		s.flat(own, fmt.Sprintf("apis[%d]", i))
		if bundles != nil {
			for _, e := range bundles.entries {
				s.flat(e.value, fmt.Sprintf("apis[%d].policies.%s", i, e.key))
			}
		}
		if routes := api.get("routes"); routes != nil {
			for j, r := range routes.items {
				path := fmt.Sprintf("apis[%d].routes[%d]", i, j)
				layers := []*node{own}
				for _, bundle := range s.used(r.get("use"), bundles, path+".use") {
					layers = append(layers, policyOf(bundle, keys))
				}
				s.flat(r, path)
				setPolicy(r, merged(append(layers, policyOf(r, keys)), names), keys)
			}
		}
		setPolicy(api, merged([]*node{own}, names), keys)
		if bundles != nil {
			*bundles = *remaining(bundles, reflect.TypeFor[map[string]config.Policy]())
		}
	}
}

func policyKeys() (keys []string) {
	for _, f := range config.Fields(reflect.TypeFor[config.Policy]()) {
		keys = append(keys, f.Key)
	}
	return keys
}

// used are the policies that a route names. What is no list of names is for the decoder to report.
func (s *Source) used(names, bundles *node, path string) (used []*node) {
	if names == nil {
		return nil
	}
	for i, name := range names.items {
		if bundle := bundles.get(name.value); bundle != nil {
			used = append(used, bundle)
			continue
		}
		if name.kind != text {
			continue
		}
		var known []string
		if bundles != nil {
			for _, e := range bundles.entries {
				known = append(known, e.key)
			}
		}
		at := fmt.Sprintf("%s[%d]", path, i)
		s.problem(name, name.at, at, "the API has no policy %q%s", name.value, choice(name.value, known))
	}
	return used
}

// policyOf is the part of an API, a route or a named policy that is inherited.
func policyOf(n *node, keys []string) *node {
	own := &node{kind: mapping, at: n.at}
	for _, e := range n.entries {
		if slices.Contains(keys, e.key) {
			own.entries = append(own.entries, e)
		}
	}
	return own
}

func setPolicy(n, policy *node, keys []string) {
	n.entries = slices.DeleteFunc(n.entries, func(e entry) bool { return slices.Contains(keys, e.key) })
	n.entries = append(n.entries, remaining(policy, reflect.TypeFor[config.Policy]()).entries...)
}

// overlay is base with what over says: mappings are merged by key, everything else is replaced.
func overlay(base, over *node) *node {
	if base.kind != mapping || over.kind != mapping {
		return over
	}
	merged := &node{kind: mapping, at: over.at, entries: slices.Clone(base.entries), broken: over.broken}
	for _, e := range over.entries {
		i := slices.IndexFunc(merged.entries, func(b entry) bool { return b.key == e.key })
		if i < 0 {
			merged.entries = append(merged.entries, e)
			continue
		}
		merged.entries[i] = entry{e.key, e.at, overlay(merged.entries[i].value, e.value)}
	}
	return merged
}

// remaining is n without the entries that the word none removes; in lists, which are not merged, it is a word like any
// other. t is n's type, nil where it has none.
func remaining(n *node, t reflect.Type) *node {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	left := *n
	left.entries = nil
	for _, e := range n.entries {
		if f := field(t, e.key); !removed(e.value, f) {
			left.entries = append(left.entries, entry{e.key, e.at, remaining(e.value, f.Type)})
		}
	}
	return &left
}

// removed says that the word none stands for no value. Where a text is asked for, only the bare word does: in quotes it is
// a text like any other. Where none is one of the values to choose from, it is that value.
func removed(n *node, f config.Field) bool {
	if n.kind != text || n.value != "none" || slices.Contains(f.Enum, "none") {
		return false
	}
	isText := f.Type != nil && f.Type.Kind() == reflect.String && f.Enum == nil
	return !isText || !n.quoted
}

// field is what a type says of a key.
func field(t reflect.Type, key string) config.Field {
	if t == nil {
		return config.Field{}
	}
	switch t.Kind() {
	case reflect.Map:
		return config.Field{Type: t.Elem()}
	case reflect.Struct:
		fields := config.Fields(t)
		if i := slices.IndexFunc(fields, func(f config.Field) bool { return f.Key == key }); i >= 0 {
			return fields[i]
		}
	}
	return config.Field{}
}
