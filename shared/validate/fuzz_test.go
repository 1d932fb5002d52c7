package validate_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"postern/shared/fault"
	"postern/shared/validate"
)

// FuzzModel: no schema makes the compiler panic, and a normalised schema is its own normal form and means the same.
func FuzzModel(f *testing.F) {
	for _, s := range []string{
		`{}`, `false`, `{"type":["string","any"],"minimum":1,"exclusiveMinimum":true}`,
		`{"definitions":{"a":{"id":"#a","items":[{"$ref":"#"}],"additionalItems":false}},"items":{"$ref":"#a"}}`,
		`{"dependencies":{"a":["b"],"c":{"not":{}}},"patternProperties":{"^a":{"enum":[1]}},"required":["x"]}`,
		`{` + d7 + `"if":{"const":1},"then":{"$ref":"#/if"},"contains":{"type":"null"}}`,
		`{` + d20c + `"$defs":{"a":{"$anchor":"x"}},"unevaluatedProperties":{"$ref":"#x"},"minContains":0}`,
	} {
		f.Add(s, `{"a":[1,{"b":null}]}`)
	}
	f.Fuzz(func(t *testing.T, schema, body string) {
		m, err := validate.CompileModel([]byte(schema))
		if err != nil {
			return
		}
		normal, err := validate.Normalise([]byte(schema))
		if err != nil {
			t.Fatalf("Normalise(%q): %v", schema, err)
		}
		again, err := validate.Normalise(normal)
		if err != nil || len(again) != len(normal) {
			t.Fatalf("Normalise(%s) = %s, %v", normal, again, err)
		}
		same, err := validate.CompileModel(normal)
		if err != nil {
			t.Fatalf("CompileModel(%s): %v", normal, err)
		}
		if a, b := m.Check([]byte(body)), same.Check([]byte(body)); (a == nil) != (b == nil) {
			t.Errorf("%q with %q is %v, with its normal form %v", body, schema, a, b)
		}
	})
}

// FuzzValidateBody: what is accepted as JSON is what encoding/json reads, and what is said of it is short and harmless.
func FuzzValidateBody(f *testing.F) {
	for _, body := range []string{
		`{"price":1,"tags":["a"]}`, `{"price":"1"}`, `{"a":1,"a":2}`, `[`, `{"\u0000'":{}}`, `[1e999]`, "\xff", `{"price":1.5}{}`,
	} {
		f.Add(body)
	}
	open := compile(f, `{}`)
	strict := compile(f, `{"type":"object","required":["price"],"properties":{"price":{"type":"integer","minimum":1},`+
		`"tags":{"items":{"type":"string","pattern":"^a"},"maxItems":2},"next":{"$ref":"#"}},"additionalProperties":false}`)
	f.Fuzz(func(t *testing.T, body string) {
		err := open.Check([]byte(body))
		var v any
		plain := json.Unmarshal([]byte(body), &v)
		if err == nil && plain != nil {
			t.Errorf("Check(%q) = nil, but encoding/json says %v", body, plain)
		}
		if scalar := v == nil || reflect.TypeOf(v).Kind() == reflect.Float64; scalar && plain == nil && err != nil {
			t.Errorf("Check(%q) = %v, but encoding/json reads it", body, err)
		}
		if err := strict.Check([]byte(body)); err != nil {
			at, problem := fault.From(err).Args["at"], fault.From(err).Args["problem"]
			if len(at) > 600 || len(problem) > 100 || strings.ContainsFunc(at+problem, unicode.IsControl) {
				t.Errorf("Check(%q) says %q: %q", body, at, problem)
			}
		}
	})
}
