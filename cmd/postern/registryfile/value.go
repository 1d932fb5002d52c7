package registryfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"postern/shared/config"
)

// value is a part of a registry as its types write it: one form for what a file may write in several.
type value struct {
	kind    kind
	scalar  string // as JSON writes it
	entries []entry
	items   []*value
}

type kind int

const (
	scalar kind = iota
	mapping
	list
)

type entry struct {
	key   string
	value *value
}

// Text is a registry as a file of its own.
func Text(reg *config.Registry) (string, error) {
	before, err := valueOf(&config.Registry{Version: reg.Version})
	if err != nil {
		return "", err
	}
	after, err := valueOf(reg)
	if err != nil {
		return "", err
	}
	text, err := rewrite(fmt.Appendf(nil, "version: %d\n", reg.Version), before, after)
	return string(text), err
}

// valueOf is the registry's, with the keys in the order of its types.
func valueOf(reg *config.Registry) (*value, error) {
	text := bytes.Buffer{}
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(reg); err != nil {
		return nil, err
	}
	d := json.NewDecoder(&text)
	d.UseNumber()
	return decode(d)
}

func decode(d *json.Decoder) (*value, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		m := &value{kind: mapping}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			v, err := decode(d)
			if err != nil {
				return nil, err
			}
			m.entries = append(m.entries, entry{key.(string), v})
		}
		_, err = d.Token()
		return m, err
	case json.Delim('['):
		l := &value{kind: list}
		for d.More() {
			v, err := decode(d)
			if err != nil {
				return nil, err
			}
			l.items = append(l.items, v)
		}
		_, err = d.Token()
		return l, err
	}
	return &value{scalar: quoted(t)}, nil
}

func quoted(v any) string {
	text := bytes.Buffer{}
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // a token of JSON always has a form in JSON
	return string(bytes.TrimSpace(text.Bytes()))
}

func (v *value) equal(other *value) bool {
	same := func(a, b entry) bool { return a.key == b.key && a.value.equal(b.value) }
	return v.kind == other.kind && v.scalar == other.scalar &&
		slices.EqualFunc(v.entries, other.entries, same) && slices.EqualFunc(v.items, other.items, (*value).equal)
}

// get is the value of a key; nil: there is none.
func (v *value) get(key string) *value {
	for _, e := range v.entries {
		if e.key == key {
			return e.value
		}
	}
	return nil
}

// name tells an item of a list from the others; "" when nothing does.
func (v *value) name() string {
	for _, key := range []string{"name", "id"} {
		if name := v.get(key); name != nil {
			return name.scalar
		}
	}
	return ""
}

// named says that every item of a list has a name.
func (v *value) named() bool {
	return !slices.ContainsFunc(v.items, func(item *value) bool { return item.name() == "" })
}

// item is that of a name; nil: there is none.
func (v *value) item(name string) *value {
	for _, item := range v.items {
		if item.name() == name {
			return item
		}
	}
	return nil
}

// leaf says that the value holds scalars alone: it fits on a line.
func (v *value) leaf() bool {
	return !slices.ContainsFunc(v.entries, func(e entry) bool { return e.value.kind != scalar }) &&
		!slices.ContainsFunc(v.items, func(item *value) bool { return item.kind != scalar })
}
