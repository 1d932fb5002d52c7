package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/gateway"
)

func TestResolve(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "plain $ {} text", "plain $ {} text"},
		{"secret", "a ${secret:s} b", "a hidden b"},
		{"environment", "${env:E}${env:E}", "outsideoutside"},
		{"the dialect's", "${request.path.id} $!{x} ${secret} ${env}", "${request.path.id} $!{x} ${secret} ${env}"},
		{"no escape", "$${secret:s}", "$hidden"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, err := json.Marshal(c.text)
			if err != nil {
				t.Fatal(err)
			}
			g, problems := compiled(t, changing("toast", `mock: {status: 200, body: `+string(body)+`}`, "name: r"), nil)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			if a := answered(t, g, &gateway.Request{Method: "GET", Path: "/api/x"}); string(a.Body) != c.want {
				t.Errorf("body = %q, want %q", a.Body, c.want)
			}
		})
	}
}

func TestResolveProblems(t *testing.T) {
	const noSecret = "secret no is not in the registry: add it there under secrets"
	for _, c := range []struct{ name, settings, path, text string }{
		{"secret", `request: {set: {X-Key: "${secret:no}"}}`, "apis[0].routes[0].request.set.X-Key", noSecret},
		{"list", `validate: {query: [q, "${env:NO}"]}`, "apis[0].routes[0].validate.query[1]", "environment variable NO is not set"},
		{"pointer", `request: {set: {A: "${secret:s}"}, query: {k: "${secret:no}"}}`, "apis[0].routes[0].request.query.k", noSecret},
		{"not closed", `request: {set: {X-Key: "${secret:s"}}`, "apis[0].routes[0].request.set.X-Key", "write ${secret:NAME}"},
		{"no name", `request: {set: {X-Key: "${env:}"}}`, "apis[0].routes[0].request.set.X-Key", "write ${env:NAME}"},
		{"nested", `request: {set: {X-Key: "${env:${env:E}}"}}`, "apis[0].routes[0].request.set.X-Key", "write ${env:NAME}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			definition := strings.Replace(changing("nhn", `url: "https://b.example"`, c.settings), "/**", "/a", 1)
			g, problems := compiled(t, definition, nil)
			if g != nil || problems[0].Path != c.path || !strings.Contains(problems[0].Text, c.text) {
				t.Errorf("problems = %v, want %s: %s", problems, c.path, c.text)
			}
			if strings.Contains(problems.Error(), "hidden") {
				t.Errorf("problems = %v, with the secret", problems)
			}
		})
	}
}

// TestSecretsAreMasked: a problem that quotes the text it is about does not show what was filled in.
func TestSecretsAreMasked(t *testing.T) {
	definition := changing("nhn", `url: "ftp://${secret:s}/"`, `request: {set: {X-Key: "${no.${secret:s}}"}}`)
	_, problems := compiled(t, definition, nil)
	if len(problems) < 2 || strings.Contains(problems.Error(), "hidden") || !strings.Contains(problems.Error(), "${no.***}") {
		t.Errorf("problems = %v, want two, with *** for the secret", problems)
	}
}

// TestResolveOnce: a route carries its API's policy, but a secret that is missing is one problem.
func TestResolveOnce(t *testing.T) {
	definition := changing("toast", "url: https://b.example", "name: r") + `    auth: [{hmac: {secret: "${secret:no}"}}]
    models: {M: {schema: {properties: {a: {enum: [1, "${env:NO}"]}}}}}
`
	_, problems := compiled(t, definition, nil)
	var got []string
	for _, p := range problems {
		got = append(got, p.Path)
	}
	if want := "apis[0].models.M.schema.properties.a.enum[1] apis[0].auth[0].hmac.secret"; strings.Join(got, " ") != want {
		t.Errorf("problems at %s, want %s", strings.Join(got, " "), want)
	}
}

// TestResolveWithoutStores: nothing is known where nobody says what is.
func TestResolveWithoutStores(t *testing.T) {
	def := &config.Definition{Version: 1, APIs: []config.API{{Name: "${secret:s}", Owner: "${env:E}"}}}
	_, problems := app.New(def, app.Options{})
	if len(problems) < 2 || problems[0].Path != "apis[0].name" || problems[1].Path != "apis[0].owner" {
		t.Errorf("problems = %v, want apis[0].name and apis[0].owner", problems)
	}
	if def.APIs[0].Name != "${secret:s}" {
		t.Errorf("the definition was changed to %q", def.APIs[0].Name)
	}
}

// FuzzResolve: no text panics, none is read twice, and no problem shows what a secret is.
func FuzzResolve(f *testing.F) {
	for _, text := range []string{"${secret:s}", "${env:E", "$${env:${secret:s}}", "${request.x}", "${secret:}", "${secret:s}${env:no}"} {
		f.Add(text)
	}
	const secret = "${secret:no}-\x00topsecret"
	f.Fuzz(func(t *testing.T, text string) {
		def := &config.Definition{Version: 1, APIs: []config.API{{Owner: text, Models: map[string]config.Model{"m": {Schema: []any{text}}}}}}
		_, problems := app.New(def, app.Options{
			Secret: func(name string) (string, bool) { return secret, name == "s" },
			Log:    func(context.Context, *gateway.Record) {},
		})
		if strings.Contains(problems.Error(), "topsecret") && !strings.Contains(text, "topsecret") {
			t.Errorf("%q: the secret is in %v", text, problems)
		}
		if def.APIs[0].Owner != text {
			t.Errorf("%q was changed to %q", text, def.APIs[0].Owner)
		}
	})
}
