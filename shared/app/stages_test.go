package app_test

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/dialect"
	"postern/shared/gateway"
	"postern/shared/guard"
	"postern/shared/memory"
)

// stageful is a dialect with stages, named by the header X-Stage, whose variables are written <name>.
func stageful(t *testing.T) *dialect.Dialect {
	d := *dialects(t)[slices.IndexFunc(dialects(t), func(d *dialect.Dialect) bool { return d.Name == "nhn" && d.Profile == "" })]
	d.Name = "staged"
	rest := slices.DeleteFunc(slices.Clone(d.Order), func(name string) bool { return name == "route" || name == "limit.api" })
	d.Order = append([]string{"state", "limit.api", "stage", "route", "definition"}, rest...)
	d.Stages, d.Variable = []string{"release", "pre", "test"}, regexp.MustCompile(`<([a-z]+)>`)
	d.Stage = func(r *gateway.Request) (string, error) {
		name := r.Header.Get("X-Stage")
		if name == "broken" {
			return "", errors.New("no name")
		}
		return cmp.Or(name, "release"), nil
	}
	return &d
}

type bed struct {
	*gateway.Gateway
	last *gateway.Record
}

// staged compiles a definition with the dialect above. States are the registry's.
func staged(t *testing.T, definition string, reg *config.Registry) (*bed, config.Problems) {
	t.Helper()
	def, source, problems := yaml.Load("postern.yaml", []byte(definition))
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	if problems := config.Check(def); len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	known := memory.NewRegistry()
	if err := known.Apply(reg); err != nil {
		t.Fatal(err)
	}
	b := &bed{}
	g, problems := app.New(def, app.Options{
		Dialects: append(dialects(t), stageful(t)), Keys: known, Plans: known, States: known, Breaker: &memory.Breaker{},
		Counter: memory.NewCounter(), Log: func(_ context.Context, r *gateway.Record) { b.last = r },
	})
	b.Gateway = g
	return b, problems
}

// ask is the answer's body, or the kind of what was refused and its argument.
func (b *bed) ask(t *testing.T, stage, path string) string {
	t.Helper()
	r := &gateway.Request{Method: "GET", Path: path, Header: http.Header{}}
	if stage != "" {
		r.Header.Set("X-Stage", stage)
	}
	a := answered(t, b.Gateway, r)
	if refusal := b.last.Refusal; refusal != nil {
		return strings.TrimSpace(string(refusal.Fault.Kind) + " " + refusal.Fault.Args["name"])
	}
	return string(a.Body)
}

const stagedAPI = `version: 1
egress: {allow: [127.0.0.1]}
apis:
  - name: a
    hosts: [h]
    dialect: staged
    backend: {url: "BACKEND/<where>"}
    request: {set: {X-A: "<where>-<what>"}}
    variables: {what: thing}
    stages:
      release: {variables: {where: live}}
      test: {variables: {where: try, what: toy}}
    routes:
      - {path: /all, methods: [GET]}
      - {path: /new, methods: [GET], in: [test], request: none}
      - {path: /mock, methods: [GET], backend: {url: none, mock: {status: 200, body: "<where>"}}, request: none, stages: {test: {backend: {mock: {body: "test"}}}}}
      - {path: /lost, methods: [GET], request: {set: {X-A: "<lost>"}}, stages: {release: {variables: {lost: found}}}}
      - {path: /counted, methods: [GET], limits: {own: {per: route, quota: 1/day}}, request: none}
      - {path: /shared, methods: [GET], limits: {whole: {per: client, quota: 1/day}}, request: none}
`

// TestStages: a request gets the routes, policies and variables of its stage alone.
func TestStages(t *testing.T) {
	b, problems := staged(t, strings.ReplaceAll(stagedAPI, "BACKEND", echo(t)), &config.Registry{})
	if fatal := problems.Fatal(); len(fatal) > 0 {
		t.Fatal(fatal)
	}
	if len(problems) != 1 || problems[0].Path != "apis[0].routes[3].stages.test.request.set.X-A" || !strings.Contains(problems[0].Text, `the stage test has no variable "lost"`) {
		t.Errorf("problems = %v, want the missing variable alone", problems)
	}
	for _, tt := range []struct{ stage, path, want string }{
		{"", "/all", `GET /live/all host=`},
		{"", "/all", `a=["live-thing"]`},
		{"release", "/all", `GET /live/all host=`},
		{"test", "/all", `GET /try/all host=`},
		{"test", "/all", `a=["try-toy"]`},
		{"pre", "/all", "route.path"},
		{"other", "/all", "route.stage"},
		{"broken", "/nowhere", "route.stage"},
		{"test", "/new", "GET /try/new"},
		{"release", "/new", "route.path"},
		{"", "/mock", "<where>"},
		{"test", "/mock", "test"},
		{"", "/lost", `a=["found"]`},
		{"test", "/lost", "route.variable lost"},
		{"test", "/all", `GET /try/all`},
		{"", "/counted", "GET /live/counted"},
		{"", "/counted", "limit.route.quota own"},
		{"test", "/counted", "GET /try/counted"},
		{"test", "/counted", "limit.route.quota own"},
		{"", "/shared", "GET /live/shared"},
		{"test", "/shared", "GET /try/shared"},
		{"test", "/shared", "limit.client.quota whole"},
	} {
		if got := b.ask(t, tt.stage, tt.path); !strings.Contains(got, tt.want) {
			t.Errorf("%s in stage %q = %s, want %s", tt.path, tt.stage, got, tt.want)
		}
	}
	b.ask(t, "test", "/all")
	if b.last.Stage != "test" || b.last.Route.Name != "GET /all" {
		t.Errorf("the record has stage %q and route %q", b.last.Stage, b.last.Route.Name)
	}
}

