package transform_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"testing"

	"postern/shared/gateway"
	"postern/shared/transform"
)

func TestClaims(t *testing.T) {
	step := transform.Claims{
		Headers: map[string]string{"X-User": "sub", "X-Roles": "roles", "X-Level": "level", "X-None": "none", "X-Null": "null"},
		Query:   map[string]string{"tenant": "tid", "admin": "admin", "gone": "none"},
	}.Step()
	if step.Name != "request" || !step.Again {
		t.Errorf("step %q, again %v, want request, which is repeated", step.Name, step.Again)
	}
	for _, tt := range []struct {
		name, query string
		claims      map[string]any
		header      http.Header
		want        http.Header
		wantQuery   string
	}{
		{
			name: "all kinds", query: "a=1", header: http.Header{"X-A": {"a"}},
			claims: map[string]any{
				"sub": "é\r\nX-Evil: 1", "roles": []any{"a", json.Number("1")}, "level": json.Number("1.50"), "null": nil,
				"tid": "a&b=c d+%20", "admin": true,
			},
			want:      http.Header{"X-A": {"a"}, "X-User": {"éX-Evil: 1"}, "X-Roles": {`["a",1]`}, "X-Level": {"1.50"}},
			wantQuery: "a=1&admin=true&tenant=a%26b%3Dc%20d%2B%2520",
		},
		{
			name: "what the client sent in their place", query: "tenant=x&a=1&t%65nant=y&gone=z",
			header: http.Header{"X-User": {"root", "me"}, "X_user": {"root"}, "X-None": {"x"}, "X-A": {"a"}},
			claims: map[string]any{"sub": "u", "tid": "t"},
			want:   http.Header{"X-User": {"u"}, "X-A": {"a"}}, wantQuery: "a=1&tenant=t",
		},
		{
			name: "no token", query: "tenant=x", header: http.Header{"X-User": {"root"}}, want: http.Header{}, wantQuery: "",
		},
	} {
		x := &gateway.Exchange{Claims: tt.claims, Outbound: &gateway.Outbound{Header: tt.header, RawQuery: tt.query}}
		if err := step.Run(t.Context(), x); err != nil || !reflect.DeepEqual(x.Outbound.Header, tt.want) || x.Outbound.RawQuery != tt.wantQuery {
			t.Errorf("%s: %v, %v, query %q; want %v, query %q", tt.name, err, x.Outbound.Header, x.Outbound.RawQuery, tt.want, tt.wantQuery)
		}
	}
	if err := step.Run(t.Context(), &gateway.Exchange{}); err != nil {
		t.Errorf("without a backend's request: %v", err)
	}
}

func TestWithout(t *testing.T) {
	for _, tt := range []struct{ query, name, want string }{
		{"", "a", ""},
		{"a=1", "a", ""},
		{"a", "a", ""},
		{"a=1&b=2&a=3", "a", "b=2"},
		{"%61=1&b=%zz&c=+", "a", "b=%zz&c=+"},
		{"a+b=1&a%20b=2&ab=3", "a b", "ab=3"},
		{"A=1&aa=2&%zz=3", "a", "A=1&aa=2&%zz=3"},
	} {
		if got := transform.Without(tt.query, tt.name); got != tt.want {
			t.Errorf("Without(%q, %q) = %q, want %q", tt.query, tt.name, got, tt.want)
		}
	}
}

// FuzzWithout: nobody who reads the query finds the name in it, and everything else stays.
func FuzzWithout(f *testing.F) {
	f.Add("a=1&b=2", "a")
	f.Add("%61=1&&=&a+b", "a b")
	f.Fuzz(func(t *testing.T, query, name string) {
		want, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		delete(want, name)
		if got, err := url.ParseQuery(transform.Without(query, name)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Without(%q, %q) holds %v, %v, want %v", query, name, got, err, want)
		}
	})
}
