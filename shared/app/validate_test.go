package app_test

import (
	"net/http"
	"strings"
	"testing"

	"postern/shared/gateway"
)

const validating = `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    models:
      Inline: {schema: {type: object, required: [price], properties: {price: {type: number, minimum: 1, exclusiveMinimum: true}}}}
      File: {file: models/file.json}
    backend: {mock: {status: 204}}
    routes:
      - {path: /inline, methods: [POST], validate: {body: Inline, content-types: [application/json]}}
      - {path: /file, methods: [POST], validate: {body: File}}
      - {path: /again, methods: [POST], validate: {body: File, query: [q], headers: [x-t]}}
      - {path: /form, methods: [POST], validate: {form: [f]}}
`

func TestValidate(t *testing.T) {
	g, problems := compiled(t, validating, map[string]string{"models/file.json": `{"type":"array"}`})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	const form = "application/x-www-form-urlencoded"
	for _, c := range []struct{ name, path, query, media, body, want string }{
		{"fits", "/inline", "", "application/json", `{"price":2}`, ""},
		{"bound", "/inline", "", "application/json", `{"price":1}`, "$.price: must be greater than 1"},
		{"type", "/inline", "", "text/plain", `x`, "text/plain"},
		{"file", "/file", "", "application/json", `{}`, "$: must be array"},
		{"query", "/again", "", "application/json", `[]`, "'q'"},
		{"header", "/again", "q=1", "application/json", `[]`, "'x-t'"},
		{"form", "/form", "", form, `g=1`, "'f'"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &gateway.Request{Method: "POST", Path: c.path, RawQuery: c.query, Header: http.Header{"Content-Type": {c.media}}, Body: []byte(c.body)}
			a := answered(t, g, r)
			if c.want == "" {
				if a.Status != 204 {
					t.Errorf("answer = %d %s, want 204", a.Status, a.Body)
				}
				return
			}
			if body := string(a.Body); a.Status != 400 || !strings.Contains(body, "4000007") || !strings.Contains(body, "Bad Request (") || !strings.Contains(body, c.want) {
				t.Errorf("answer = %d %s, want 400 with %q", a.Status, a.Body, c.want)
			}
		})
	}
}

// TestModelProblems: a broken model is reported once, whoever uses it.
func TestModelProblems(t *testing.T) {
	for _, c := range []struct{ name, inline, file, path, text string }{
		{"no JSON", "", "{", "apis[0].models.File", "not JSON"},
		{"no file", "", "-", "apis[0].models.File", `"models/file.json" cannot be read: no such file`},
		{"two defects", "", `{"minimum":"1","maximum":"2"}`, "apis[0].models.File", "#/maximum: must be a number; #/minimum: must be a number"},
		{"both", `Inline: {file: a.json, schema: {}}`, `{}`, "apis[0].models.Inline", "set one of them"},
		{"remote", `Inline: {schema: {$ref: "https://e.example/a.json"}}`, `{}`, "apis[0].models.Inline", "is not in this schema"},
	} {
		t.Run(c.name, func(t *testing.T) {
			definition := validating
			if c.inline != "" {
				from := strings.Index(definition, "Inline: {schema")
				definition = definition[:from] + c.inline + definition[from+strings.Index(definition[from:], "\n"):]
			}
			files := map[string]string{"models/file.json": c.file}
			if c.file == "-" {
				files = nil
			}
			g, problems := compiled(t, definition, files)
			if g != nil || len(problems) != 1 || problems[0].Path != c.path || !strings.Contains(problems[0].Text, c.text) {
				t.Errorf("problems = %v, want %s: %s", problems, c.path, c.text)
			}
		})
	}
}
