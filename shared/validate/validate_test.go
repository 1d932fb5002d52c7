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

func TestRequest(t *testing.T) {
	priced := compile(t, `{"required":["price"]}`)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	jsonType := http.Header{"Content-Type": {"application/json"}}
	for _, c := range []struct {
		name   string
		rules  validate.Request
		query  string
		host   string
		header http.Header
		body   string
		kind   fault.Kind // "": accepted
		args   fault.Args
	}{
		{name: "nothing is asked for"},
		{name: "query", rules: validate.Request{Query: []string{"type"}}, query: "a=1&type=public"},
		{name: "query decoded", rules: validate.Request{Query: []string{"a b"}}, query: "%61+b=1"},
		{name: "query without value", rules: validate.Request{Query: []string{"type"}}, query: "type="},
		{name: "query without equals sign", rules: validate.Request{Query: []string{"type"}}, query: "type"},
		{name: "query missing", rules: validate.Request{Query: []string{"a", "type"}}, query: "a=type", kind: fault.RequestQuery, args: fault.Args{"name": "type"}},
		{name: "query in another case", rules: validate.Request{Query: []string{"type"}}, query: "Type=1", kind: fault.RequestQuery, args: fault.Args{"name": "type"}},
		{name: "broken escape", rules: validate.Request{Query: []string{"%zz"}}, query: "%zz=1"},
		{name: "no query at all", rules: validate.Request{Query: []string{""}}, kind: fault.RequestQuery, args: fault.Args{"name": ""}},
		{name: "header", rules: validate.Request{Headers: []string{"x-tenant"}}, header: http.Header{"X-Tenant": {""}}},
		{name: "header missing", rules: validate.Request{Headers: []string{"x-tenant"}}, kind: fault.RequestHeader, args: fault.Args{"name": "x-tenant"}},
		{name: "host", rules: validate.Request{Headers: []string{"host"}}, host: "a.example"},
		{name: "host missing", rules: validate.Request{Headers: []string{"Host"}}, kind: fault.RequestHeader, args: fault.Args{"name": "Host"}},
		{
			name: "query before header", rules: validate.Request{Query: []string{"q"}, Headers: []string{"h"}},
			kind: fault.RequestQuery, args: fault.Args{"name": "q"},
		},
		{
			name: "header before type", rules: validate.Request{Headers: []string{"h"}, Form: []string{"f"}, ContentTypes: []string{"text/plain"}},
			kind: fault.RequestHeader, args: fault.Args{"name": "h"},
		},
		{name: "type without a described body", rules: validate.Request{ContentTypes: []string{"text/plain"}}, header: jsonType},
		{
			name: "type", rules: validate.Request{Model: priced, ContentTypes: []string{"text/plain", "Application/JSON; charset=utf-8"}},
			header: http.Header{"Content-Type": {"application/Json;charset=euc-kr"}}, body: `{"price":1}`,
		},
		{
			name: "wrong type", rules: validate.Request{Model: priced, ContentTypes: []string{"application/json"}},
			header: http.Header{"Content-Type": {"text/plain; a=b"}}, kind: fault.RequestType, args: fault.Args{"type": "text/plain"},
		},
		{
			name: "a type to do harm", rules: validate.Request{Form: []string{"f"}, ContentTypes: []string{"application/json"}},
			header: http.Header{"Content-Type": {"té\x01\x7f\nxt/" + strings.Repeat("a", 200)}},
			kind:   fault.RequestType, args: fault.Args{"type": "txt/" + strings.Repeat("a", 96)},
		},
		{
			name: "no type", rules: validate.Request{Model: priced, ContentTypes: []string{"application/json"}},
			kind: fault.RequestType, args: fault.Args{"type": ""},
		},
		{name: "every type", rules: validate.Request{Model: priced, ContentTypes: []string{"*/*"}}, header: http.Header{"Content-Type": {"image/png"}}},
		{name: "no types", rules: validate.Request{Model: priced}},
		{
			name: "two types", rules: validate.Request{Model: priced}, header: http.Header{"Content-Type": {"application/json;", "text/plain"}}, body: `{"price":1}`,
			kind: fault.RequestType, args: fault.Args{"type": "application/json"},
		},
		{
			name: "two types in one", rules: validate.Request{Model: priced}, header: http.Header{"Content-Type": {"application/json, text/plain"}},
			kind: fault.RequestType, args: fault.Args{"type": "application/json, text/plain"},
		},
		{
			name: "a comma in a parameter", rules: validate.Request{Model: priced},
			header: http.Header{"Content-Type": {`application/json; a="b,c"`}}, body: `{"price":1}`,
		},
		{name: "form", rules: validate.Request{Form: []string{"f", "g"}}, header: form, body: "g=&%66=1"},
		{name: "form missing", rules: validate.Request{Form: []string{"f"}}, header: form, body: "g=f", kind: fault.RequestForm, args: fault.Args{"name": "f"}},
		{name: "no body where a form is asked for", rules: validate.Request{Form: []string{"f"}}, header: form, kind: fault.RequestForm, args: fault.Args{"name": "f"}},
		{name: "form of another type", rules: validate.Request{Form: []string{"f"}}, header: jsonType, body: "{"},
		{name: "body", rules: validate.Request{Model: priced}, header: jsonType, body: `{"price":1}`},
		{name: "body of another type", rules: validate.Request{Model: priced}, header: form, body: "{"},
		{name: "no JSON", rules: validate.Request{Model: priced}, header: jsonType, body: "{", kind: fault.RequestJSON, args: fault.Args{"problem": "json syntax at offset 1"}},
		{
			name: "another body", rules: validate.Request{Model: priced}, header: jsonType, body: "{}",
			kind: fault.RequestModel, args: fault.Args{"at": "$.price", "problem": "is required"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := &gateway.Exchange{Request: &gateway.Request{RawQuery: c.query, Host: c.host, Header: c.header, Body: []byte(c.body)}}
			step := c.rules.Step()
			err := step.Run(context.Background(), x)
			if err == nil {
				if c.kind != "" {
					t.Fatalf("Run() = nil, want %s", c.kind)
				}
				return
			}
			if f := fault.From(err); f.Kind != c.kind || !maps.Equal(f.Args, c.args) {
				t.Errorf("Run() = %v %q, want %s %q", err, f.Args, c.kind, c.args)
			}
		})
	}
}

