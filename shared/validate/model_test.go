package validate_test

import (
	"errors"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/validate"
)

func compile(t testing.TB, schema string) *validate.Model {
	t.Helper()
	m, err := validate.CompileModel([]byte(schema))
	if err != nil {
		t.Fatalf("CompileModel(%s): %v", schema, err)
	}
	return m
}

func TestModel(t *testing.T) {
	for _, c := range []struct{ name, schema, body, at, problem string }{
		{"type", `{"properties":{"price":{"type":"number"}}}`, `{"price":"1"}`, "$.price", "must be number"},
		{"type of all", `{"type":"object"}`, `[]`, "$", "must be object"},
		{"types", `{"type":["string","null"]}`, `1`, "$", "must be string or null"},
		{"integer", `{"type":"integer"}`, `1.5`, "$", "must be integer"},
		{"boolean", `{"type":"boolean"}`, `null`, "$", "must be boolean"},
		{"null", `{"type":"null"}`, `false`, "$", "must be null"},
		{"array", `{"type":"array"}`, `"a"`, "$", "must be array"},
		{"required", `{"required":["a","b"]}`, `{"a":1}`, "$.b", "is required"},
		{"required before what is there", `{"required":["b"],"properties":{"a":{"type":"null"}}}`, `{"a":1}`, "$.b", "is required"},
		{"enum", `{"enum":["a",1]}`, `"b"`, "$", "must be one of the allowed values"},
		{"const", `{` + d6 + `"const":1}`, `2`, "$", "must be the allowed value"},
		{"minimum", `{"minimum":1000000}`, `1`, "$", "must be at least 1000000"},
		{"maximum", `{"maximum":0.5}`, `1`, "$", "must be at most 0.5"},
		{"exclusive minimum", `{"minimum":1,"exclusiveMinimum":true}`, `1`, "$", "must be greater than 1"},
		{"exclusive maximum", `{"maximum":1,"exclusiveMaximum":true}`, `1`, "$", "must be less than 1"},
		{"multiple", `{"multipleOf":0.01}`, `0.075`, "$", "must be a multiple of 0.01"},
		{"beyond float64's whole numbers", `{"maximum":9223372036854775807}`, `9223372036854775808`, "$", "must be at most 9223372036854775807"},
		{"whole numbers that float64 mixes up", `{"enum":[9007199254740993]}`, `9007199254740992`, "$", "must be one of the allowed values"},
		{"multiple of a large number", `{"multipleOf":3}`, `9007199254740994`, "$", "must be a multiple of 3"},
		{"text is no large number", `{"type":"string"}`, `9007199254740993`, "$", "must be string"},
		{"short", `{"minLength":2}`, `"é"`, "$", "length must be at least 2"},
		{"long", `{"maxLength":2}`, `"abc"`, "$", "length must be at most 2"},
		{"pattern", `{"pattern":"^[a-z]+$"}`, `"A"`, "$", "must match the pattern"},
		{"few items", `{"minItems":1}`, `[]`, "$", "number of items must be at least 1"},
		{"many items", `{"maxItems":1}`, `[1,2]`, "$", "number of items must be at most 1"},
		{"few members", `{"minProperties":1}`, `{}`, "$", "number of members must be at least 1"},
		{"many members", `{"maxProperties":0}`, `{"a":1}`, "$", "number of members must be at most 0"},
		{"more", `{"properties":{"a":{}},"additionalProperties":false}`, `{"a":1,"b":2}`, "$.b", "is not allowed"},
		{"more of a type", `{"additionalProperties":{"type":"null"}}`, `{"b":2}`, "$.b", "must be null"},
		{"pattern of names", `{"patternProperties":{"^n":{"type":"null"}},"additionalProperties":false}`, `{"n1":2}`, "$.n1", "must be null"},
		{"items", `{"items":{"type":"string"}}`, `["a",1]`, "$[1]", "must be string"},
		{"list of items", `{"items":[{},{"type":"string"}],"additionalItems":false}`, `[1,2]`, "$[1]", "must be string"},
		{"too many items", `{"items":[{}],"additionalItems":false}`, `[1,2]`, "$[1]", "is not allowed"},
		{"items without schema", `{"items":[{}],"uniqueItems":true}`, `[1,2,2]`, "$", "does not match the model"},
		{"deep", `{"properties":{"a":{"items":{"properties":{"b":{"type":"string"}}}}}}`, `{"a":[{"b":"x"},{"b":1}]}`, "$.a[1].b", "must be string"},
		{"first member by name", `{"additionalProperties":{"type":"null"}}`, `{"b":1,"a":1}`, "$.a", "must be null"},
		{"allOf", `{"allOf":[{"type":"number"},{"minimum":3}]}`, `2`, "$", "must be at least 3"},
		{"reference", `{"definitions":{"m":{"required":["a"]}},"items":{"$ref":"#/definitions/m"}}`, `[{}]`, "$[0].a", "is required"},
		{"recursion", `{"properties":{"n":{"$ref":"#"}},"required":["v"]}`, `{"v":1,"n":{"v":1,"n":{}}}`, "$.n.n.v", "is required"},
		{"anyOf", `{"items":{"anyOf":[{"type":"null"},{"minimum":3}]}}`, `[2]`, "$[0]", "does not match the model"},
		{"oneOf none", `{"items":{"oneOf":[{"type":"null"},{"minimum":3}]}}`, `[2]`, "$[0]", "does not match the model"},
		{"oneOf both", `{"items":{"oneOf":[{"type":"number"},{"minimum":3}]}}`, `[3]`, "$[0]", "does not match the model"},
		{"not", `{"not":{"type":"number"}}`, `3`, "$", "does not match the model"},
		{"dependencies", `{"dependencies":{"a":["b"]}}`, `{"a":1}`, "$", "does not match the model"},
		{"then", `{` + d7 + `"if":{"required":["a"]},"then":{"required":["b"]}}`, `{"a":1}`, "$.b", "is required"},
		{"contains", `{` + d6 + `"contains":{"type":"null"}}`, `[1]`, "$", "does not match the model"},
		{"names", `{` + d6 + `"propertyNames":{"maxLength":1}}`, `{"ab":1}`, "$", "does not match the model"},
		{"left over", `{` + d20c + `"anyOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}`, `{"a":1,"b":2}`, "$.b", "is not allowed"},
		{"items left over", `{` + d20c + `"prefixItems":[true],"unevaluatedItems":false}`, `[1,2]`, "$[1]", "is not allowed"},
		{"a name that is no word", `{"additionalProperties":false}`, `{"a b":1}`, "$['a b']", "is not allowed"},
		{"a name to do harm", `{"additionalProperties":false}`, `{"'\\\n\u001b<":1}`, "$['????<']", "is not allowed"},
		{"an empty name", `{"additionalProperties":false}`, `{"":1}`, "$['']", "is not allowed"},
		{"a long name", `{"additionalProperties":false}`, `{"` + strings.Repeat("한", 80) + `":1}`, "$." + strings.Repeat("한", 50), "is not allowed"},
		{
			"a long way", `{"additionalProperties":{"$ref":"#"},"type":"object"}`,
			strings.Repeat(`{"`+strings.Repeat("a", 49)+`":`, 20) + "1" + strings.Repeat("}", 20),
			"$" + strings.Repeat("."+strings.Repeat("a", 49), 4), "must be object",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := compile(t, c.schema).Check([]byte(c.body))
			if err == nil {
				t.Fatalf("Check(%s) with %s = nil, want %s %s", c.body, c.schema, c.at, c.problem)
			}
			f := fault.From(err)
			if f.Kind != fault.RequestModel || f.Args["at"] != c.at || f.Args["problem"] != c.problem || f.Err != nil {
				t.Errorf("Check(%s) with %s = %v %v, want %s: %s", c.body, c.schema, f, f.Args, c.at, c.problem)
			}
		})
	}
}

