package validate_test

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"

	"postern/shared/validate"
)

// generator makes small schemas of 2020-12, which do not refer to themselves, and small bodies.
type generator struct{ *rand.Rand }

type object = map[string]any

func pick[T any](g generator, from ...T) T { return from[g.IntN(len(from))] }

func (g generator) body(depth int) any {
	scalars := []any{nil, true, 0, 1, 2, 1.5, -1, "", "a", "bb", "é"}
	switch g.IntN(3) {
	case 0:
		if depth > 0 {
			items := []any{}
			for range g.IntN(4) {
				items = append(items, g.body(depth-1))
			}
			return items
		}
	case 1:
		if depth > 0 {
			members := object{}
			for range g.IntN(4) {
				members[pick(g, "a", "b", "c", "bb")] = g.body(depth - 1)
			}
			return members
		}
	}
	return pick(g, scalars...)
}

// schema may refer to #/$defs/<n> for n from firstDef to 2.
func (g generator) schema(depth, firstDef int) any {
	if g.IntN(12) == 0 {
		return g.IntN(3) > 0
	}
	s := object{}
	for range 1 + g.IntN(3) {
		g.keyword(s)
		if depth > 0 {
			g.applicator(s, func() any { return g.schema(depth-1, firstDef) })
		}
		if firstDef < 3 && g.IntN(4) == 0 {
			s["$ref"] = "#/$defs/" + strconv.Itoa(firstDef+g.IntN(3-firstDef))
		}
	}
	return s
}

func (g generator) keyword(s object) {
	n := g.IntN(3)
	switch g.IntN(16) {
	case 0:
		s["type"] = pick[any](g, "string", "integer", "object", "array", []string{"number", "null"}, []string{"boolean", "array", "object"})
	case 1:
		s["enum"] = []any{g.body(1), g.body(1), g.body(0)}
	case 2:
		s["const"] = g.body(1)
	case 3:
		s[pick(g, "minimum", "exclusiveMinimum")] = n
	case 4:
		s[pick(g, "maximum", "exclusiveMaximum")] = n
	case 5:
		s["multipleOf"] = pick(g, 0.5, 1, 2)
	case 6:
		s["minLength"] = n
	case 7:
		s["maxLength"] = n
	case 8:
		s["pattern"] = pick(g, "^a", "b$", "^.$")
	case 9:
		s[pick(g, "minItems", "minProperties")] = n
	case 10:
		s[pick(g, "maxItems", "maxProperties")] = 1 + n
	case 11:
		s["uniqueItems"] = true
	case 12, 13:
		s["required"] = []string{pick(g, "a", "b", "c")}
	default:
		s["dependentRequired"] = object{pick(g, "a", "b"): []string{pick(g, "b", "c")}}
	}
}

func (g generator) applicator(s object, sub func() any) {
	switch g.IntN(15) {
	case 0, 1:
		s["properties"] = object{"a": sub(), pick(g, "b", "c"): sub()}
	case 2:
		s["patternProperties"] = object{"^b": sub(), "c": sub()}
	case 3:
		s["additionalProperties"] = sub()
	case 4:
		s["unevaluatedProperties"] = sub()
	case 5:
		s["propertyNames"] = sub()
	case 6:
		s["prefixItems"] = []any{sub(), sub()}
	case 7:
		s[pick(g, "items", "unevaluatedItems")] = sub()
	case 8:
		s["contains"] = sub()
		s[pick(g, "minContains", "maxContains")] = g.IntN(3)
	case 9:
		s["if"], s["then"], s["else"] = sub(), sub(), sub()
	case 10:
		s["dependentSchemas"] = object{"a": sub(), "b": sub()}
	case 11:
		s["not"] = sub()
	case 12:
		s["allOf"] = []any{sub(), sub()}
	case 13:
		s["anyOf"] = []any{sub(), sub(), sub()}
	default:
		s["oneOf"] = []any{sub(), sub()}
	}
}

func (g generator) root() any {
	root, isObject := g.schema(3, 0).(object)
	if !isObject {
		return true
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$defs"] = object{"0": g.schema(2, 1), "1": g.schema(1, 2), "2": g.schema(1, 3)}
	return root
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// FuzzOracle: google/jsonschema-go comes to the same verdict.
func FuzzOracle(f *testing.F) {
	for seed := range uint64(100) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := generator{rand.New(rand.NewPCG(seed, 0))}
		schema := marshal(t, g.root())
		var parsed jsonschema.Schema
		if err := json.Unmarshal(schema, &parsed); err != nil {
			t.Fatalf("the oracle cannot read %s: %v", schema, err)
		}
		oracle, err := parsed.Resolve(nil)
		if err != nil {
			t.Fatalf("the oracle cannot resolve %s: %v", schema, err)
		}
		m, err := validate.CompileModel(schema)
		if err != nil {
			t.Fatalf("CompileModel(%s): %v", schema, err)
		}
		for range 20 {
			body := marshal(t, g.body(3))
			var v any
			if err := json.Unmarshal(body, &v); err != nil {
				t.Fatal(err)
			}
			if got, want := m.Check(body), oracle.Validate(v); (got == nil) != (want == nil) {
				t.Errorf("Check(%s) with %s = %v, the oracle says %v", body, schema, got, want)
			}
		}
	})
}
