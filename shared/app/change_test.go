package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/gateway"
	"postern/shared/memory"
)

// compiled is the gateway of a definition in YAML, nil where a problem is fatal. Files are what files says; the secret s is
// "hidden", the environment variable E "outside".
func compiled(t testing.TB, definition string, files map[string]string) (*gateway.Gateway, config.Problems) {
	t.Helper()
	def, source, problems := yaml.Load("postern.yaml", []byte(definition))
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	known := func(name, value string) func(string) (string, bool) {
		return func(asked string) (string, bool) { return value, asked == name }
	}
	return app.New(def, app.Options{
		Dialects: dialects(t), Breaker: &memory.Breaker{}, Counter: memory.NewCounter(),
		Secret: known("s", "hidden"), Env: known("E", "outside"),
		File: func(name string) ([]byte, error) {
			if text, ok := files[name]; ok {
				return []byte(text), nil
			}
			return nil, errors.New("no such file")
		},
		Log: func(context.Context, *gateway.Record) {},
	})
}

// answered is what a gateway answers.
func answered(t testing.TB, g *gateway.Gateway, r *gateway.Request) (a *gateway.Response) {
	t.Helper()
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.ID, r.Host, r.Scheme, r.Length = "1", "h", "https", int64(len(r.Body))
	g.Serve(t.Context(), r, func(answer *gateway.Response) error { a = answer; return nil })
	return a
}

// echo answers with what it was sent.
func echo(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "echo")
		fmt.Fprintf(w, "%s %s host=%s a=%q b=%q", r.Method, r.RequestURI, r.Host, r.Header["X-A"], r.Header["X-B"])
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// changing is a definition of one API with one route.
func changing(dialect, backend, settings string) string {
	return fmt.Sprintf(`version: 1
egress: {allow: [127.0.0.1]}
apis:
  - name: members
    hosts: [h]
    base: /api
    dialect: %s
    backend: {%s}
    routes:
      - path: "/**"
        methods: [GET]
        %s
`, dialect, backend, settings)
}

