package app_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"postern/shared/gateway"
)

// mirror answers with what it was sent: line, body, and the headers that a test may look at.
func mirror(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %q lang=%q tag=%q type=%q length=%d key=%q",
			r.Method, r.RequestURI, body, r.Header["X-Lang"], r.Header["X-Tag"], r.Header.Get("Content-Type"), r.ContentLength,
			r.Header.Get("X-Ca-Proxy-Signature-Secret-Key"))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

const declaring = `version: 1
egress: {allow: [127.0.0.0/8]}
apis:
  - name: g1
    hosts: [h]
    dialect: aliyun
    backend: {url: "BACKEND/v2"}
    models: {Thing: {schema: {type: object, required: [k]}}}
    parameters: {lang: {in: query, default: en, values: [en, ko], to: "header:X-Lang"}}
    request: {set: {X-Tag: "${CaClientUa}"}, query: {fixed: "1"}}
    routes:
      - path: /users/{userId}
        methods: [GET]
        parameters: {userId: {in: path, type: long, to: path:id}, age: {in: query, type: int, max: 150, required: true}}
        unlisted-parameters: drop
        backend: {path: "/people/[id]", method: PUT}
      - path: /lists/{name}
        methods: [GET]
        parameters: {of: {in: query, required: true, pattern: "[a-z/ ]+", to: path:list}}
        backend: {path: "/l/[list]/[name]", signature: {key: k1, secret: "${secret:s}"}}
      - path: /form
        methods: [POST]
        parameters: {f: {in: form, max-length: 3, to: form:g}}
        validate: {content-types: [application/x-www-form-urlencoded]}
      - {path: /thing, methods: [POST], validate: {body: Thing}}
      - path: /mock
        methods: [GET]
        parameters: {n: {in: query, type: boolean}}
        backend: {url: none, mock: {status: 204}, signature: {key: k1, secret: "${secret:s}"}}
`

