package yaml_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/config"
	"postern/shared/config/yaml"
)

// load is a definition that has no problems.
func load(t *testing.T, text string) (*config.Definition, *yaml.Source) {
	t.Helper()
	def, src, problems := yaml.Load("postern.yaml", []byte(text))
	if def != nil {
		problems = append(problems, config.Check(def)...)
	}
	if len(problems) > 0 {
		t.Fatalf("Load finds problems:\n%s", src.Report(problems))
	}
	return def, src
}

func loadRegistry(t *testing.T, text string, def *config.Definition) *config.Registry {
	t.Helper()
	reg, src, problems := yaml.LoadRegistry("registry.yaml", []byte(text))
	if reg != nil {
		problems = append(problems, config.CheckRegistry(reg, def)...)
	}
	if len(problems) > 0 {
		t.Fatalf("LoadRegistry finds problems:\n%s", src.Report(problems))
	}
	return reg
}

func file(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func expect(t *testing.T, name string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s = %+v, want %+v", name, got, want)
	}
}

func TestLoad(t *testing.T) {
	def, _ := load(t, file(t, "everything.yaml"))
	api := def.APIs[0]
	expect(t, "default", def.Default, config.Voice{Name: "nhn"})
	expect(t, "egress", []string{def.Egress.Allow[1].String(), def.Egress.Allow[2].String()}, []string{"fd00::/8", "192.0.2.7/32"})
	expect(t, "hosts", api.Hosts, []config.Host{{Name: "everything.example.com"}, {Name: "*.example.org"}, {Name: "inner.example.com", Kind: "inner"}})
	expect(t, "schema", api.Models["Inline"].Schema, map[string]any{
		"type": "object", "properties": map[string]any{"n": map[string]any{"maximum": 1500.0, "multipleOf": 1.0}},
		"examples": []any{nil, true, "x", []any{1.0, -2.0}},
	})
	expect(t, "answer", api.Answers["route.path"], config.Answer{
		Status: 404, Headers: map[string]string{"X-Why": "none"},
		Bodies: map[string]config.Body{"text/plain": {Text: "gone"}, "text/html": {File: "404.html"}, "*/*": {Text: "gone"}},
	})
	expect(t, "any", api.Auth[0].Any[1].JWT.Claims, map[string]config.Claim{"iss": {Required: true, Values: []string{"a", "b"}}, "aud": {}})
	expect(t, "api-key", api.Auth[3], api.Auth[4])
	expect(t, "limit", api.Limits["api"], config.Limit{
		Per: "api", Rate: config.Rate{N: 500, Per: time.Second}, Burst: 1000,
		Quota: config.Quota{N: 100000, Unit: "month", Zone: "Asia/Seoul"}, Exact: true, Failures: "open",
	})
	expect(t, "block", api.Backend.CA, "-----BEGIN CERTIFICATE-----\n\nnot: a key # nor a comment\n-----END CERTIFICATE-----\n")
	expect(t, "quoted", api.Auth[2].JWT.PublicKey, "-----BEGIN PUBLIC KEY-----\né: a key\n\n-----END PUBLIC KEY-----")
	expect(t, "folded", *api.Routes[1].Maintenance, config.Mock{
		Status: 503, Headers: map[string]string{"x-note": "text over lines"}, Body: "é later\n\n  on",
	})
	expect(t, "max-age", time.Duration(*api.CORS.MaxAge), 10*time.Minute)
	expect(t, "sizes", *api.Sizes, config.Sizes{Request: 960 << 10, Response: 10e6})
}

