package validate

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// value checks and rewrites the value of a keyword; it is not ok where nothing is left to be judged.
func (n *normaliser) value(at place, s shape, v any) (any, bool) {
	switch s {
	case schema:
		return n.schema(at, v), true
	case schemas:
		return n.schemas(at, v), true
	case schemaMap:
		return n.schemaMap(at, v), true
	case types:
		return n.types(at, v)
	case pattern:
		n.pattern(at, v)
	default:
		if want := misshapen(s, v); want != "" {
			n.fail(at, "must be %s", want)
		}
	}
	return v, true
}

// special rewrites the keywords that not all drafts mean the same by.
func (n *normaliser) special(at place, name string, in, out map[string]any) {
	switch name {
	case "items":
		n.items(at, in, out)
	case "dependencies":
		n.dependencies(at, in, out)
	case "patternProperties":
		out[name] = n.schemaMap(at, in[name])
		for p := range asObject(in[name]) {
			n.pattern(at.below(p), p)
		}
	case "$dynamicRef":
		n.fail(at, "is not supported: use $ref")
	default:
		n.bound(at, name, in, out)
	}
}

// bound knows that draft-04 says with a boolean whether a bound is exclusive.
func (n *normaliser) bound(at place, name string, in, out map[string]any) {
	plain, exclusive := strings.CutPrefix(name, "exclusive")
	want := misshapen(number, in[name])
	if n.draft == draft4 && exclusive {
		if want = misshapen(boolean, in[name]); want != "" {
			want += " in draft-04; for a number name a later draft in $schema"
		}
	}
	if want != "" {
		n.fail(at, "must be %s", want)
	}
	switch {
	case n.draft != draft4:
		out[name] = in[name]
	case exclusive:
	case in["exclusive"+strings.ToUpper(plain[:1])+plain[1:]] == true:
		out["exclusive"+strings.ToUpper(plain[:1])+plain[1:]] = in[name]
	default:
		out[name] = in[name]
	}
}

// items are a list up to draft-07 where each place has its own schema.
func (n *normaliser) items(at place, in, out map[string]any) {
	nodes, isList := in["items"].([]any)
	if !isList {
		out["items"] = n.schema(at, in["items"])
		return
	}
	if n.draft == draft2020 {
		n.fail(at, "must be one schema: use prefixItems")
	}
	if len(nodes) > 0 {
		out["prefixItems"] = n.schemas(at, nodes)
	}
	if rest, ok := in["additionalItems"]; ok {
		at.pointer = strings.TrimSuffix(at.pointer, "items") + "additionalItems"
		out["items"] = n.schema(at, rest)
	}
}

// dependencies are two keywords since 2019-09.
func (n *normaliser) dependencies(at place, in, out map[string]any) {
	if n.draft == draft2020 {
		return
	}
	all, ok := in["dependencies"].(map[string]any)
	if !ok {
		n.fail(at, "must be an object")
	}
	required, judged := map[string]any{}, map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		there := at.below(name)
		there.inPlace = true
		if _, isList := all[name].([]any); !isList {
			judged[name] = n.schema(there, all[name])
		} else if want := misshapen(names, all[name]); want != "" {
			n.fail(there, "must be %s", want)
		} else {
			required[name] = all[name]
		}
	}
	if len(required) > 0 {
		out["dependentRequired"] = required
	}
	if len(judged) > 0 {
		out["dependentSchemas"] = judged
	}
}

func (n *normaliser) schemas(at place, v any) []any {
	nodes, ok := v.([]any)
	if !ok || len(nodes) == 0 {
		n.fail(at, "must be a list of schemas")
	}
	out := make([]any, len(nodes))
	for i, node := range nodes {
		out[i] = n.schema(at.below(strconv.Itoa(i)), node)
	}
	return out
}

func (n *normaliser) schemaMap(at place, v any) map[string]any {
	nodes, ok := v.(map[string]any)
	if !ok {
		n.fail(at, "must be an object of schemas")
	}
	out := make(map[string]any, len(nodes))
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		out[name] = n.schema(at.below(name), nodes[name])
	}
	return out
}

func (n *normaliser) pattern(at place, v any) {
	text, ok := v.(string)
	if !ok {
		n.fail(at, "must be a regular expression")
		return
	}
	compiled, err := regexp.Compile(text)
	if err != nil {
		n.fail(at, "%v: look-around and back references are not supported", err)
	}
	n.patterns[text] = compiled
}

// types leaves "any" out, which some write for no type at all.
func (n *normaliser) types(at place, v any) (any, bool) {
	all, isList := v.([]any)
	if !isList {
		all = []any{v}
	}
	known := []any{"array", "boolean", "integer", "null", "number", "object", "string", "any"}
	for _, t := range all {
		if _, text := t.(string); !text || !slices.Contains(known, t) {
			n.fail(at, "must be one of array, boolean, integer, null, number, object, string, or a list of them")
		}
	}
	return v, !slices.Contains(all, any("any"))
}

// misshapen says what a value should be; "": it is that.
func misshapen(s shape, v any) string {
	f, isNumber := float(v)
	_, isBool := v.(bool)
	_, isList := v.([]any)
	switch {
	case s == number && !isNumber:
		return "a number"
	case s == positive && f <= 0:
		return "a number over 0"
	case s == count && (!isNumber || f < 0 || f != math.Trunc(f) || f > math.MaxInt32):
		return "a whole number that is not negative"
	case s == boolean && !isBool:
		return "true or false"
	case s == list && !isList:
		return "a list"
	case s == names && !isNames(v):
		return "a list of names"
	case s == namesMap && !isNamesMap(v):
		return "an object of lists of names"
	}
	return ""
}

func isNames(v any) bool {
	all, ok := v.([]any)
	return ok && !slices.ContainsFunc(all, func(name any) bool { _, text := name.(string); return !text })
}

func isNamesMap(v any) bool {
	all, ok := v.(map[string]any)
	for _, v := range all {
		ok = ok && isNames(v)
	}
	return ok
}
