package validate_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/validate"
)

// branches is n times a schema, with its number for every %.
func branches(n int, schema string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = strings.ReplaceAll(schema, "%", strconv.Itoa(i))
	}
	return "[" + strings.Join(all, ",") + "]"
}

// nested is the leaf in as many levels of a text with its place at %.
func nested(levels int, around, leaf string) string {
	for range levels {
		leaf = strings.Replace(around, "%", leaf, 1)
	}
	return leaf
}

// Each of these takes 6^30 steps where an answer is not remembered.
func TestSelfReference(t *testing.T) {
	const levels = 30
	child := `{"properties":{"n":{"$ref":"#"}}}`
	// Only the last alternative fits, and each of the others looks at the child before it finds out.
	last := branches(6, `{"type":"object","properties":{"n":{"$ref":"#"},"z":{"const":%}},"required":["n"]}`)
	leaf := `,{"type":"null"}]`
	for _, c := range []struct{ name, schema, good, bad, at, problem string }{
		{"anyOf", `"anyOf":` + strings.TrimSuffix(last, "]") + leaf, "null", "1", "$", "does not match the model"},
		{"oneOf", `"oneOf":` + strings.TrimSuffix(last, "]") + leaf, "null", "1", "$", "does not match the model"},
		{
			"allOf", `"type":["object","null"],"allOf":` + branches(6, child), "null", "1",
			"$" + strings.Repeat(".n", levels), "must be object or null",
		},
		{
			"if", `"type":["object","null"],"if":` + child + `,"then":` + child + `,"else":` + child, "null", "1",
			"$" + strings.Repeat(".n", levels), "must be object or null",
		},
		{
			"dependentSchemas", `"type":["object","null"],"dependentSchemas":{"n":` + child + `,"z":` + child + `}`, "null", "1",
			"$" + strings.Repeat(".n", levels), "must be object or null",
		},
		{
			"unevaluatedProperties", `"type":["object","null"],"properties":{"z":{}},"anyOf":` + branches(6, child) +
				`,"unevaluatedProperties":false`, "null", `{"x":1}`, "$", "does not match the model",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := compile(t, `{`+d20c+c.schema+`}`)
			around := `{"n":%,"z":5}`
			if err := checkInTime(t, m, nested(levels, around, c.good)); err != nil {
				t.Errorf("Check(valid) = %v %v, want nil", err, fault.From(err).Args)
			}
			err := checkInTime(t, m, nested(levels, around, c.bad))
			if err == nil {
				t.Fatalf("Check(invalid) = nil, want %s: %s", c.at, c.problem)
			}
			if args := fault.From(err).Args; args["at"] != c.at || args["problem"] != c.problem {
				t.Errorf("Check(invalid) = %v, want %s: %s", args, c.at, c.problem)
			}
		})
	}
}

// A model can also be exponential in its own size.
func TestManyWaysToOneSchema(t *testing.T) {
	chain := `"40":{"type":"null"}`
	for i := range 40 {
		next := `{"$ref":"#/$defs/` + strconv.Itoa(i+1) + `"}`
		chain += `,"` + strconv.Itoa(i) + `":{"anyOf":[` + next + `,` + next + `]}`
	}
	for _, c := range []struct {
		name, schema, body string
		fits               bool
	}{
		{"references", `"$defs":{` + chain + `},"$ref":"#/$defs/0"`, `1`, false},
		{"left over", nested(40, `"anyOf":[{%}],"unevaluatedProperties":false`, `"properties":{"a":true}`), `{"a":1}`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := checkInTime(t, compile(t, `{`+d20c+c.schema+`}`), c.body); (err == nil) != c.fits {
				t.Errorf("Check(%s) = %v, want it to fit: %v", c.body, err, c.fits)
			}
		})
	}
}

func checkInTime(t *testing.T, m *validate.Model, body string) error {
	t.Helper()
	verdict := make(chan error, 1)
	go func() { verdict <- m.Check([]byte(body)) }()
	select {
	case err := <-verdict:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("not done after 20 s")
		return nil
	}
}

func BenchmarkModel(b *testing.B) {
	m := compile(b, `{"type":"object","required":["id","name"],"additionalProperties":false,"properties":{`+
		`"id":{"type":"string","pattern":"^[a-z0-9-]+$"},"name":{"type":"string","maxLength":100},"price":{"type":"number","minimum":0},`+
		`"count":{"type":"integer","maximum":1000},"open":{"type":"boolean"},"kind":{"enum":["a","b","c"]},`+
		`"tags":{"type":"array","items":{"type":"string"},"uniqueItems":true},"note":{"type":"string"},`+
		`"owner":{"$ref":"#/definitions/person"},"buyer":{"$ref":"#/definitions/person"}},`+
		`"definitions":{"person":{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},"required":["name"]}}}`)
	body := []byte(`{"id":"a-1","name":"chair","price":12.5,"count":3,"open":true,"kind":"b","tags":["x","y","z"],` +
		`"owner":{"name":"kim","age":40},"buyer":{"name":"lee"},"note":"` + strings.Repeat("n", 830) + `"}`)
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if err := m.Check(body); err != nil {
			b.Fatal(err)
		}
	}
}