// TestLoadDeclared reads what a request may carry, which is merged by name and by key.
func TestLoadDeclared(t *testing.T) {
	def, _ := load(t, file(t, "everything.yaml"))
	api := def.APIs[1]
	first, second := api.Routes[0], api.Routes[1]
	number := func(f float64) *float64 { return &f }
	age := config.Parameter{In: "query", Type: "int", Required: true, Min: number(0), Max: number(150)}
	lang := config.Parameter{In: "query", Default: "en", Values: []string{"en", "ko"}, To: &config.Place{In: "header", Name: "X-Lang"}}
	user := config.Parameter{In: "path", Type: "long", Min: number(1), To: &config.Place{In: "path", Name: "id"}}
	expect(t, "api", api.Parameters, map[string]config.Parameter{"userId": user, "age": age, "lang": lang})
	expect(t, "second", second.Parameters, map[string]config.Parameter{
		"age": age, "lang": lang,
		"name": {In: "form", MaxLength: 20, Pattern: "[a-z]+", To: &config.Place{In: "form", Name: "member"}},
	})
	age.Required, age.Max = false, number(99.5)
	expect(t, "first", first.Parameters, map[string]config.Parameter{"userId": user, "age": age})
	expect(t, "unlisted", []string{first.Unlisted, second.Unlisted}, []string{"drop", "pass"})
	expect(t, "signature", *first.Backend.Signature, config.BackendSignature{Key: "k1", Secret: "${secret:backend}"})
	expect(t, "places", api.Auth[1].JWT.Forward, map[string]config.Place{
		"sub": {In: "header", Name: "X-User"}, "level": {In: "query", Name: "level"},
	})
	expect(t, "from", *api.Auth[1].JWT.From, config.Place{In: "query", Name: "token"})
	expect(t, "forwarded-for", *api.Access.XFF, -1)
	expect(t, "backends", []string{first.Backend.VPCAccess, first.Backend.Function, second.Backend.Function, second.Backend.Method},
		[]string{"members", "", "members", "POST"})
}

// TestNone holds the rule of inheritance: mappings are merged by key, lists and values replaced, none removes; the quoted "none"
// is a text where a text is asked for; and none stays a value where it is one of those to choose from.
func TestNone(t *testing.T) {
	def, _ := load(t, file(t, "everything.yaml"))
	api := def.APIs[0]
	first, second := api.Routes[0], api.Routes[1]
	expect(t, "api request", api.Request.Set, map[string]string{"X-A": "a", "X-B": "none"})
	expect(t, "special", api.Limits["tenant"].Special, map[string]config.Quota{"shop": {N: 200, Unit: "hour"}})
	expect(t, "replay", []string{api.Replay, first.Replay, second.Replay}, []string{"if-present", "none", "if-present"})
	expect(t, "limits", first.Limits, map[string]config.Limit{
		"api":  {Per: "api", Rate: config.Rate{N: 1, Per: time.Second}, Burst: 1000, Failures: "open"},
		"plan": {Per: "app", From: "plan"},
	})
	expect(t, "auth", first.Auth, []config.Auth(nil))
	expect(t, "cors", first.CORS, (*config.CORS)(nil))
	expect(t, "deny", [2]int{len(first.Access.Allow), len(first.Access.Deny)}, [2]int{0, 1})
	expect(t, "response", first.Response, (*config.ResponseChange)(nil))
	mock := &config.Mock{Status: 200, Headers: map[string]string{"X-A": "b"}, Body: "hello"}
	expect(t, "backend", *first.Backend, config.Backend{
		Timeout: config.Duration(30 * time.Second), Connect: config.Duration(2 * time.Second),
		PreserveHost: true, CA: api.Backend.CA, Mock: mock,
	})
	expect(t, "second response", *second.Response, config.ResponseChange{Set: map[string]string{"X-A": "a", "X-Z": "1"}, Remove: []string{"X-B"}})
	expect(t, "stages", second.Stages, map[string]config.Policy(nil))
	expect(t, "second limits", second.Limits, api.Limits)
	expect(t, "api again", api.Response, &config.ResponseChange{Set: map[string]string{"X-A": "a"}, Remove: []string{"X-B"}})
}

// TestOverlayOrder uses two policies in both orders: the later one wins, and a removal by one does not leak into another route.
func TestOverlayOrder(t *testing.T) {
	def, _ := load(t, `version: 1
apis:
  - name: a
    hosts: [a.example.com]
    dialect: nhn
    limits: {x: {per: client, rate: 1/s}}
    backend: {mock: {status: 200}}
    policies:
      without: {limits: {x: none}}
      fast: {limits: {x: {per: client, rate: 9/s}}}
    routes:
      - {path: /1, use: [without, fast]}
      - {path: /2, use: [fast, without]}
      - {path: /3, use: [without], limits: {x: {per: api, rate: 5/s}}}
      - {path: /4}
`)
	var rates []string
	for _, r := range def.APIs[0].Routes {
		rates = append(rates, r.Limits["x"].Per+" "+r.Limits["x"].Rate.String())
	}
	expect(t, "rates", rates, []string{"client 9/s", " 0/", "api 5/s", "client 1/s"})
}