func TestParameters(t *testing.T) {
	g, problems := compiled(t, strings.ReplaceAll(declaring, "BACKEND", mirror(t)), nil)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	const form = "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name, method, path, query, body string
		header                          []string
		want                            string // what the backend got, or code and message
	}{
		{
			name: "mapped", method: "GET", path: "/users/42", query: "x=1&age=7&lang=ko&age=999&fixed=2",
			want: `PUT /v2/people/42?age=7&fixed=1 "" lang=["ko"] tag=["u"] type="" length=0 key=""`,
		},
		{
			name: "defaults and headers", method: "GET", path: "/users/42", query: "age=7", header: []string{"X-Lang", "forged", "X-Tag", "forged"},
			want: `PUT /v2/people/42?age=7&fixed=1 "" lang=["en"] tag=["u"] type="" length=0 key=""`,
		},
		{name: "missing", method: "GET", path: "/users/42", want: "I400MP Parameter `age` is required"},
		{name: "no number", method: "GET", path: "/users/42", query: "age=abc", want: "I400IP Invalid parameter `age` not an Int"},
		{name: "too much", method: "GET", path: "/users/42", query: "age=151", want: "I400IP Invalid parameter `age` exceeds maximum 150"},
		{name: "in the path", method: "GET", path: "/users/me", query: "age=7", want: "I400IP Invalid parameter `userId` not a Long"},
		{name: "enum", method: "GET", path: "/users/42", query: "age=7&lang=fr", want: "I400IP Invalid parameter `lang` not in enum"},
		{
			name: "query to path", method: "GET", path: "/lists/a%20b", query: "of=x%2Fy+z&q=1",
			want: `GET /v2/l/x%2Fy%20z/a%20b?q=1&fixed=1 "" lang=["en"] tag=["u"] type="" length=0 key="k1"`,
		},
		{name: "pattern", method: "GET", path: "/lists/a", query: "of=..", want: "I400IP Invalid parameter `of` does not match"},
		{
			name: "form", method: "POST", path: "/form", body: "f=%61bc&h=1", header: []string{"Content-Type", form},
			want: `POST /v2/form?fixed=1 "h=1&g=abc" lang=["en"] tag=["u"] type="` + form + `" length=9 key=""`,
		},
		{name: "form's value", method: "POST", path: "/form", body: "f=abcd", header: []string{"Content-Type", form}, want: "I400IP Invalid parameter `f` too long"},
		{name: "no form", method: "POST", path: "/form", body: "f=%zz", header: []string{"Content-Type", form}, want: "I400BD Invalid Body: form decode failed"},
		{name: "type", method: "POST", path: "/form", body: "x", header: []string{"Content-Type", "text/csv"}, want: "I400CT Invalid Content-Type: `text/csv`"},
		{
			name: "digest", method: "POST", path: "/form", body: "f=a", header: []string{"Content-Type", form, "Content-Md5", "AAAA"},
			want: "I400I5 Invalid Content-MD5 server md5 is Xexi+xzkBI4gSal9YK3CQw==",
		},
		{name: "JSON", method: "POST", path: "/thing", body: `{"k":`, header: []string{"Content-Type", "application/json"}, want: "I400BD Invalid Body: json syntax at offset 5"},
		{name: "model", method: "POST", path: "/thing", body: `{}`, header: []string{"Content-Type", "application/json"}, want: "I400BD Invalid Body: $.k is required"},
		{name: "JSON with a member twice", method: "POST", path: "/thing", body: `{"k":1,"k":2}`, header: []string{"Content-Type", "application/json"}, want: "I400BD Invalid Body: an object names a member twice"},
		{name: "mock", method: "GET", path: "/mock", query: "n=true", want: "204"},
		{name: "mock refuses too", method: "GET", path: "/mock", query: "n=1", want: "I400IP Invalid parameter `n` not a Boolean"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &gateway.Request{Method: tt.method, Path: tt.path, RawQuery: tt.query, Header: http.Header{"User-Agent": {"u"}}, Body: []byte(tt.body)}
			for i := 0; i < len(tt.header); i += 2 {
				r.Header.Set(tt.header[i], tt.header[i+1])
			}
			a := answered(t, g, r)
			got := string(a.Body)
			if code := a.Header.Get("X-Ca-Error-Code"); code != "" {
				got = code + " " + a.Header.Get("X-Ca-Error-Message")
			} else if a.Status != http.StatusOK {
				got = fmt.Sprint(a.Status)
			}
			if got != tt.want {
				t.Errorf("answer = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestParameterProblems(t *testing.T) {
	for _, tt := range []struct{ name, dialect, route, key, text string }{
		{"another dialect", "nhn", "parameters: {a: {in: query}}", "parameters", `dialect nhn has no step "parameters"`},
		{"dropping in another dialect", "toast", "unlisted-parameters: drop", "parameters", `dialect toast has no step "parameters"`},
		{"not in the path", "aliyun", "parameters: {b: {in: path}}", "parameters.b", "the path /x/{id} has no {b}"},
		{"default of another type", "aliyun", "parameters: {a: {in: query, type: int, default: x}}", "parameters.a.default", "not an Int"},
		{"same place", "aliyun", `parameters: {a: {in: query, to: "header:X_B"}, x-b: {in: header}}`, "parameters.x-b", "parameter a goes to the same place"},
		{"managed header", "aliyun", "parameters: {a: {in: query, to: header:Host}}", "parameters.a", "Host follows from"},
		{"client's address", "aliyun", "parameters: {x-forwarded-for: {in: header}}", "parameters.x-forwarded-for", "who the client is"},
		{"cookie", "aliyun", "parameters: {a: {in: query, to: cookie:a}}", "parameters.a.to.in", "not in a cookie"},
		{"no place in the path", "aliyun", "parameters: {a: {in: query, required: true, to: path:a}}", "parameters.a.to", "backend.path has no place for a"},
		{"not always in the path", "aliyun", `parameters: {a: {in: query, to: path:a}}, backend: {path: "/[a]"}`, "parameters.a.to", "cannot do without it"},
		{"nothing for the path", "aliyun", `backend: {path: "/[ID]"}`, "backend.path", "nothing goes to its place ID"},
		{"signature", "nhn", "backend: {signature: {key: k, secret: s}}", "backend.signature", "dialect nhn signs nothing"},
		{"signature without secret", "aliyun", `backend: {signature: {key: "", secret: s}}`, "backend.signature", "needs a key and a secret"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, problems := compiled(t, `version: 1
apis:
  - name: a
    hosts: [h]
    dialect: `+tt.dialect+`
    backend: {url: "https://b.example.com"}
    routes: [{path: "/x/{id}", methods: [GET], `+tt.route+`}]
`, nil)
			if g != nil || len(problems) == 0 || problems[0].Path != "apis[0].routes[0]."+tt.key || !strings.Contains(problems[0].Text, tt.text) {
				t.Errorf("problems = %v, want %s: %s", problems, tt.key, tt.text)
			}
		})
	}
}

// TestBrokenPattern: the vendor answers for a route whose definition is not whole.
func TestBrokenPattern(t *testing.T) {
	g, problems := compiled(t, strings.Replace(guarded("", ""), "dialect: nhn", "dialect: aliyun\n    parameters: {a: {in: query, pattern: \"[a\"}}", 1), nil)
	if len(problems) == 0 || !problems[0].Defect || !strings.HasSuffix(problems[0].Path, ".parameters.a.pattern") {
		t.Fatalf("problems = %v, want one defect", problems)
	}
	if a := answered(t, g, request("/nhn/m")); a.Status != 500 || a.Header.Get("X-Ca-Error-Code") != "X500AM" {
		t.Errorf("answer = %d %v, want X500AM", a.Status, a.Header)
	}
}
