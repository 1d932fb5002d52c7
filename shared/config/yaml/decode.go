package yaml

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"postern/shared/config"
)

// decoder fills the types of config by their tags.
type decoder struct {
	*Source
	partial bool // within a policy that completes others: what is required may come from them
}

// slot is a place for a value.
type slot struct {
	path, label string
	enum        []string
	v           reflect.Value
}

// short is a mapping that a single word may stand for.
type short interface{ FromWord(word string) error }

func (d *decoder) value(n *node, to slot) {
	if to.v.Kind() == reflect.Interface {
		d.free(n, to)
		return
	}
	if n.kind == null {
		d.refuse(n, to, "%s has no value: give it one, or remove it", to.label)
		return
	}
	if to.v.Kind() == reflect.Pointer {
		to.v.Set(reflect.New(to.v.Type().Elem()))
		to.v = to.v.Elem()
	}
	if unit, ok := reflect.TypeAssert[encoding.TextUnmarshaler](to.v.Addr()); ok {
		d.unit(n, to, unit)
		return
	}
	switch to.v.Kind() {
	case reflect.Struct:
		d.mappingTo(n, to)
	case reflect.Map:
		d.entries(n, to)
	case reflect.Slice:
		d.list(n, to)
	default:
		d.scalar(n, to)
	}
}

// refuse reports a problem with the value of a slot.
func (d *decoder) refuse(n *node, to slot, format string, args ...any) {
	d.problem(n, n.at, to.path, format, args...)
}

func (d *decoder) unit(n *node, to slot, unit encoding.TextUnmarshaler) {
	if !n.scalar() {
		d.refuse(n, to, "%s must be a single value, this is %s", to.label, n.kind)
		return
	}
	if err := unit.UnmarshalText([]byte(n.value)); err != nil {
		d.refuse(n, to, "%v", err)
	}
}

func (d *decoder) mappingTo(n *node, to slot) {
	word, isShort := reflect.TypeAssert[short](to.v.Addr())
	closed, isClosed := word.(interface{ Words() []string })
	switch {
	case n.kind == mapping:
		d.fields(n, to)
	case isClosed && n.scalar() && !slices.Contains(closed.Words(), n.value):
		d.refuse(n, to, "%s cannot be %q%s", to.label, n.value, choice(n.value, closed.Words()))
	case isShort && n.kind == text:
		if err := word.FromWord(n.value); err != nil {
			d.refuse(n, to, "%s: %v", to.label, err)
		}
	case isShort && n.scalar():
		d.refuse(n, to, "%s must be a text, this is %s: put it in quotes", to.label, n.kind)
	default:
		form := "keys and values"
		if isShort {
			form = "a text, or keys and values"
		}
		keys := strings.Join(keysOf(config.Fields(to.v.Type())), ", ")
		d.refuse(n, to, "%s must be %s, this is %s; its keys: %s", to.label, form, n.kind, keys)
	}
}

func keysOf(fields []config.Field) (keys []string) {
	for _, f := range fields {
		keys = append(keys, f.Key)
	}
	return keys
}

func (d *decoder) fields(n *node, to slot) {
	fields := config.Fields(to.v.Type())
	keys, meant := keysOf(fields), []string{} // meant: by a misspelt key
	for _, e := range n.entries {
		path := join(to.path, e.key)
		i := slices.Index(keys, e.key)
		if i < 0 {
			meant = append(meant, config.Suggest(e.key, keys))
			d.problem(n, e.at, path, "there is no key %q here%s", e.key, choice(e.key, keys))
			continue
		}
		f := fields[i]
		d.value(e.value, slot{path, fmt.Sprintf("%q", e.key), f.Enum, to.v.FieldByIndex(f.Index)})
	}
	for _, f := range fields {
		if f.Required && !d.partial && n.get(f.Key) == nil && !slices.Contains(meant, f.Key) {
			d.refuse(n, to, "the key %q is missing here (%s)", f.Key, f.Doc)
		}
	}
}

// entries fills a map by name.
func (d *decoder) entries(n *node, to slot) {
	if n.kind != mapping {
		d.refuse(n, to, "%s must be names and their values, this is %s", to.label, n.kind)
		return
	}
	if len(n.entries) == 0 {
		return
	}
	elem := to.v.Type().Elem()
	defer func(was bool) { d.partial = was }(d.partial)
	d.partial = d.partial || elem == reflect.TypeFor[config.Policy]()
	to.v.Set(reflect.MakeMap(to.v.Type()))
	for _, e := range n.entries {
		v := reflect.New(elem).Elem()
		d.value(e.value, slot{path: join(to.path, e.key), label: fmt.Sprintf("%q", e.key), v: v})
		to.v.SetMapIndex(reflect.ValueOf(e.key), v)
	}
}

func (d *decoder) list(n *node, to slot) {
	if n.kind != list {
		d.refuse(n, to, "%s must be a list, this is %s: %s", to.label, n.kind, listed(n))
		return
	}
	defer func(was bool) { d.partial = was }(d.partial)
	d.partial = false // lists are replaced, never completed
	for i, item := range n.items {
		v := reflect.New(to.v.Type().Elem()).Elem()
		d.value(item, slot{path: fmt.Sprintf("%s[%d]", to.path, i), label: "an entry of " + to.label, enum: to.enum, v: v})
		to.v.Set(reflect.Append(to.v, v))
	}
}

// listed says how a value is written as a list.
func listed(n *node) string {
	switch {
	case !n.scalar():
		return "start each entry with a dash"
	case strings.ContainsAny(n.value, "{}[],*&!#:\"'"):
		return fmt.Sprintf("write [%q]", n.value)
	}
	return "write [" + n.value + "]"
}