// TestEverything keeps the files that the other tests use complete.
func TestEverything(t *testing.T) {
	both := file(t, "everything.yaml") + file(t, "registry.yaml")
	seen := map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if _, unit := reflect.TypeAssert[interface{ Pattern() string }](reflect.Zero(typ)); unit || typ.Kind() != reflect.Struct || seen[typ] {
			return
		}
		seen[typ] = true
		for _, f := range config.Fields(typ) {
			if !strings.Contains(both, f.Key+":") && !strings.Contains(both, f.Key+"\n") {
				t.Errorf("the key %q of %v is not used", f.Key, typ)
			}
			if f.Doc == "" {
				t.Errorf("the key %q of %v is not documented", f.Key, typ)
			}
			walk(f.Type)
		}
	}
	walk(reflect.TypeFor[config.Definition]())
	walk(reflect.TypeFor[config.Registry]())
}

// TestJSON sends what was loaded through JSON, as postern compile does.
func TestJSON(t *testing.T) {
	def, _ := load(t, file(t, "everything.yaml"))
	reg := loadRegistry(t, file(t, "registry.yaml"), nil)
	if got := throughJSON(t, def); !reflect.DeepEqual(got, def) {
		t.Errorf("the definition through JSON = %+v, want %+v", got, def)
	}
	if got := throughJSON(t, reg); !reflect.DeepEqual(got, reg) {
		t.Errorf("the registry through JSON = %+v, want %+v", got, reg)
	}
}

func throughJSON[T any](t *testing.T, v *T) *T {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("Marshal: %v", err)
	}
	back := new(T)
	if err := json.Unmarshal(data, back); err != nil {
		t.Fatalf("Unmarshal(%s): %v", data, err)
	}
	return back
}

// TestLoadJSON reads JSON, with a byte order mark before it.
func TestLoadJSON(t *testing.T) {
	def, _ := load(t, "\ufeff"+`{"version": 1, "apis": [{"name": "a\u00e9", "hosts": ["a.example.com"], "dialect": "nhn",
	"limits": {"x": {"per": "client", "rate": "1/s"}}, "backend": {"mock": {"status": 200}},
	"routes": [{"path": "/{id}", "methods": [], "limits": {"x": "none"}}]}]}`)
	expect(t, "name", def.APIs[0].Name, "aé")
	expect(t, "limits", def.APIs[0].Routes[0].Limits, map[string]config.Limit(nil))
}

func TestRegistry(t *testing.T) {
	reg := loadRegistry(t, file(t, "registry.yaml"), nil)
	expect(t, "secrets", reg.Secrets, map[string]string{"hmac": "a-secret", "jwt": "another"})
	expect(t, "grants", reg.Apps[0].Grants, map[string]config.Grant{"everything": {Plan: "gold"}, "other": {Plan: "none"}})
	expect(t, "plan", reg.Plans["2"], config.Plan{Rate: config.Rate{N: 1, Per: time.Hour}})
	expect(t, "inactive", reg.Apps[0].Keys[1].Inactive, true)
	expect(t, "access keys", reg.Apps[0].AccessKeys, []config.AccessKey{
		{ID: "AKIDshop-1", Secret: "shop-signs-with-this", Secondary: "sealed:0123456789abcdef"},
		{ID: "AKIDshop-0", Secret: "retired # secret", Inactive: true},
	})
	expect(t, "flags", reg.Apps[0].Flags, []config.Flag{config.Disabled})
	expect(t, "grant", reg.Apps[1].Grants["everything"], config.Grant{
		Plan: "gold", Routes: []string{"everything"}, Stages: []string{"test"}, Until: config.Moment(time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)),
	})
	expect(t, "states", []map[string]config.Flags{reg.Hosts, reg.APIs, reg.Owners}, []map[string]config.Flags{
		{"everything.example.com": {config.Legal}}, {"everything": {config.Moved, config.Expired, config.Legal}}, {"acme": {config.Overdue}},
	})
}

func TestInitial(t *testing.T) {
	def, _ := load(t, yaml.InitialDefinition())
	reg := loadRegistry(t, yaml.InitialRegistry("0123456789abcdef", "abcdefghij0123456789"), def)
	expect(t, "secret", reg.Secrets, map[string]string{"members-hmac": "0123456789abcdef"})
	expect(t, "key", reg.Apps[0].Keys[0].Primary, "abcdefghij0123456789")
	expect(t, "health", def.APIs[0].Routes[3].Auth, []config.Auth(nil))
	for _, text := range []string{yaml.InitialDefinition(), yaml.InitialRegistry("", "")} {
		if !strings.HasPrefix(text, "# yaml-language-server: $schema=") {
			t.Errorf("the file begins with %.40q, want the schema for editors", text)
		}
	}
}