func TestStepNeedsBody(t *testing.T) {
	model := compile(t, `{}`)
	for _, c := range []struct {
		name   string
		rules  validate.Request
		length int64
		want   bool
	}{
		{"nothing described", validate.Request{Query: []string{"q"}, ContentTypes: []string{"text/plain"}}, 5, false},
		{"form", validate.Request{Form: []string{"f"}}, 5, true},
		{"model", validate.Request{Model: model}, 5, true},
		{"unknown length", validate.Request{Model: model}, -1, true},
		{"no body", validate.Request{Model: model}, 0, false},
	} {
		step := c.rules.Step()
		if got := step.Body(&gateway.Request{Length: c.length}); got != c.want || step.Name != "validate" || step.Again || step.Last {
			t.Errorf("%s: step %q needs the body: %v, want %v of validate", c.name, step.Name, got, c.want)
		}
	}
}

// TestManyParameters keeps what is held of a query to what is asked for.
func TestManyParameters(t *testing.T) {
	x := &gateway.Exchange{Request: &gateway.Request{RawQuery: strings.Repeat("a=1&", 10000) + "z=1"}}
	rules := validate.Request{Query: []string{"z"}}
	step := rules.Step()
	allocs := testing.AllocsPerRun(5, func() {
		if err := step.Run(context.Background(), x); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 10 {
		t.Errorf("10,001 parameters take %v allocations, want at most 10", allocs)
	}
}
