// Package schema is the JSON Schema (2020-12) of the definition and the registry, for editors and other tools.
//
// It promises to come from the types and tags of config alone, so that it never disagrees with the reader: what loads is
// valid. The other way round it is looser, where keys depend on each other and where policies complete each other. It
// imports config.
package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"postern/shared/config"
)

// Definition is the schema of postern.yaml.
func Definition() []byte {
	return document("definition", "what the gateway serves", reflect.TypeFor[config.Definition]())
}

// Registry is the schema of registry.yaml.
func Registry() []byte {
	return document("registry", "who may call", reflect.TypeFor[config.Registry]())
}

type schema = map[string]any

func document(name, description string, t reflect.Type) []byte {
	g := generator{defs: schema{}}
	root := g.object(t, false)
	root["$schema"], root["$id"] = "https://json-schema.org/draft/2020-12/schema", "urn:postern:"+name+":1"
	root["title"], root["description"], root["$defs"] = "postern "+name, description, g.defs
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic(fmt.Sprintf("schema: %v", err)) // maps, lists and texts always encode
	}
	return b.Bytes()
}

// generator collects the schemas of the types that it meets.
type generator struct{ defs schema }

// of is the schema of a type. In a policy, which others complete, nothing is required and the word none removes an entry.
func (g *generator) of(t reflect.Type, policy bool) schema {
	if p, ok := reflect.TypeAssert[interface{ Pattern() string }](reflect.Zero(t)); ok && t.Kind() != reflect.Pointer {
		return schema{"type": "string", "pattern": p.Pattern()}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.of(t.Elem(), policy)
	case reflect.Struct:
		return g.reference(t, policy)
	case reflect.Slice:
		return schema{"type": "array", "items": g.of(t.Elem(), false)}
	case reflect.Map:
		return schema{"type": "object", "additionalProperties": removable(g.of(t.Elem(), policy), policy)}
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return schema{"type": "integer"}
	case reflect.Float64:
		return schema{"type": "number"}
	case reflect.String:
		return schema{"type": "string"}
	}
	return schema{} // any value
}

// reference is the schema of a struct, kept under its name.
func (g *generator) reference(t reflect.Type, policy bool) schema {
	name := strings.ToLower(t.Name())
	if g.defs[name] == nil {
		g.defs[name] = schema{} // it may hold itself
		g.defs[name] = g.short(t, g.object(t, policy || t == reflect.TypeFor[config.Policy]()))
	}
	return schema{"$ref": "#/$defs/" + name}
}

// short adds the word that may stand for the object.
func (g *generator) short(t reflect.Type, object schema) schema {
	v := reflect.New(t).Interface()
	if _, ok := v.(interface{ FromWord(string) error }); !ok {
		return object
	}
	word := schema{"type": "string"}
	if closed, ok := v.(interface{ Words() []string }); ok {
		word["enum"] = closed.Words()
	}
	return schema{"oneOf": []schema{word, object}}
}

func (g *generator) object(t reflect.Type, policy bool) schema {
	properties, required := schema{}, []string{}
	for _, f := range config.Fields(t) {
		within := policy || len(f.Index) > 1 // inlined is the policy alone
		property := g.of(f.Type, within)
		switch items, isList := property["items"].(schema); {
		case f.Enum != nil && isList:
			items["enum"] = f.Enum
		case f.Enum != nil:
			property["enum"] = values(f)
		}
		if !slices.Contains(f.Enum, "none") {
			property = removable(property, within)
		}
		property["description"] = f.Doc
		properties[f.Key] = property
		if f.Required && !within {
			required = append(required, f.Key)
		}
	}
	object := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		object["required"] = required
	}
	return object
}

// removable adds the word none, unless any text is taken anyway.
func removable(s schema, policy bool) schema {
	if !policy || s["type"] == "string" && s["pattern"] == nil && s["enum"] == nil {
		return s
	}
	return schema{"anyOf": []schema{s, {"const": "none"}}}
}

func values(f config.Field) (values []any) {
	for _, word := range f.Enum {
		if n, err := strconv.Atoi(word); err == nil && f.Type.Kind() != reflect.String {
			values = append(values, n)
			continue
		}
		values = append(values, word)
	}
	return values
}