// TestUsualStage: an API that names no stages is in the usual one, and what a stage lacks is no matter to others.
func TestUsualStage(t *testing.T) {
	b, problems := staged(t, `version: 1
apis: [{name: a, hosts: [h], dialect: staged, backend: {mock: {status: 200, body: hello}}, routes: [{path: /a, methods: [GET]}]}]
`, &config.Registry{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for stage, want := range map[string]string{"": "hello", "release": "hello", "test": "route.path", "other": "route.stage"} {
		if got := b.ask(t, stage, "/a"); got != want {
			t.Errorf("in stage %q: %s, want %s", stage, got, want)
		}
	}
}

// TestStageProblems: what the dialect does not have must not look as if it held.
func TestStageProblems(t *testing.T) {
	for _, tt := range []struct {
		name, dialect, more string
		want                []string
	}{
		{"no such stage", "staged", "stages: {release: {}, tset: {}}", []string{"apis[0].stages.tset"}},
		{"no stages", "nhn", "stages: {release: {}}", []string{"apis[0].routes[0].stages"}},
		{"no variables", "nhn", "variables: {a: b}", []string{"apis[0].routes[0].variables"}},
		{"an owner", "staged", "owner: acme", nil},
		{"no owners", "nhn", "owner: acme", []string{"apis[0].owner"}},
		{"a defect of a stage", "staged", "stages: {release: {backend: {mock: none, url: \"http://10.0.0.1\"}}}", []string{
			"apis[0].routes[0].stages.release.backend.url",
		}},
	} {
		_, problems := staged(t, `version: 1
apis: [{name: a, hosts: [h], dialect: `+tt.dialect+`, backend: {mock: {status: 200}}, `+tt.more+`, routes: [{path: /a, methods: [GET]}]}]
`, &config.Registry{})
		var got []string
		for _, p := range problems {
			got = append(got, p.Path)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: problems %v, want them at %v", tt.name, problems, tt.want)
		}
	}
}

// TestStates: what operators closed is refused before the stage is looked at, a withdrawn definition once the route is known.
func TestStates(t *testing.T) {
	const definition = `version: 1
apis: [{name: a, hosts: [h], dialect: staged, owner: acme, backend: {mock: {status: 200, body: hello}}, routes: [{path: /a, methods: [GET]}]}]
`
	flags := func(name string, all ...config.Flag) map[string]config.Flags {
		return map[string]config.Flags{name: all}
	}
	for _, tt := range []struct {
		reg  config.Registry
		want [3]string // of a path that is there, one that is not, and a stage that is not
	}{
		{config.Registry{Owners: flags("acme")}, [3]string{"hello", "route.path", "route.stage"}},
		{config.Registry{}, [3]string{"route.owner", "route.owner", "route.owner"}},
		{config.Registry{Owners: flags("acme", config.Overdue)}, [3]string{"route.overdue", "route.overdue", "route.overdue"}},
		{config.Registry{Owners: flags("acme"), Hosts: flags("h", config.Legal)}, [3]string{"route.host.legal", "route.host.legal", "route.host.legal"}},
		{config.Registry{Owners: flags("acme"), APIs: flags("a", config.Expired)}, [3]string{"definition.expired", "route.path", "route.stage"}},
	} {
		b, problems := staged(t, definition, &tt.reg)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if got := [3]string{b.ask(t, "", "/a"), b.ask(t, "", "/b"), b.ask(t, "other", "/a")}; got != tt.want {
			t.Errorf("with %+v: %q, want %q", tt.reg, got, tt.want)
		}
	}
	if is, err := memory.NewRegistry().Standing(t.Context(), "h", "a", ""); err != nil || is != (guard.Standing{}) {
		t.Errorf("of nobody: %+v, %v", is, err)
	}
}
