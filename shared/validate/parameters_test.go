package validate_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/validate"
)

func TestParameters(t *testing.T) {
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}
	age := validate.Parameter{Name: "age", In: "query", Type: "int", Max: number(150)}
	must := func(name, in string) validate.Parameters {
		return validate.Parameters{{Name: name, In: in, Required: true}}
	}
	for _, tt := range []struct {
		name     string
		declared validate.Parameters
		query    string
		header   http.Header
		body     string
		want     map[string]string // nil: refused
		kind     fault.Kind
		args     fault.Args
	}{
		{name: "nothing sent", declared: validate.Parameters{age}, want: map[string]string{}},
		{name: "query", declared: validate.Parameters{age}, query: "x=1&%61ge=%37", want: map[string]string{"age": "7"}},
		{name: "first", declared: validate.Parameters{age}, query: "age=7&age=999", want: map[string]string{"age": "7"}},
		{name: "first is wrong", declared: validate.Parameters{age}, query: "age=999&age=7", kind: fault.RequestValue, args: fault.Args{"name": "age", "problem": "exceeds maximum 150"}},
		{name: "another case", declared: validate.Parameters{age}, query: "Age=x", want: map[string]string{}},
		{name: "only in its place", declared: validate.Parameters{age}, header: form, body: "age=x", want: map[string]string{}},
		{name: "form", declared: must("f", "form"), header: form, body: "f=a+b", want: map[string]string{"f": "a b"}},
		{name: "form of another type", declared: must("f", "form"), header: http.Header{"Content-Type": {"text/plain"}}, body: "f=1", kind: fault.RequestParameter, args: fault.Args{"name": "f"}},
		{name: "header", declared: must("x-a", "header"), header: http.Header{"X-A": {"1", "2"}}, want: map[string]string{"x-a": "1"}},
		{name: "path", declared: must("id", "path"), want: map[string]string{"id": "a b"}},
		{name: "missing", declared: must("q", "query"), query: "Q=1", kind: fault.RequestParameter, args: fault.Args{"name": "q"}},
		{name: "empty", declared: must("q", "query"), query: "q", want: map[string]string{"q": ""}},
		{name: "in their order", declared: append(must("a", "query"), age), query: "age=x", kind: fault.RequestParameter, args: fault.Args{"name": "a"}},
		{
			name: "default", declared: validate.Parameters{{Name: "a", In: "query", Default: "d"}, {Name: "b", In: "query", Default: "d"}},
			query: "b=", want: map[string]string{"a": "d", "b": ""},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := &gateway.Exchange{
				Request: &gateway.Request{RawQuery: tt.query, Header: tt.header, Body: []byte(tt.body)},
				Params:  map[string]string{"id": "a%20b"},
			}
			step := tt.declared.Step()
			err := step.Run(context.Background(), x)
			if err == nil {
				if tt.kind != "" || !maps.Equal(x.Parameters, tt.want) {
					t.Errorf("Run() = nil with %q, want %s %q", x.Parameters, tt.kind, tt.want)
				}
				return
			}
			if f := fault.From(err); f.Kind != tt.kind || !maps.Equal(f.Args, tt.args) {
				t.Errorf("Run() = %v %q, want %s %q", err, f.Args, tt.kind, tt.args)
			}
		})
	}
}

func TestParametersStep(t *testing.T) {
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for _, tt := range []struct {
		name   string
		in     string
		header http.Header
		length int64
		want   bool
	}{
		{"form", "form", form, 5, true},
		{"form of unknown length", "form", form, -1, true},
		{"no body", "form", form, 0, false},
		{"another body", "form", nil, 5, false},
		{"no form asked for", "query", form, 5, false},
	} {
		step := validate.Parameters{{Name: "a", In: tt.in}}.Step()
		got := step.Body(&gateway.Request{Header: tt.header, Length: tt.length})
		if got != tt.want || step.Name != "parameters" || !step.Again || step.Last {
			t.Errorf("%s: step %+v needs the body: %v, want %v", tt.name, step, got, tt.want)
		}
	}
}

// TestManyFields: a form is read once, however many parameters there are.
func TestManyFields(t *testing.T) {
	declared := validate.Parameters{{Name: "last", In: "form", Required: true}}
	for _, name := range strings.Split(strings.Repeat("a", 100), "") {
		declared = append(declared, validate.Parameter{Name: name + string(rune('a'+len(declared))), In: "form"})
	}
	x := &gateway.Exchange{Request: &gateway.Request{
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		Body:   []byte(strings.Repeat("%61=%31&", 10_000) + "last=1"),
	}}
	step := declared.Step()
	allocs := testing.AllocsPerRun(3, func() {
		if err := step.Run(context.Background(), x); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 25_000 {
		t.Errorf("101 parameters of 10,001 fields take %v allocations, want at most 25,000: two for each field", allocs)
	}
}