func TestModelAccepts(t *testing.T) {
	for _, c := range []struct{ name, schema, body string }{
		{"everything", `{}`, `null`},
		{"true", `true`, `{}`},
		{"integer", `{"type":"integer"}`, `3`},
		{"whole float", `{"type":"integer"}`, `1e2`},
		{"format is not judged", `{"format":"email"}`, `"x"`},
		{"type any", `{"type":"any"}`, `[]`},
		{"beside a reference", `{"definitions":{"a":{}},"items":{"$ref":"#/definitions/a","type":"null"}}`, `[1]`},
		{"one of two", `{"oneOf":[{"type":"null"},{"minimum":3}]}`, `4`},
		{"deep", `{}`, strings.Repeat("[", 100) + strings.Repeat("]", 100)},
		{"multiple of a decimal", `{"multipleOf":0.01}`, `0.07`},
		{"multiple that overflows", `{"multipleOf":0.5}`, `1e308`},
		{"a very small number", `{"multipleOf":5e-324,"minimum":1e-323}`, `1e308`},
		{"large whole number", `{"type":"integer","minimum":9007199254740993,"enum":[9007199254740993]}`, `9007199254740993`},
		{"large multiple", `{"multipleOf":3}`, `9007199254740993`},
		{"large numbers that differ", `{"uniqueItems":true}`, `[9007199254740992,9007199254740993]`},
		{"large number, written in two ways", `{"enum":[1e20]}`, `100000000000000000000`},
		{"larger than that", `{"enum":[1e21]}`, `1000000000000000000000`},
		{"zeroes", `{"enum":[0]}`, `-0.0`},
		{"length in characters", `{"maxLength":1}`, `"😀"`},
		{"length of an escaped character", `{"maxLength":1}`, `"\ud83d\ude00"`},
		{"const null", `{` + d6 + `"const":null}`, `null`},
		{"members in another order", `{"enum":[{"a":1,"b":2}]}`, `{"b":2,"a":1.0}`},
		{"equal numbers", `{"enum":[1]}`, `1.0`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := compile(t, c.schema).Check([]byte(c.body)); err != nil {
				t.Errorf("Check(%s) with %s = %v %v, want nil", c.body, c.schema, err, fault.From(err).Args)
			}
		})
	}
}

