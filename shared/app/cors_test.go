package app_test

import (
	"strings"
	"testing"
)

func crossing(routes string) string {
	return `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    auth: [{hmac: {secret: secret, skew: 60s}}]
    backend: {mock: {status: 200, body: hello}}
    routes:
      ` + strings.Join(strings.Split(routes, "\n"), "\n      ") + "\n"
}

func TestCORS(t *testing.T) {
	const (
		origin  = "https://shop.example.com"
		cors    = `cors: {origins: ["HTTPS://shop.example.com"], max-age: 10m}`
		alone   = `- {path: /m, methods: [GET, PUT], ` + cors + `}`
		sibling = alone + "\n" + `- {path: /m, methods: [DELETE]}`
		own     = `- {path: /m, methods: [GET], ` + cors + `}
- {path: /m, methods: [OPTIONS], auth: [], backend: {mock: {status: 204}}}`
		all = `- {path: /m, ` + cors + `}`
	)
	preflight := []string{"Origin", origin, "Access-Control-Request-Method", "PUT"}
	for _, c := range []struct {
		name, routes, method string
		header               []string
		status               int
		want                 map[string]string // of the answer's header
	}{
		{
			name: "preflight needs no signature", routes: alone, method: "OPTIONS", header: preflight, status: 200,
			want: map[string]string{
				"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Methods": "GET, PUT",
				"Access-Control-Max-Age": "600", "Vary": "Origin",
			},
		},
		{
			name: "methods of the path", routes: sibling, method: "OPTIONS", header: preflight, status: 200,
			want: map[string]string{"Access-Control-Allow-Methods": "GET, PUT, DELETE"},
		},
		{
			name: "methods of the definition", routes: `- {path: /m, methods: [GET], cors: {origins: ["*"], methods: [PUT]}}`,
			method: "OPTIONS", header: preflight, status: 200,
			want: map[string]string{"Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Origin": "*", "Vary": ""},
		},
		{
			name: "every method", routes: all, method: "OPTIONS", header: preflight, status: 200,
			want: map[string]string{"Access-Control-Allow-Methods": "PUT"},
		},
		{
			name: "no preflight", routes: alone, method: "OPTIONS", header: preflight[:2], status: 200,
			want: map[string]string{"Allow": "GET, PUT, OPTIONS", "Access-Control-Allow-Origin": origin},
		},
		{name: "no preflight of every method", routes: all, method: "OPTIONS", header: preflight[:2], status: 401},
		{
			name: "preflight replaces OPTIONS", routes: own, method: "OPTIONS", header: []string{
				"Origin", origin,
				"Access-Control-Request-Method", "GET",
			},
			status: 200, want: map[string]string{"Access-Control-Allow-Methods": "GET, OPTIONS"},
		},
		{
			name: "OPTIONS of its own", routes: own, method: "OPTIONS", header: preflight[:2], status: 204,
			want: map[string]string{"Access-Control-Allow-Origin": ""},
		},
		{
			name: "a refusal is marked", routes: alone, method: "GET", header: preflight[:2], status: 401,
			want: map[string]string{"Access-Control-Allow-Origin": origin, "Vary": "Origin"},
		},
		{
			name: "a sibling is not", routes: sibling, method: "DELETE", header: preflight[:2], status: 401,
			want: map[string]string{"Access-Control-Allow-Origin": "", "Vary": ""},
		},
		{name: "without", routes: `- {path: /m, methods: [GET]}`, method: "OPTIONS", header: preflight, status: 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, problems := compiled(t, crossing(c.routes), nil)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			r := request("/m", c.header...)
			r.Method = c.method
			a := answered(t, g, r)
			if a.Status != c.status {
				t.Fatalf("answer = %d %s, want %d", a.Status, a.Body, c.status)
			}
			for name, want := range c.want {
				if got := a.Header.Get(name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestCORSProblems(t *testing.T) {
	for _, c := range []struct{ name, cors, at, want string }{
		{"path", `origins: ["https://a.example.com/"]`, "cors.origins[0]", "no origin"},
		{"no host", `origins: ["https://"]`, "cors.origins[0]", "no origin"},
		{"no scheme", `origins: ["*", a.example.com]`, "cors.origins[1]", "no origin"},
		{"null", `origins: ["null"]`, "cors.origins[0]", "no origin"},
		{"wildcard host", `origins: ["https://*.example.com"]`, "cors.origins[0]", "no origin"},
		{"not to be read", `origins: ["https://a b"]`, "cors.origins[0]", "no origin"},
		{"user", `origins: ["https://u@a.example.com"]`, "cors.origins[0]", "no origin"},
		{"credentials to all", `origins: ["*"], credentials: true`, "cors.credentials", "name the origins"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, problems := compiled(t, crossing(`- {path: /m, methods: [GET], cors: {`+c.cors+`}}`), nil)
			if len(problems) != 1 || !strings.HasSuffix(problems[0].Path, c.at) ||
				!strings.Contains(problems[0].Text, c.want) {
				t.Errorf("problems = %v, want one of %s: %s", problems, c.at, c.want)
			}
		})
	}
}
