package guard_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/gateway"
	"postern/shared/guard"
)

const shop = "https://shop.example.com"

// lines are a header as sorted lines.
func lines(h http.Header) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		all = append(all, name+": "+strings.Join(h[name], " + "))
	}
	return strings.Join(all, "\n")
}

func TestPreflight(t *testing.T) {
	named := guard.CORS{Origins: []string{shop, "http://localhost:8080"}, Methods: []string{
		"GET",
		"PUT",
	}, Headers: []string{"X-Tenant", "content-type"}}
	open := guard.CORS{Origins: []string{"*"}, Methods: []string{"*"}, Headers: []string{"*"}}
	hour := time.Hour
	rich := guard.CORS{
		Origins: []string{shop}, Methods: []string{"GET"}, Expose: []string{"X-Id"}, MaxAge: &hour, Credentials: true,
	}
	zero := time.Duration(0)
	tests := []struct {
		name                    string
		cors                    guard.CORS
		origin, method, headers string
		want                    string
	}{
		{
			name: "allowed", cors: named, origin: shop, method: "PUT",
			want: "Access-Control-Allow-Headers: X-Tenant, content-type\nAccess-Control-Allow-Methods: GET, PUT\n" +
				"Access-Control-Allow-Origin: " + shop + "\nVary: Origin",
		},
		{
			name: "allowed headers", cors: named, origin: "http://localhost:8080", method: "GET",
			headers: "x-tenant,\tContent-Type",
			want: "Access-Control-Allow-Headers: X-Tenant, content-type\nAccess-Control-Allow-Methods: GET, PUT\n" +
				"Access-Control-Allow-Origin: http://localhost:8080\nVary: Origin",
		},
		{name: "other header", cors: named, origin: shop, method: "GET", headers: "x-tenant, x-other"},
		{name: "other method", cors: named, origin: shop, method: "DELETE"},
		{name: "method in another case", cors: named, origin: shop, method: "put"},
		{name: "other origin", cors: named, origin: "https://evil.example.com", method: "GET", want: "Vary: Origin"},
		{name: "other scheme", cors: named, origin: "http://shop.example.com", method: "GET", want: "Vary: Origin"},
		{
			name: "origin that begins so", cors: named, origin: shop + ".evil.example.com", method: "GET",
			want: "Vary: Origin",
		},
		{name: "null", cors: named, origin: "null", method: "GET", want: "Vary: Origin"},
		{
			name: "everything", cors: open, origin: "null", method: "PURGE", headers: "x-a, X-B",
			want: "Access-Control-Allow-Headers: x-a, X-B\nAccess-Control-Allow-Methods: PURGE\n" +
				"Access-Control-Allow-Origin: *",
		},
		{
			name: "everything, no headers asked for", cors: open, origin: shop, method: "GET",
			want: "Access-Control-Allow-Methods: GET\nAccess-Control-Allow-Origin: *",
		},
		{name: "everything that is a header", cors: open, origin: shop, method: "GET", headers: "x a"},
		{name: "everything that is ASCII", cors: open, origin: shop, method: "GET", headers: "x-é"},
		{name: "everything that is a method", cors: open, origin: shop, method: "G\"T"},
		{name: "no method", cors: open, origin: shop, method: ""},
		{
			name: "rich", cors: rich, origin: shop, method: "GET",
			want: "Access-Control-Allow-Credentials: true\nAccess-Control-Allow-Methods: GET\n" +
				"Access-Control-Allow-Origin: " + shop + "\nAccess-Control-Max-Age: 3600\nVary: Origin",
		},
		{
			name: "holds for no time", cors: guard.CORS{Origins: []string{"*"}, Methods: []string{"GET"}, MaxAge: &zero},
			origin: shop, method: "GET",
			want: "Access-Control-Allow-Methods: GET\nAccess-Control-Allow-Origin: *\nAccess-Control-Max-Age: 0",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := header("Origin", tt.origin, "Access-Control-Request-Method", tt.method)
			if tt.headers != "" {
				h.Set("Access-Control-Request-Headers", tt.headers)
			}
			x := &gateway.Exchange{Request: &gateway.Request{Method: "OPTIONS", Header: h}}
			if kind := run(t, tt.cors.Step(), x); kind != "" || x.Answer == nil || x.Answer.Status != http.StatusOK {
				t.Fatalf("Run = %q with answer %+v, want a 200", kind, x.Answer)
			}
			if err := tt.cors.Amend().Run(context.Background(), x); err != nil {
				t.Fatal(err)
			}
			if got := lines(x.Answer.Header); got != tt.want {
				t.Errorf("answer has\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestPreflightOfTwoOrigins(t *testing.T) {
	h := header("Origin", shop, "Origin", "https://evil.example.com", "Access-Control-Request-Method", "GET")
	x := &gateway.Exchange{Request: &gateway.Request{Method: "OPTIONS", Header: h}}
	run(t, guard.CORS{Origins: []string{shop}, Methods: []string{"GET"}}.Step(), x)
	if got := lines(x.Answer.Header); got != "Vary: Origin" {
		t.Errorf("answer has\n%s\nwant no origin", got)
	}
}

func TestOptions(t *testing.T) {
	origin := header("Origin", shop)
	tests := []struct {
		name   string
		method string
		header http.Header
		allow  []string
		want   string // of the header Allow; "": the request goes on
	}{
		{name: "no preflight", method: "OPTIONS", allow: []string{"GET", "OPTIONS"}, want: "GET, OPTIONS"},
		{name: "origin alone", method: "OPTIONS", header: origin, allow: []string{"GET", "OPTIONS"}, want: "GET, OPTIONS"},
		{
			name: "method alone", method: "OPTIONS", header: header("Access-Control-Request-Method", "GET"),
			allow: []string{"GET"}, want: "GET",
		},
		{name: "the path has OPTIONS", method: "OPTIONS", header: origin},
		{
			name: "other method", method: "GET", header: header("Origin", shop, "Access-Control-Request-Method", "GET"),
			allow: []string{"GET"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := &gateway.Exchange{Request: &gateway.Request{Method: tt.method, Header: tt.header}}
			run(t, guard.CORS{Origins: []string{"*"}, Methods: []string{"GET"}, Allow: tt.allow}.Step(), x)
			got := ""
			if x.Answer != nil {
				got = x.Answer.Header.Get("Allow")
			}
			if got != tt.want || (x.Answer != nil) != (tt.want != "") {
				t.Errorf("Allow = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMark(t *testing.T) {
	named := guard.CORS{Origins: []string{shop}, Expose: []string{"X-Id", "X-Page"}, Credentials: true}
	tests := []struct {
		name    string
		cors    guard.CORS
		request http.Header
		answer  http.Header
		want    string
	}{
		{
			name: "marked", cors: named, request: header("Origin", shop),
			want: "Access-Control-Allow-Credentials: true\nAccess-Control-Allow-Origin: " + shop +
				"\nAccess-Control-Expose-Headers: X-Id, X-Page\nVary: Origin",
		},
		{name: "other origin", cors: named, request: header("Origin", "https://evil.example.com"), want: "Vary: Origin"},
		{name: "no origin", cors: named, want: "Vary: Origin"},
		{name: "every origin", cors: guard.CORS{Origins: []string{"*"}}, want: "Access-Control-Allow-Origin: *"},
		{
			name: "Vary is kept", cors: guard.CORS{Origins: []string{shop}}, answer: header("Vary", "Accept-Encoding"),
			want: "Vary: Accept-Encoding + Origin",
		},
		{
			name: "Vary has it", cors: guard.CORS{Origins: []string{shop}}, answer: header("Vary", "Accept, origin"),
			want: "Vary: Accept, origin",
		},
		{
			name: "the backend's word is replaced", cors: named, request: header("Origin", "https://evil.example.com"),
			answer: header("Access-Control-Allow-Origin", "*", "Access-Control-Allow-Credentials", "true",
				"Access-Control-Expose-Headers", "*", "Etag", "1"),
			want: "Etag: 1\nVary: Origin",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := &gateway.Exchange{
				Request: &gateway.Request{Method: "GET", Header: tt.request},
				Answer:  &gateway.Response{Status: 500, Header: tt.answer},
			}
			step := tt.cors.Amend()
			if kind := run(t, step, x); kind != "" || step.Name != "cors" {
				t.Fatalf("%s = %q, want no fault", step.Name, kind)
			}
			if got := lines(x.Answer.Header); got != tt.want {
				t.Errorf("answer has\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
