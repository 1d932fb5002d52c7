package guard_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
)

// TestRefusedOrigins: a dialect that refuses what a browser may not do says why.
func TestRefusedOrigins(t *testing.T) {
	cors := guard.CORS{
		Origins: []string{shop}, Methods: []string{"GET", "PUT"}, Headers: []string{"X-Tenant"}, Served: []string{"GET", "PUT", "DELETE"}, Refuse: true,
	}
	open := guard.CORS{Origins: []string{"*"}, Methods: []string{"*"}, Served: []string{"*"}, Refuse: true}
	preflight := func(origin, method string, more ...string) http.Header {
		return header(append([]string{"Origin", origin, "Access-Control-Request-Method", method}, more...)...)
	}
	forbidden := func(origin string) *fault.Fault {
		return fault.New(fault.AccessOrigin, fault.Args{"origin": origin}, nil)
	}
	nowhere := func(method string) *fault.Fault {
		return fault.New(fault.RoutePreflight, fault.Args{"method": method, "path": "/m"}, nil)
	}
	for _, tt := range []struct {
		name, method string
		rule         guard.CORS
		header       http.Header
		want         *fault.Fault
		answers      bool
	}{
		{"no browser", "GET", cors, nil, nil, false},
		{"a script", "GET", cors, header("Origin", shop), nil, false},
		{"a script of another", "GET", cors, header("Origin", "https://evil.test:8443"), forbidden("evil.test"), false},
		{"a script of a file", "GET", cors, header("Origin", "null"), forbidden("null"), false},
		{"two origins", "GET", cors, header("Origin", shop, "Origin", shop), forbidden("shop.example.com"), false},
		{"a page of the host itself", "POST", cors, header("Origin", "https://api.example.com"), nil, false},
		{"a page of the host, elsewhere", "POST", cors, header("Origin", "http://api.example.com"), forbidden("api.example.com"), false},
		{"any script", "GET", open, header("Origin", "null"), nil, false},
		{"preflight", "OPTIONS", cors, preflight(shop, "PUT"), nil, true},
		{"preflight of another", "OPTIONS", cors, preflight("https://evil.test", "PUT"), forbidden("evil.test"), false},
		{"preflight for a method that may not be used", "OPTIONS", cors, preflight(shop, "DELETE"), forbidden("shop.example.com"), false},
		{"preflight for a method that is not there", "OPTIONS", cors, preflight(shop, "PATCH"), nowhere("PATCH"), false},
		{"preflight of another for a method that is not there", "OPTIONS", cors, preflight("https://evil.test", "PATCH"), forbidden("evil.test"), false},
		{"preflight with a header", "OPTIONS", cors, preflight(shop, "GET", "Access-Control-Request-Headers", "x-tenant"), nil, true},
		{"preflight with another", "OPTIONS", cors, preflight(shop, "GET", "Access-Control-Request-Headers", "x-other"), forbidden("shop.example.com"), false},
		{"any preflight", "OPTIONS", open, preflight(shop, "PURGE"), nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := &gateway.Exchange{Request: &gateway.Request{Method: tt.method, Scheme: "https", Host: "api.example.com", Path: "/m", Header: tt.header}}
			err := tt.rule.Step().Run(t.Context(), x)
			var got *fault.Fault
			if err != nil && !errors.As(err, &got) {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) || (x.Answer != nil) != tt.answers {
				t.Errorf("cors = %v %+v, answer %v; want %v, an answer: %v", err, got, x.Answer, tt.want, tt.answers)
			}
		})
	}
}

// TestPreflights: only what no route takes, and only a browser's question, becomes another refusal.
func TestPreflights(t *testing.T) {
	asks := header("Origin", shop, "Access-Control-Request-Method", "PUT")
	for _, tt := range []struct {
		name   string
		err    error
		method string
		header http.Header
		want   fault.Kind
	}{
		{"no path", fault.New(fault.RoutePath, nil, nil), "OPTIONS", asks, fault.RoutePreflight},
		{"no method", fault.New(fault.RouteMethod, nil, nil), "OPTIONS", asks, fault.RoutePreflight},
		{"found", nil, "OPTIONS", asks, ""},
		{"another failure", fault.New(fault.Internal, nil, nil), "OPTIONS", asks, fault.Internal},
		{"no question", fault.New(fault.RoutePath, nil, nil), "OPTIONS", header("Origin", shop), fault.RoutePath},
		{"another method", fault.New(fault.RoutePath, nil, nil), "PUT", asks, fault.RoutePath},
	} {
		step := guard.Preflights(gateway.Step{Name: "route", Again: true, Run: func(context.Context, *gateway.Exchange) error { return tt.err }})
		x := &gateway.Exchange{Request: &gateway.Request{Method: tt.method, Path: "/v1/nothing", Header: tt.header}}
		if got := run(t, step, x); got != string(tt.want) || step.Name != "route" || !step.Again {
			t.Errorf("%s: %s = %q, again %v, want %q", tt.name, step.Name, got, step.Again, tt.want)
		}
		if args := fault.From(errors.Join(step.Run(t.Context(), x), errors.New("x"))).Args; tt.want == fault.RoutePreflight &&
			!reflect.DeepEqual(args, fault.Args{"method": "PUT", "path": "/v1/nothing"}) {
			t.Errorf("%s: arguments %v", tt.name, args)
		}
	}
}
