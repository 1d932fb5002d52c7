package transform_test

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/transform"
)

const formType = "application/x-www-form-urlencoded"

// give are parameters written as "query:a header:X-A"; one word stays where it is.
func give(drop bool, lines ...string) transform.Parameters {
	p := transform.Parameters{Drop: drop}
	place := func(text string) transform.Place {
		in, name, _ := strings.Cut(text, ":")
		return transform.Place{In: in, Name: name}
	}
	for _, line := range lines {
		from, to, moved := strings.Cut(line, " ")
		if !moved {
			to = from
		}
		p.List = append(p.List, transform.Parameter{From: place(from), To: place(to)})
	}
	return p
}

func TestParameters(t *testing.T) {
	form := http.Header{"Content-Type": {formType}, "Content-Md5": {"x"}}
	for _, tt := range []struct {
		name   string
		give   transform.Parameters
		values map[string]string
		query  string
		header http.Header
		body   string
		want   string // query, body where it is a new one, then sorted headers, a line each
	}{
		{name: "nothing changes", give: give(false, "query:a"), values: map[string]string{"a": "1"}, query: "b=%7e&&a=1&c", want: "b=%7e&&a=1&c"},
		{name: "nothing sent", give: give(false, "query:a", "header:X-A", "form:f"), want: ""},
		{name: "repeated", give: give(false, "query:a"), values: map[string]string{"a": "1"}, query: "a=1&b=2&%61=3&b=4", want: "a=1&b=2&b=4"},
		{name: "default", give: give(false, "query:a"), values: map[string]string{"a": "x y"}, query: "b=2", want: "b=2&a=x%20y"},
		{name: "default alone", give: give(false, "query:a"), values: map[string]string{"a": "+&="}, want: "a=%2B%26%3D"},
		{name: "renamed", give: give(false, "query:a query:z"), values: map[string]string{"a": "1"}, query: "a=1&b=2&z=forged&a=3", want: "b=2&z=1"},
		{name: "renamed, not sent", give: give(false, "query:a query:z"), query: "b=2&%7a=forged", want: "b=2"},
		{name: "exchanged", give: give(false, "query:a query:b", "query:b query:a"), values: map[string]string{"a": "1", "b": "2"}, query: "a=1&b=2", want: "b=1&a=2"},
		{
			name: "to a header", give: give(false, "query:a header:x-a"), values: map[string]string{"a": "1\r\nX-B: 2"}, query: "a=1&b=2",
			header: http.Header{"X_A": {"forged"}, "X-C": {"c"}}, want: "b=2\nX-A: 1X-B: 2\nX-C: c",
		},
		{
			name: "to a header, not sent", give: give(false, "query:a header:x-a"),
			header: http.Header{"X-A": {"forged"}}, want: "",
		},
		{
			name: "of a header", give: give(false, "header:X-A query:a"), values: map[string]string{"X-A": "1"},
			header: http.Header{"X-A": {"1", "2"}}, want: "a=1",
		},
		{
			name: "headers exchanged", give: give(false, "header:A header:B", "header:B header:A"), values: map[string]string{"A": "1", "B": "2"},
			header: http.Header{"A": {"1"}, "B": {"2"}}, want: "\nA: 2\nB: 1",
		},
		{
			name: "a repeated header", give: give(false, "header:X-A"), values: map[string]string{"X-A": "1"},
			header: http.Header{"X-A": {"1", "2"}}, want: "\nX-A: 1",
		},
		{name: "to the path", give: give(false, "query:a path:a"), values: map[string]string{"a": "1"}, query: "a=1&b=2", want: "b=2"},
		{name: "dropped", give: give(true, "query:a"), values: map[string]string{"a": "1;b=2"}, query: "b=2&a=1;b=2&c", want: "a=1%3Bb%3D2"},
		{
			name: "dropped headers", give: give(true, "header:X-A"), values: map[string]string{"X-A": "1"},
			header: http.Header{
				"X-A": {"1"}, "X-B": {"2"}, "Cookie": {"c"}, "Authorization": {"a"}, "Accept": {"*/*"}, "Accept-Encoding": {"br"},
				"Content-Type": {"text/plain"}, "User-Agent": {"u"}, "X-Forwarded-For": {"203.0.113.9"}, "Accepted": {"x"},
			},
			want: "\nAccept: */*\nAccept-Encoding: br\nContent-Type: text/plain\nUser-Agent: u\nX-A: 1\nX-Forwarded-For: 203.0.113.9",
		},
		{name: "all dropped", give: give(true), query: "a=1", want: ""},
		{name: "form as it is", give: give(false, "form:f"), values: map[string]string{"f": "1"}, header: form, body: "g=2&f=%31", want: "\nContent-Md5: x\nContent-Type: " + formType},
		{name: "form dropped", give: give(true, "form:f"), values: map[string]string{"f": "1"}, header: form, body: "g=2&f=1", want: "\nbody f=1\nContent-Type: " + formType},
		{name: "whole form dropped", give: give(true), header: form, body: "g=2", want: "\nbody \nContent-Type: " + formType},
		{name: "another body is not dropped", give: give(true), header: http.Header{"Content-Type": {"text/csv"}}, body: "g=2", want: "\nContent-Type: text/csv"},
		{name: "query to a form", give: give(false, "query:a form:b"), values: map[string]string{"a": "1"}, query: "a=1", header: form, body: "b=x&c=", want: "\nbody c=&b=1\nContent-Type: " + formType},
		{name: "form to the query", give: give(false, "form:b query:a"), values: map[string]string{"b": "1"}, header: form, body: "b=1&c=", want: "a=1\nbody c=\nContent-Type: " + formType},
		{name: "a new form", give: give(false, "query:a form:b"), values: map[string]string{"a": "1"}, query: "a=1", want: "\nbody b=1\nContent-Type: " + formType},
		{
			name: "no room for a form", give: give(false, "query:a form:b"), values: map[string]string{"a": "1"}, query: "a=1",
			header: http.Header{"Content-Type": {"text/csv"}}, body: "x", want: "request.type text/csv",
		},
		{
			name: "no room needed", give: give(false, "query:a form:b"), query: "c=1",
			header: http.Header{"Content-Type": {"text/csv"}}, body: "x", want: "c=1\nContent-Type: text/csv",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := given(tt.give, tt.values, tt.query, tt.header, tt.body); got != tt.want {
				t.Errorf("Run() = %q, want %q", got, tt.want)
			}
		})
	}
}

