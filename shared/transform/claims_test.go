package transform_test

import (
	"encoding/json"
	"net/http"
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