func TestBodyIsNoJSON(t *testing.T) {
	for _, c := range []struct{ name, body, problem string }{
		{"nothing", ``, "json syntax at offset 0"},
		{"text", `hello`, "json syntax at offset 1"},
		{"two values", `{}{}`, "json syntax at offset 3"},
		{"something after it", `{} x`, "json syntax at offset 4"},
		{"not closed", `{"a":`, "json syntax at offset 5"},
		{"not closed array", `[1`, "json syntax at offset 2"},
		{"not closed name", `{"a`, "json syntax at offset 3"},
		{"trailing comma", `[1,]`, "json syntax at offset 4"},
		{"wrong bracket", `[1}`, "json syntax at offset 3"},
		{"member twice", `{"role":"user","role":"admin"}`, "an object names a member twice"},
		{"member twice, escaped", `{"role":"user","r\u006fle":"admin"}`, "an object names a member twice"},
		{"member twice, below", `[{"a":{"b":1,"b":1}}]`, "an object names a member twice"},
		{"not UTF-8", "\"\xff\"", "not UTF-8"},
		{"byte order mark", "\ufeff{}", "json syntax at offset 1"},
		{"too deep", strings.Repeat("[", 101) + strings.Repeat("]", 101), "nested too deep"},
		{"very deep", strings.Repeat(`{"a":`, 100000), "json syntax at offset 50001"},
		{"a number that nobody can hold", `1e999`, "a number beyond float64"},
		{"NaN", `NaN`, "json syntax at offset 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := compile(t, `{}`).Check([]byte(c.body))
			if err == nil || fault.From(err).Kind != fault.RequestJSON || fault.From(err).Args["problem"] != c.problem {
				t.Errorf("Check(%.40s) = %v %q, want %s %q", c.body, err, fault.From(err).Args, fault.RequestJSON, c.problem)
			}
		})
	}
}

func TestTooManyValues(t *testing.T) {
	m := compile(t, `{}`)
	for _, tt := range []struct {
		items int
		want  bool
	}{{249_999, true}, {250_000, false}} { // and the array itself
		body := "[" + strings.Repeat("0,", tt.items-1) + "0]"
		err := m.Check([]byte(body))
		if tt.want != (err == nil) {
			t.Errorf("Check of %d items = %v, want it to pass: %v", tt.items, err, tt.want)
		}
		if f := (*fault.Fault)(nil); err != nil && (!errors.As(err, &f) || f.Kind != fault.RequestModel || f.Args["problem"] != "has too many values") {
			t.Errorf("Check of %d items = %v", tt.items, err)
		}
	}
}