// given is what the backend gets: query, body where it is a new one, and headers.
func given(p transform.Parameters, values map[string]string, query string, header http.Header, body string) string {
	if header == nil {
		header = http.Header{}
	}
	out := &gateway.Outbound{RawQuery: query, Header: header.Clone()}
	x := &gateway.Exchange{
		Request:    &gateway.Request{RawQuery: query, Header: header, Body: []byte(body), Length: int64(len(body))},
		Parameters: values, Outbound: out,
	}
	step := p.Step()
	if err := step.Run(context.Background(), x); err != nil {
		return string(fault.From(err).Kind) + " " + fault.From(err).Args["type"]
	}
	var b strings.Builder
	b.WriteString(out.RawQuery)
	if out.Body != nil {
		b.WriteString("\nbody " + string(out.Body))
	}
	var lines strings.Builder
	_ = out.Header.Write(&lines)
	if lines.Len() > 0 {
		b.WriteString("\n" + strings.TrimSuffix(strings.ReplaceAll(lines.String(), "\r\n", "\n"), "\n"))
	}
	return b.String()
}

func TestParametersStep(t *testing.T) {
	form := http.Header{"Content-Type": {formType}}
	for _, tt := range []struct {
		name   string
		give   transform.Parameters
		header http.Header
		length int64
		want   bool
	}{
		{"form", give(false, "form:a"), form, 1, true},
		{"dropped", give(true), form, -1, true},
		{"to a form", give(false, "query:a form:a"), form, 1, true},
		{"no form asked for", give(false, "query:a"), form, 1, false},
		{"no body", give(true, "form:a"), form, 0, false},
		{"another body", give(true, "form:a"), nil, 1, false},
	} {
		step := tt.give.Step()
		got := step.Body(&gateway.Request{Header: tt.header, Length: tt.length})
		if got != tt.want || step.Name != "request" || !step.Again || step.Last {
			t.Errorf("%s: step %+v needs the body: %v, want %v", tt.name, step, got, tt.want)
		}
	}
	step := give(true).Step()
	if err := step.Run(context.Background(), &gateway.Exchange{}); err != nil {
		t.Errorf("Run() without a backend = %v, want nil", err)
	}
}

// FuzzParameters: of what is declared the backend gets the checked values, of what is not, with Drop, nothing.
func FuzzParameters(f *testing.F) {
	for _, query := range []string{"a=1&b=2&c=3", "a=%31&a=2&&%62=&=", "a;b=1", "%zz=1&a=%zz", "c=d=e&+=%20"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		sent := map[string]string{}
		for name, value := range gateway.Pairs(query) {
			if _, again := sent[name]; !again {
				sent[name] = value
			}
		}
		values := map[string]string{}
		for _, name := range []string{"a", "b"} {
			if value, ok := sent[name]; ok {
				values[name] = value
			}
		}
		for _, drop := range []bool{false, true} {
			p := give(drop, "query:a", "query:b query:c")
			x := &gateway.Exchange{Request: &gateway.Request{}, Parameters: values, Outbound: &gateway.Outbound{RawQuery: query, Header: http.Header{}}}
			if err := p.Step().Run(context.Background(), x); err != nil {
				t.Fatal(err)
			}
			got := map[string][]string{}
			for name, value := range gateway.Pairs(x.Outbound.RawQuery) {
				got[name] = append(got[name], value)
			}
			want := func(name, from string) {
				if value, ok := values[from]; ok && !reflect.DeepEqual(got[name], []string{value}) || !ok && got[name] != nil {
					t.Errorf("%q with drop %v gives %q: %s = %q, want that of %s in %q", query, drop, x.Outbound.RawQuery, name, got[name], from, values)
				}
			}
			want("a", "a")
			want("c", "b")
			want("b", "")
			if parsed, err := url.ParseQuery(x.Outbound.RawQuery); drop && (err != nil || len(parsed) > 2 || len(parsed) != len(got)) {
				t.Errorf("%q with drop gives %q, %v", query, x.Outbound.RawQuery, err)
			}
		}
	})
}
