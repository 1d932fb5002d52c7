package gateway_test

import (
	"net/http"
	"testing"

	"postern/shared/gateway"
)

func TestLookup(t *testing.T) {
	const form = "Application/X-WWW-Form-Urlencoded ;charset=utf-8"
	x := &gateway.Exchange{
		Params: map[string]string{"id": "a%20b", "broken": "%zz"},
		Request: &gateway.Request{
			RawQuery: "q=1%2B+2&q=3&e&Q=4", Body: []byte("f=%61&f=b"),
			Header: http.Header{"X-A": {"1", "2"}, "Cookie": {"c=3; d=4"}, "Content-Type": {form}},
		},
	}
	for _, tt := range []struct {
		part, name, want string
		ok               bool
	}{
		{"path", "id", "a b", true},
		{"path", "broken", "%zz", true},
		{"path", "none", "", false},
		{"query", "q", "1+ 2", true},
		{"query", "e", "", true},
		{"query", "none", "", false},
		{"form", "f", "a", true},
		{"form", "q", "", false},
		{"header", "x-a", "1", true},
		{"header", "none", "", false},
		{"cookie", "d", "4", true},
		{"cookie", "none", "", false},
		{"body", "f", "", false},
	} {
		if got, ok := x.Lookup(tt.part, tt.name); got != tt.want || ok != tt.ok {
			t.Errorf("Lookup(%s, %s) = %q, %v, want %q, %v", tt.part, tt.name, got, ok, tt.want, tt.ok)
		}
	}
	x.Request.Header.Set("Content-Type", "text/plain")
	if got, ok := x.Lookup("form", "f"); ok {
		t.Errorf("Lookup of a field in a text = %q, want none", got)
	}
}