func TestChanges(t *testing.T) {
	url := echo(t)
	for _, c := range []struct{ name, dialect, settings, path, query, want string }{
		{"none", "toast", "name: r", "/api/x", "q=1", `GET /v9/x?q=1 host=backend a=["client"] b=[]`},
		{"set", "toast", `request: {set: {x-a: "one", X-B: two}}`, "/api/x", "", `GET /v9/x host=backend a=["one"] b=["two"]`},
		{"remove", "toast", `request: {set: {X-B: two}, remove: [x-a, x-b]}`, "/api/x", "", `GET /v9/x host=backend a=[] b=[]`},
		{"host", "toast", `request: {set: {Host: other.example}}`, "/api/x", "", `GET /v9/x host=other.example a=["client"] b=[]`},
		{"secret", "toast", `request: {set: {X-B: "Bearer ${secret:s}"}}`, "/api/x", "", `GET /v9/x host=backend a=["client"] b=["Bearer hidden"]`},
		{"rewrite", "toast", `rewrite: {pattern: "/v2/(.*)", to: "/v1/%1"}`, "/api/v2/m", "q=1", `GET /v9/v1/m?q=1 host=backend a=["client"] b=[]`},
		{"rewrite of another path", "toast", `rewrite: {pattern: "/v2/(.*)", to: "/v1/%1"}`, "/api/v3/m", "", `GET /v9/v3/m host=backend a=["client"] b=[]`},
		{"rewrite by names", "toast", `rewrite: {pattern: "/{v}/{p}", to: "/{p}/{v}"}`, "/api/v2/m", "", `GET /v9/m/v2 host=backend a=["client"] b=[]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, problems := compiled(t, changing(c.dialect, "url: "+url+"/v9", c.settings), nil)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			a := answered(t, g, &gateway.Request{Method: "GET", Path: c.path, RawQuery: c.query, Header: http.Header{"X-A": {"client"}}})
			want := strings.ReplaceAll(c.want, "host=backend", "host="+strings.TrimPrefix(url, "http://"))
			if a.Status != 200 || string(a.Body) != want {
				t.Errorf("answer = %d %s, want %s", a.Status, a.Body, want)
			}
		})
	}
}

func TestChangesByContext(t *testing.T) {
	url := echo(t)
	settings := `request: {set: {X-B: "${request.path.id}"}, query: {from: "${request.queryString.q}", to: "a b"}}
        response: {set: {X-Status: "${response.httpStatus}", X-Gone: "1"}, remove: [server, X-Gone]}`
	definition := strings.Replace(changing("nhn", "url: "+url, settings), "/**", "/m/{id}", 1)
	g, problems := compiled(t, definition, nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	a := answered(t, g, &gateway.Request{Method: "GET", Path: "/api/m/7", RawQuery: "q=%ED%99%8D&from=x"})
	want := `GET /m/7?q=%ED%99%8D&from=x&from=%ED%99%8D&to=a%20b host=` + strings.TrimPrefix(url, "http://") + ` a=[] b=["7"]`
	if string(a.Body) != want {
		t.Errorf("body = %s, want %s", a.Body, want)
	}
	if h := a.Header; h.Get("X-Status") != "200" || h.Get("Server") != "" || h.Get("X-Gone") != "" {
		t.Errorf("header = %v, want X-Status: 200 without Server and X-Gone", h)
	}
	a = answered(t, g, &gateway.Request{Method: "GET", Path: "/api/none"})
	if a.Status != 404 || a.Header.Get("X-Status") != "" {
		t.Errorf("an unknown path = %d %v, want 404 without X-Status", a.Status, a.Header)
	}
}

// TestDefects: what a vendor has a documented answer for starts, and is answered so.
func TestDefects(t *testing.T) {
	for _, c := range []struct{ name, dialect, settings, key, code string }{
		{"pattern", "toast", `rewrite: {pattern: "/api/(v2", to: "/x"}`, "rewrite.pattern", `"resultCode":20005`},
		{"rewrite", "toast", `rewrite: {pattern: "/(x)", to: "/%3"}`, "rewrite.to", `"resultCode":20006`},
		{"request header", "nhn", `request: {set: {X-A: "${request.header."}}`, "request.set.X-A", `"resultCode":500000002`},
		{"request query", "nhn", `request: {query: {q: "${nosuch.name}"}}`, "request.query.q", `"resultCode":500000002`},
		{"response header", "nhn", `response: {set: {X-A: "${request.path.id"}}`, "response.set.X-A", `"resultCode":500000002`},
	} {
		t.Run(c.name, func(t *testing.T) {
			definition := changing(c.dialect, `url: "https://b.example"`, c.settings)
			if c.dialect == "nhn" {
				definition = strings.Replace(definition, "/**", "/{id+}", 1)
			}
			g, problems := compiled(t, definition, nil)
			if len(problems) != 1 || !problems[0].Defect || problems[0].Path != "apis[0].routes[0]."+c.key {
				t.Fatalf("problems = %v, want one defect at %s", problems, c.key)
			}
			a := answered(t, g, &gateway.Request{Method: "GET", Path: "/api/x"})
			if a.Status != 500 || !strings.Contains(string(a.Body), c.code) {
				t.Errorf("answer = %d %s, want 500 with %s", a.Status, a.Body, c.code)
			}
		})
	}
}

func TestChangeProblems(t *testing.T) {
	for _, c := range []struct{ name, settings, key, text string }{
		{"framing", `request: {set: {content-length: "1"}}`, "request.set.content-length", "remove it"},
		{"hop by hop", `request: {remove: [X-A, connection]}`, "request.remove[1]", "remove it"},
		{"host removed", `request: {remove: [host]}`, "request.remove[0]", "remove it"},
		{"no name", `request: {set: {"a b": "1"}}`, "request.set.a b", "no name of a header"},
		{"framing of the answer", `response: {set: {Transfer-Encoding: chunked}}`, "response.set.Transfer-Encoding", "remove it"},
		{"answer's host", `response: {remove: [Keep-Alive]}`, "response.remove[0]", "remove it"},
		{"model", `validate: {body: None}`, "validate.body", `there is no model "None"; there are: `},
		{"form and body", `validate: {form: [f], body: None}`, "validate.form", "exclude each other"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, problems := compiled(t, strings.Replace(changing("nhn", `url: "https://b.example"`, c.settings), "/**", "/a", 1), nil)
			if g != nil || len(problems) == 0 {
				t.Fatalf("problems = %v, want one", problems)
			}
			p := problems[0]
			if p.Path != "apis[0].routes[0]."+c.key || !strings.Contains(p.Text, c.text) {
				t.Errorf("problem = %v, want %s: %s", p, c.key, c.text)
			}
		})
	}
}
