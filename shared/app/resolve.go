package app

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"postern/shared/config"
)

// reference is ${env:NAME} or ${secret:NAME}; without its last group it is not closed, or its name is none.
var reference = regexp.MustCompile(`\$\{(env|secret):(?:([A-Za-z0-9_./-]+)(\}))?`)

// resolve is a copy of a definition in which ${env:NAME} and ${secret:NAME} are what they stand for. Every other ${…} is the
// dialect's. A reference that leads nowhere is reported where it is first seen: merged policies repeat it.
func (c *compiler) resolve(def *config.Definition) *config.Definition {
	r := &resolver{compiler: c, reported: map[string]bool{}}
	return r.copy(reflect.ValueOf(def), "").Interface().(*config.Definition)
}

type resolver struct {
	*compiler
	reported map[string]bool
}

// copy is deep. Types that have no exported fields are values, and shared.
func (r *resolver) copy(v reflect.Value, path string) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		if v.IsNil() {
			return v
		}
	default:
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		out.SetString(r.text(v.String(), path))
	case reflect.Interface:
		out.Set(r.copy(v.Elem(), path))
	case reflect.Pointer:
		out.Set(reflect.New(v.Type().Elem()))
		out.Elem().Set(r.copy(v.Elem(), path))
	case reflect.Slice:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(r.copy(v.Index(i), fmt.Sprintf("%s[%d]", path, i)))
		}
	case reflect.Map:
		r.copyMap(out, v, path)
	case reflect.Struct:
		r.copyFields(out, v, path)
	default:
	}
	return out
}

// copyMap goes by name, for problems always to come in the same order.
func (r *resolver) copyMap(out, v reflect.Value, path string) {
	out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
	keys := map[string]reflect.Value{}
	for _, key := range v.MapKeys() {
		keys[key.String()] = key
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		out.SetMapIndex(keys[name], r.copy(v.MapIndex(keys[name]), below(path, name)))
	}
}

func (r *resolver) copyFields(out, v reflect.Value, path string) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		at := path
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			at = below(path, name)
		}
		out.Field(i).Set(r.copy(v.Field(i), at))
	}
}

func below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// text fills in references once: what they stand for is not looked into.
func (r *resolver) text(text, path string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		groups := reference.FindStringSubmatch(found)
		kind, name := groups[1], groups[2]
		if groups[3] == "" {
			r.report(path, text, fmt.Sprintf("${%s: is not closed or its name is none: write ${%s:NAME}", kind, kind))
			return found
		}
		lookup, unknown := r.Env, "environment variable %s is not set"
		if kind == "secret" {
			lookup, unknown = r.Secret, "secret %s is not in the registry: add it there under secrets"
		}
		if lookup != nil {
			if value, ok := lookup(name); ok {
				if kind == "secret" && !slices.Contains(r.secrets, value) {
					r.secrets = append(r.secrets, value)
				}
				return value
			}
		}
		r.report(path, found, fmt.Sprintf(unknown, name))
		return found
	})
}

// masked hides the secrets that were filled in: what a concern says of a text may quote them.
func (c *compiler) masked(text string) string {
	for _, secret := range c.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

// report reports what is wrong with a piece of the definition once.
func (r *resolver) report(path, piece, text string) {
	if !r.reported[piece] {
		r.reported[piece] = true
		r.problem(path, "%s", text)
	}
}
