package validate_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"postern/shared/validate"
)

const (
	d6   = `"$schema":"http://json-schema.org/draft-06/schema#",`
	d7   = `"$schema":"http://json-schema.org/draft-07/schema#",`
	d20  = `"$schema":"https://json-schema.org/draft/2020-12/schema"`
	d20c = d20 + `,`
)

func TestNormalise(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", `{}`, `{}`},
		{"boolean", `false`, `{"not":{}}`},
		{"true", `true`, `{}`},
		{"description is dropped", `{"title":"t","description":"d","format":"date","default":1,"type":"string"}`, `{"type":"string"}`},
		{"keywords of later drafts are dropped", `{"const":1,"if":{},"contains":{},"propertyNames":{}}`, `{}`},
		{"draft-06", `{` + d6 + `"const":null,"contains":{"type":"null"},"if":false}`, `{"const":null,"contains":{"type":"null"}}`},
		{"draft-07", `{` + d7 + `"if":{"minimum":1},"then":false,"else":true}`, `{"if":{"minimum":1},"then":false,"else":true}`},
		{"no fragment in $schema", `{"$schema":"http://json-schema.org/draft-07/schema","if":true}`, `{"if":true}`},
		{
			"2020-12", `{` + d20c + `"dependentRequired":{"a":["b"]},"minContains":1,"prefixItems":[{}]}`,
			`{"dependentRequired":{"a":["b"]},"minContains":1,"prefixItems":[{}]}`,
		},
		{"exclusive bounds", `{"minimum":1,"exclusiveMinimum":true,"maximum":2,"exclusiveMaximum":false}`, `{"exclusiveMinimum":1,"maximum":2}`},
		{"exclusive upper bound", `{"maximum":2,"exclusiveMaximum":true}`, `{"exclusiveMaximum":2}`},
		{"exclusive without a bound", `{"exclusiveMinimum":true}`, `{}`},
		{"exclusive number", `{` + d6 + `"exclusiveMinimum":1,"minimum":0}`, `{"exclusiveMinimum":1,"minimum":0}`},
		{"items", `{"items":{"type":"string"},"additionalItems":false}`, `{"items":{"type":"string"}}`},
		{"list of items", `{"items":[{"type":"string"},{}],"additionalItems":false}`, `{"prefixItems":[{"type":"string"},{}],"items":false}`},
		{"list of items alone", `{"items":[{}]}`, `{"prefixItems":[{}]}`},
		{"empty list of items", `{` + d7 + `"items":[],"additionalItems":{"type":"null"}}`, `{"items":{"type":"null"}}`},
		{
			"dependencies", `{"dependencies":{"a":["b","c"],"d":{"required":["e"]}}}`,
			`{"dependentRequired":{"a":["b","c"]},"dependentSchemas":{"d":{"required":["e"]}}}`,
		},
		{"type any", `{"type":"any","properties":{"a":{"type":["string","any"]}}}`, `{"properties":{"a":{}}}`},
		{
			"names of properties are no keywords", `{"properties":{"id":{"type":"string"},"$ref":{"type":"null"},"definitions":{}}}`,
			`{"properties":{"id":{"type":"string"},"$ref":{"type":"null"},"definitions":{}}}`,
		},
		{
			"definitions", `{"definitions":{"a":{"type":"string"},"unused":{}},"items":{"$ref":"#/definitions/a"}}`,
			`{"items":{"$ref":"#/$defs/1"},"$defs":{"1":{"type":"string"}}}`,
		},
		{
			"beside $ref", `{"definitions":{"a":{}},"items":{"$ref":"#/definitions/a","type":"null"}}`,
			`{"items":{"$ref":"#/$defs/1"},"$defs":{"1":{}}}`,
		},
		{
			"beside $ref in 2020-12", `{` + d20c + `"$defs":{"a":{}},"items":{"$ref":"#/$defs/a","type":"null"}}`,
			`{"items":{"$ref":"#/$defs/1","type":"null"},"$defs":{"1":{}}}`,
		},
		{"to the root", `{"properties":{"child":{"$ref":"#"}}}`, `{"properties":{"child":{"$ref":"#"}}}`},
		{
			"escapes", `{"properties":{"a/b~c d":{"type":"null"},"x":{"$ref":"#/properties/a~1b~0c%20d"}}}`,
			`{"properties":{"a/b~c d":{"type":"null"},"x":{"$ref":"#/$defs/1"}},"$defs":{"1":{"type":"null"}}}`,
		},
		{
			"into a list", `{"items":[{"type":"null"},{"$ref":"#/items/0"}]}`,
			`{"prefixItems":[{"type":"null"},{"$ref":"#/$defs/1"}],"$defs":{"1":{"type":"null"}}}`,
		},
		{
			"into what is no keyword", `{"x":{"y":{"type":"null"}},"items":{"$ref":"#/x/y"}}`,
			`{"items":{"$ref":"#/$defs/1"},"$defs":{"1":{"type":"null"}}}`,
		},
		{
			"to an id", `{"id":"http://e.x/root.json","definitions":{"a":{"id":"#a","type":"null"}},"items":{"$ref":"#a"}}`,
			`{"items":{"$ref":"#/$defs/1"},"$defs":{"1":{"type":"null"}}}`,
		},
		{
			"below an id", `{"definitions":{"a":{"id":"http://e.x/a.json","items":{"$ref":"#/definitions/b"},"definitions":{"b":{"type":"null"}}}},` +
				`"items":{"$ref":"http://e.x/a.json"}}`,
			`{"items":{"$ref":"#/$defs/1"},"$defs":{"1":{"items":{"$ref":"#/$defs/2"}},"2":{"type":"null"}}}`,
		},
		{
			"to an anchor", `{` + d20c + `"$defs":{"a":{"$anchor":"x","type":"null"}},"items":{"$ref":"#x"}}`,
			`{"items":{"$ref":"#/$defs/1"},"$defs":{"1":{"type":"null"}}}`,
		},
		{"patterns", `{"pattern":"^a$","patternProperties":{"^b":{"type":"null"}}}`, `{"pattern":"^a$","patternProperties":{"^b":{"type":"null"}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := validate.Normalise([]byte(c.in))
			if err != nil {
				t.Fatalf("Normalise(%s): %v", c.in, err)
			}
			want := strings.TrimSuffix(c.want, "}")
			if c.want != "{}" {
				want += ","
			}
			if want += d20 + "}"; !sameJSON(t, string(got), want) {
				t.Errorf("Normalise(%s) = %s, want %s", c.in, got, want)
			}
			again, err := validate.Normalise(got)
			if err != nil || !sameJSON(t, string(again), string(got)) {
				t.Errorf("Normalise(%s) = %s, %v, want it as it is", got, again, err)
			}
		})
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal([]byte(a), &x); err != nil {
		t.Fatalf("%s: %v", a, err)
	}
	if err := json.Unmarshal([]byte(b), &y); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return reflect.DeepEqual(x, y)
}

func TestNormaliseRefuses(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"no JSON", `{`, "not JSON"},
		{"twice", `{"type":"null","type":"string"}`, "names a member twice"},
		{"no schema", `[]`, "#: must be a schema"},
		{"draft", `{"$schema":"http://json-schema.org/draft-03/schema#"}`, "#/$schema"},
		{"draft is no text", `{"$schema":4}`, "#/$schema"},
		{"type", `{"properties":{"a":{"type":"strnig"}}}`, "#/properties/a/type: must be one of array"},
		{"types", `{"type":[{}]}`, "#/type: must be one of array"},
		{"minimum", `{"minimum":"1"}`, "#/minimum: must be a number"},
		{"exclusiveMinimum", `{"exclusiveMinimum":1}`, "#/exclusiveMinimum: must be true or false in draft-04"},
		{"multipleOf", `{"multipleOf":0}`, "#/multipleOf: must be a number over 0"},
		{"minLength", `{"minLength":-1}`, "#/minLength: must be a whole number"},
		{"maxItems", `{"maxItems":1.5}`, "#/maxItems: must be a whole number"},
		{"uniqueItems", `{"uniqueItems":"yes"}`, "#/uniqueItems: must be true or false"},
		{"enum", `{"enum":"a"}`, "#/enum: must be a list"},
		{"required", `{"properties":{"a":{"required":true}}}`, "#/properties/a/required: must be a list of names"},
		{"required names", `{"required":[1]}`, "#/required: must be a list of names"},
		{"pattern", `{"pattern":"a(?=b)"}`, "#/pattern: error parsing regexp"},
		{"pattern is no text", `{"pattern":1}`, "#/pattern: must be a regular expression"},
		{"name's pattern", `{"patternProperties":{"(":{}}}`, "#/patternProperties/(: error parsing regexp"},
		{"properties", `{"properties":[]}`, "#/properties: must be an object of schemas"},
		{"allOf", `{"allOf":{}}`, "#/allOf: must be a list of schemas"},
		{"empty anyOf", `{"anyOf":[]}`, "#/anyOf: must be a list of schemas"},
		{"not", `{"not":1}`, "#/not: must be a schema"},
		{"dependencies", `{"dependencies":[]}`, "#/dependencies: must be an object"},
		{"dependency", `{"dependencies":{"a":[1]}}`, "#/dependencies/a: must be a list of names"},
		{"dependentRequired", `{` + d20c + `"dependentRequired":{"a":1}}`, "#/dependentRequired: must be an object of lists"},
		{"items of 2020-12", `{` + d20c + `"items":[{}]}`, "#/items: must be one schema: use prefixItems"},
		{"dynamic", `{` + d20c + `"$dynamicRef":"#x"}`, "#/$dynamicRef: is not supported"},
		{"remote", `{"items":{"$ref":"http://e.x/a.json"}}`, `#/items/$ref: "http://e.x/a.json" is not in this schema`},
		{"file", `{"items":{"$ref":"other.json#/a"}}`, `#/items/$ref: "other.json#/a" is not in this schema`},
		{"no URI", `{"items":{"$ref":"%zz"}}`, `#/items/$ref: "%zz" is not in this schema`},
		{"unknown name", `{"items":{"$ref":"#a"}}`, `#/items/$ref: "#a" is not in this schema`},
		{"dangling", `{"items":{"$ref":"#/definitions/a"}}`, `#/items/$ref: "#/definitions/a" points to nothing`},
		{"dangling in a list", `{"allOf":[{}],"items":{"$ref":"#/allOf/1"}}`, `points to nothing`},
		{"below a leaf", `{"type":"null","items":{"$ref":"#/type/x"}}`, `points to nothing`},
		{"ref", `{"items":{"$ref":1}}`, `#/items/$ref: must be a reference`},
		{"an id in an enum", `{"enum":[{"id":"#a"}],"items":{"$ref":"#a"}}`, `is not in this schema`},
		{"loop", `{"$ref":"#"}`, "refers to itself without end"},
		{"long loop", `{"definitions":{"a":{"allOf":[{"$ref":"#/definitions/b"}]},"b":{"not":{"$ref":"#/definitions/a"}}},` +
			`"items":{"$ref":"#/definitions/a"}}`, "refers to itself without end"},
		{"both of two", `{"minimum":"1","maximum":"2"}`, "#/maximum: must be a number\n#/minimum: must be a number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := validate.CompileModel([]byte(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("CompileModel(%s) = %v, want %q", c.in, err, c.want)
			}
		})
	}
}
