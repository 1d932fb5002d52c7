package app_test

import (
	"net/http"
	"strings"
	"testing"

	"postern/shared/gateway"
)

func redefining(answers string) string {
	return `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    answers:
` + answers + `
    backend: {mock: {status: 204}}
    routes:
      - {path: /m, methods: [GET], validate: {query: [q], headers: [x-t]}}
`
}

func TestAnswers(t *testing.T) {
	const answers = `
      route: {status: 410, headers: {X-Code: "${error.resultCode}", X-Status: "${response.httpStatus}"}}
      route.path:
        status: 404
        bodies: {application/json: '{"e":"${error.resultMessage}","s":${response.httpStatus}}', text/html: {file: 404.html}}
      request: {status: 422, bodies: {text/plain: "general"}}
      request.header: {bodies: {"text/plain;charset=utf-8": "special ${response.httpStatus}"}}`
	g, problems := compiled(t, redefining(answers), map[string]string{"404.html": "<p>${error.resultCode}</p>"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range []struct {
		name, path, query, accept string
		status                    int
		media, body, code         string // a body that begins so
	}{
		{"json by default", "/x", "", "", 404, "application/json", `{"e":"URL Not Found","s":404}`, ""},
		{"html", "/x", "", "text/html", 404, "text/html", `<p>4041007</p>`, ""},
		{"no match", "/x", "", "image/png", 404, "application/json;charset=UTF-8", `{"header":`, ""},
		{"parent", "/m", "", "", 422, "text/plain", "general", ""},
		{"nearest", "/m", "q=1", "", 400, "text/plain;charset=utf-8", "special 400", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &gateway.Request{Method: "GET", Path: c.path, RawQuery: c.query, Header: http.Header{}}
			if c.accept != "" {
				r.Header.Set("Accept", c.accept)
			}
			a := answered(t, g, r)
			media := strings.ToLower(strings.ReplaceAll(a.Header.Get("Content-Type"), " ", ""))
			if a.Status != c.status || media != strings.ToLower(c.media) || !strings.HasPrefix(string(a.Body), c.body) {
				t.Errorf("answer = %d %s %s, want %d %s %s", a.Status, media, a.Body, c.status, c.media, c.body)
			}
		})
	}
	t.Run("headers alone", func(t *testing.T) {
		a := answered(t, g, &gateway.Request{Method: "POST", Path: "/m"})
		if a.Status != 410 || a.Header.Get("X-Code") != "4041007" || a.Header.Get("X-Status") != "410" || !strings.HasPrefix(string(a.Body), `{"header":`) {
			t.Errorf("answer = %d %v %s, want 410 with X-Code, X-Status and the documented body", a.Status, a.Header, a.Body)
		}
	})
}

// TestBrokenAnswer: the vendor answers for a broken text in its own words, whatever was redefined.
func TestBrokenAnswer(t *testing.T) {
	g, problems := compiled(t, redefining(`      route: {status: 410, bodies: {text/plain: "${request.path.", text/html: "ok"}}`), nil)
	if len(problems) != 1 || !problems[0].Defect || problems[0].Path != "apis[0].answers.route.bodies.text/plain" {
		t.Fatalf("problems = %v, want one defect", problems)
	}
	a := answered(t, g, &gateway.Request{Method: "GET", Path: "/x"})
	if a.Status != 500 || !strings.Contains(string(a.Body), "500000002") {
		t.Errorf("answer = %d %s, want 500000002", a.Status, a.Body)
	}
}

func TestAnswerProblems(t *testing.T) {
	for _, c := range []struct{ name, dialect, answers, path, text string }{
		{"unknown kind", "nhn", `{auth.hmc.missing: {status: 401}}`, ".auth.hmc.missing", "there are: auth.basic, auth.grant, auth.hmac, auth.jwks, auth.jwt, auth.key"},
		{"unknown root", "nhn", `{rout: {status: 401}}`, ".rout", "there are: access, auth, backend, "},
		{"below a leaf", "nhn", `{route.path.x: {status: 401}}`, ".route.path.x", "there are: route.path"},
		{"status", "nhn", `{route: {status: 42}}`, ".route.status", "write a status from 200 on"},
		{"header", "nhn", `{route: {headers: {connection: close}}}`, ".route.headers.connection", "remove it"},
		{"content type", "nhn", `{route: {bodies: {json: "{}"}}}`, ".route.bodies.json", "is no content type"},
		{"file", "nhn", `{route: {bodies: {text/html: {file: a.html}}}}`, ".route.bodies.text/html.file", `"a.html" cannot be read`},
		{"text and file", "nhn", `{route: {bodies: {text/html: {text: a, file: b.html}}}}`, ".route.bodies.text/html", "keep one of them"},
		{"cut", "nhn", `{backend.size: {status: 500}}`, ".backend.size", "there is no answer to redefine"},
		{"dialect", "toast", `{route: {status: 410}}`, "", "dialect toast cannot redefine its answers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			definition := strings.Replace(redefining(""), "answers:\n", "answers: "+c.answers+"\n", 1)
			definition = strings.Replace(definition, "dialect: nhn", "dialect: "+c.dialect, 1)
			if c.dialect == "toast" {
				definition = definition[:strings.Index(definition, ", validate")] + "}\n"
			}
			g, problems := compiled(t, definition, map[string]string{"b.html": ""})
			if g != nil || len(problems) == 0 || problems[0].Path != "apis[0].answers"+c.path || !strings.Contains(problems[0].Text, c.text) {
				t.Errorf("problems = %v, want answers%s: %s", problems, c.path, c.text)
			}
		})
	}
}
