package config

import (
	"reflect"
	"strings"
)

// Field is one key of a mapping, as the tags of its type say.
type Field struct {
	Key      string
	Doc      string
	Enum     []string // of the value, or of each of a list; nil: anything of the type
	Required bool
	Type     reflect.Type
	Index    []int // for reflect.Value.FieldByIndex
}

// Fields are the keys of a struct type of this package, in their order, those of an inlined struct in its place.
func Fields(t reflect.Type) []Field {
	var fields []Field
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if options == "inline" {
			for _, inner := range Fields(f.Type) {
				inner.Index = append([]int{i}, inner.Index...)
				fields = append(fields, inner)
			}
			continue
		}
		field := Field{Key: key, Doc: f.Tag.Get("doc"), Required: f.Tag.Get("required") == "true", Type: f.Type, Index: []int{i}}
		if enum := f.Tag.Get("enum"); enum != "" {
			field.Enum = strings.Split(enum, ",")
		}
		fields = append(fields, field)
	}
	return fields
}
