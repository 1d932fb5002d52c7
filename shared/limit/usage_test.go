package limit_test

import (
	"net/http"
	"net/netip"
	"slices"
	"testing"
	"time"

	"postern/shared/gateway"
	"postern/shared/limit"
)

// TestParseOwner: what the keys of charges say is what the requests were.
func TestParseOwner(t *testing.T) {
	client := netip.MustParseAddr("203.0.113.9")
	x := func() *gateway.Exchange {
		return &gateway.Exchange{
			Request:   &gateway.Request{Host: "API.example.com:8443", Header: http.Header{"X-Tenant": {"a:b"}}},
			Client:    client,
			Params:    map[string]string{"id": "7"},
			Principal: &gateway.Principal{App: "web:shop", KeyID: "first key", Plan: "gold", Owner: "acme:inc"},
		}
	}
	tests := []struct {
		per, route string
		want       limit.OwnerParts
	}{
		{"api", "", limit.OwnerParts{Kind: "api", API: "users:v1"}},
		{"api", "get", limit.OwnerParts{Kind: "api", API: "users:v1"}},
		{"route", "GET /a:b", limit.OwnerParts{Kind: "route", API: "users:v1", Route: "GET /a:b"}},
		{"app", "", limit.OwnerParts{Kind: "app", API: "users:v1", App: "web:shop"}},
		{"app", "get", limit.OwnerParts{Kind: "app", API: "users:v1", Route: "get", App: "web:shop"}},
		{"owner", "get", limit.OwnerParts{Kind: "owner", API: "users:v1", Route: "get", Value: "acme:inc"}},
		{"gateway", "", limit.OwnerParts{Kind: "gateway"}},
		{"client", "", limit.OwnerParts{Kind: "client", API: "users:v1", Value: limit.ClientValue(client)}},
		{"client", "get", limit.OwnerParts{Kind: "client", API: "users:v1", Route: "get", Value: limit.ClientValue(netip.MustParseAddr("::ffff:203.0.113.9"))}},
		{"host", "", limit.OwnerParts{Kind: "host", API: "users:v1", Value: limit.HashedValue("api.example.com")}},
		{"header:x-tenant", "get", limit.OwnerParts{Kind: "header", API: "users:v1", Route: "get", Variable: "X-Tenant", Value: limit.HashedValue("a:b")}},
		{"path:id", "", limit.OwnerParts{Kind: "path", API: "users:v1", Variable: "id", Value: limit.HashedValue("7")}},
	}
	for _, tt := range tests {
		if key := ownerOf(t, newOwner(t, tt.per, "users:v1", tt.route), x()); limit.ParseOwner(key) != tt.want {
			t.Errorf("ParseOwner(%q) = %+v, want %+v", key, limit.ParseOwner(key), tt.want)
		}
	}
	parameter, parts := limit.ParameterOwner("users", "get", "id", "path"), limit.OwnerParts{Kind: "parameter", API: "users", Route: "get", Variable: "id", Value: limit.HashedValue("7")}
	if key := ownerOf(t, parameter, x()); limit.ParseOwner(key) != parts {
		t.Errorf("ParseOwner(%q) = %+v, want %+v", key, limit.ParseOwner(key), parts)
	}
	want := limit.OwnerParts{Kind: "key", API: "users", App: "web:shop", Value: "first key"}
	if key := ownerOf(t, limit.KeyOwner("users"), x()); limit.ParseOwner(key) != want {
		t.Errorf("ParseOwner(%q) = %+v, want %+v", key, limit.ParseOwner(key), want)
	}
	want = limit.OwnerParts{Kind: "app", API: "users", App: "a@b", Stage: "test"}
	if got := limit.ParseOwner("app:users:a%40b@test"); got != want {
		t.Errorf("ParseOwner of a stage = %+v, want %+v", got, want)
	}
	for _, key := range []string{"", "@", "app@x@y", "app", "key:a", "header:a", ":", "%zz:%"} {
		limit.ParseOwner(key) // whatever a table holds
	}
}

func TestCompareUsage(t *testing.T) {
	a := limit.Usage{Owner: "a", Limit: "y", Ends: time.Unix(2, 0)}
	sorted := []limit.Usage{{Owner: "a", Limit: "x", Ends: time.Unix(3, 0)}, {Owner: "a", Limit: "y", Ends: time.Unix(1, 0)}, a, {Owner: "b"}}
	got := []limit.Usage{sorted[3], sorted[2], sorted[1], sorted[0]}
	slices.SortFunc(got, limit.Usage.Compare)
	if !slices.Equal(got, sorted) {
		t.Errorf("sorted %v, want %v", got, sorted)
	}
}
