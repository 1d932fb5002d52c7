package config_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"postern/shared/config"
)

// sound is a definition without problems, to be broken by tests. Most of what Check finds is in config/yaml/testdata/broken,
// as its reader sees it.
func sound() *config.Definition {
	return &config.Definition{Version: 1, APIs: []config.API{{
		Name: "a", Hosts: []config.Host{{Name: "a.example.com"}}, Dialect: config.Voice{Name: "nhn"},
		Routes: []config.Route{{
			Path: "/a", Methods: []string{"GET", "M-SEARCH"},
			Policy: config.Policy{Backend: &config.Backend{URL: "https://b.example.com:8443/v2", Path: "/x"}},
		}},
	}}}
}

func TestCheck(t *testing.T) {
	if problems := config.Check(sound()); len(problems) > 0 {
		t.Fatalf("Check(sound) = %v, want no problem", problems)
	}
	for _, tt := range []struct {
		name   string
		change func(*config.Definition)
		want   string // of the one problem; "": none
	}{
		{"version", func(d *config.Definition) { d.Version = 2 }, "version: version 2"},
		{"no API", func(d *config.Definition) { d.APIs = nil }, "apis: nothing is served"},
		{"API without name", func(d *config.Definition) { d.APIs[0].Name = "" }, "apis[0].name: an API needs"},
		{"no host", func(d *config.Definition) { d.APIs[0].Hosts = nil }, "apis[0].hosts: name at least"},
		{"long host", func(d *config.Definition) { d.APIs[0].Hosts[0].Name = strings.Repeat("a.", 130) + "com" }, "apis[0].hosts[0]: "},
		{"long label", func(d *config.Definition) { d.APIs[0].Hosts[0].Name = strings.Repeat("a", 64) + ".com" }, "apis[0].hosts[0]: "},
		{"host with hyphen", func(d *config.Definition) { d.APIs[0].Hosts[0].Name = "-a.com" }, "apis[0].hosts[0]: "},
		{"host is an address", func(d *config.Definition) { d.APIs[0].Hosts[0].Name = "127.0.0.1" }, ""},
		{"wildcard", func(d *config.Definition) { d.APIs[0].Hosts[0].Name = "*.a_b.com" }, ""},
		{"base", func(d *config.Definition) { d.APIs[0].Base = "/{domain}" }, "apis[0].base: a base is a plain path"},
		{"base of all", func(d *config.Definition) { d.APIs[0].Base = "/" }, ""},
		{"no path", func(d *config.Definition) { d.APIs[0].Routes[0].Path = "" }, `apis[0].routes[0].path: a path begins with /: write "/"`},
		{"two schemes", func(d *config.Definition) {
			d.APIs[0].Auth = []config.Auth{{APIKey: &config.APIKey{}, Any: []config.Auth{{APIKey: &config.APIKey{}}}}}
		}, "apis[0].auth[0]: an entry of auth is one scheme"},
		{"within any", func(d *config.Definition) {
			d.APIs[0].Auth = []config.Auth{{Any: []config.Auth{{}}}}
		}, "apis[0].auth[0].any[0]: an entry of auth names a scheme"},
		{"signed headers", func(d *config.Definition) {
			d.APIs[0].Auth = []config.Auth{{HMAC: &config.HMAC{Secret: "x", Headers: []string{"a", "b:"}}}}
		}, "apis[0].auth[0].hmac.require-headers[1]: "},
		{"neither allow nor deny", func(d *config.Definition) { d.APIs[0].Routes[0].Access = &config.Access{} }, "apis[0].routes[0].access: write either"},
		{"an API's access is completed", func(d *config.Definition) { d.APIs[0].Access = &config.Access{} }, ""},
		{"an API's backend is completed", func(d *config.Definition) { d.APIs[0].Backend = &config.Backend{Timeout: 1} }, ""},
		{"a policy's limit is completed", func(d *config.Definition) {
			d.APIs[0].Uses = map[string]config.Policy{"p": {Limits: map[string]config.Limit{"x": {Burst: 5}}}}
		}, ""},
		{"but what it says holds", func(d *config.Definition) {
			d.APIs[0].Uses = map[string]config.Policy{"p": {Limits: map[string]config.Limit{"x": {Per: "nobody"}}}}
		}, "apis[0].policies.p.limits.x.per: "},
		{"stage", func(d *config.Definition) {
			d.APIs[0].Stages = map[string]config.Policy{"test": {Backend: &config.Backend{URL: "ftp://x"}}}
		}, "apis[0].stages.test.backend.url: "},
		{"URL known later", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.URL = "${env:BACKEND}" }, ""},
		{"URL with an address", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.URL = "http://[::1]:8080" }, ""},
		{"URL that is none", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.URL = "http://u:hunter2@[::1" }, `apis[0].routes[0].backend.url: "…@[::1" is`},
		{"breaker", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.Breaker = &config.Breaker{Failures: -1} }, "apis[0].routes[0].backend.breaker.failures: "},
		{"no origin", func(d *config.Definition) { d.APIs[0].Routes[0].CORS = &config.CORS{} }, "apis[0].routes[0].cors.origins: "},
		{"origins", func(d *config.Definition) {
			d.APIs[0].Routes[0].CORS = &config.CORS{Origins: []string{"*", "http://a:8080", "${env:ORIGIN}"}, Headers: []string{"*"}}
		}, ""},
		{"content types", func(d *config.Definition) {
			d.APIs[0].Routes[0].Validate = &config.Validate{ContentTypes: []string{"*/*", "text/plain; charset=utf-8"}}
		}, ""},
		{"no such model", func(d *config.Definition) { d.APIs[0].Routes[0].Validate = &config.Validate{Body: "M"} }, `apis[0].routes[0].validate.body: the API has no model "M"`},
		{"empty model", func(d *config.Definition) { d.APIs[0].Models = map[string]config.Model{"M": {}} }, "apis[0].models.M: a model is either"},
		{"remove", func(d *config.Definition) {
			d.APIs[0].Request = &config.RequestChange{Set: map[string]string{"x": "a"}, Remove: []string{"x y"}}
		}, "apis[0].request.remove[0]: "},
		{"response", func(d *config.Definition) {
			d.APIs[0].Response = &config.ResponseChange{Set: map[string]string{"x": "a\r\nb: c"}}
		}, "apis[0].response.set.x: a header's value is one line"},
		{"maintenance", func(d *config.Definition) { d.APIs[0].Routes[0].Maintenance = &config.Mock{} }, "apis[0].routes[0].maintenance.status: 0 is no"},
		{"hops", func(d *config.Definition) { d.Trust = -1 }, "trusted-hops: "},
		{"API twice", func(d *config.Definition) { d.APIs = append(d.APIs, d.APIs[0]) }, `apis[1].name: another API is called "a" too`},
		{"route twice", func(d *config.Definition) {
			d.APIs[0].Routes[0].Name = "r"
			d.APIs[0].Routes = append(d.APIs[0].Routes, d.APIs[0].Routes[0])
		}, `apis[0].routes[1].name: another route is called "r" too`},
		{"host is a URL", func(d *config.Definition) { d.APIs[0].Hosts[0].Name = "http://a.com" }, "apis[0].hosts[0]: "},
		{"host with port", func(d *config.Definition) { d.APIs[0].Hosts[0].Name = "a.com:80" }, "apis[0].hosts[0]: "},
		{"star within", func(d *config.Definition) { d.APIs[0].Hosts[0].Name = "a.*.com" }, "apis[0].hosts[0]: "},
		{"base without slash", func(d *config.Definition) { d.APIs[0].Base = "a" }, "apis[0].base: a base begins"},
		{"base with slash", func(d *config.Definition) { d.APIs[0].Base = "/a/" }, "apis[0].base: a base does not end"},
		{"path with query", func(d *config.Definition) { d.APIs[0].Routes[0].Path = "/a?b=c" }, "apis[0].routes[0].path: "},
		{"method", func(d *config.Definition) { d.APIs[0].Routes[0].Methods[0] = "" }, "apis[0].routes[0].methods[0]: "},
		{"small method", func(d *config.Definition) { d.APIs[0].Routes[0].Methods[0] = "Get" }, "apis[0].routes[0].methods[0]: methods are written in capitals: GET"},
		{"answer", func(d *config.Definition) {
			d.APIs[0].Answers = map[string]config.Answer{"route": {Status: 99}}
		}, "apis[0].answers.route.status: 99 is"},
		{"answer's body", func(d *config.Definition) {
			d.APIs[0].Answers = map[string]config.Answer{"route": {Bodies: map[string]config.Body{"text/plain": {Text: "a", File: "b"}}}}
		}, "apis[0].answers.route.bodies.text/plain: "},
		{"answer's type", func(d *config.Definition) {
			d.APIs[0].Answers = map[string]config.Answer{"route": {Bodies: map[string]config.Body{"json": {}}}}
		}, `apis[0].answers.route.bodies.json: "json" is no content type`},
		{"hmac without secret", func(d *config.Definition) { d.APIs[0].Auth = []config.Auth{{HMAC: &config.HMAC{}}} }, ""},
		{"any within any", func(d *config.Definition) {
			key := []config.Auth{{APIKey: &config.APIKey{}}}
			d.APIs[0].Auth = []config.Auth{{Any: []config.Auth{{Any: key}}}}
		}, "apis[0].auth[0].any[0].any: "},
		{"no algorithm", func(d *config.Definition) { jwt(d, config.JWT{Secret: "x"}) }, "apis[0].auth[0].jwt: jwt needs an algorithm"},
		{"HS256", func(d *config.Definition) { jwt(d, config.JWT{Algorithm: "HS256", Secret: "x"}) }, ""},
		{"HS256 without secret", func(d *config.Definition) { jwt(d, config.JWT{Algorithm: "HS256"}) }, "apis[0].auth[0].jwt: HS256 needs"},
		{"HS256 with a key", func(d *config.Definition) {
			jwt(d, config.JWT{Algorithm: "HS256", Secret: "x", PublicKey: "x"})
		}, "apis[0].auth[0].jwt: HS256 has"},
		{"RS256", func(d *config.Definition) { jwt(d, config.JWT{Algorithm: "RS256", JWKS: "https://a.com"}) }, ""},
		{"RS256 without key", func(d *config.Definition) { jwt(d, config.JWT{Algorithm: "RS256"}) }, "apis[0].auth[0].jwt: RS256 needs"},
		{"RS256 with both", func(d *config.Definition) {
			jwt(d, config.JWT{Algorithm: "RS256", JWKS: "https://a.com", PublicKey: "x"})
		}, "apis[0].auth[0].jwt: RS256 needs"},
		{"RS256 with a secret", func(d *config.Definition) {
			jwt(d, config.JWT{Algorithm: "RS256", PublicKey: "x", Secret: "x"})
		}, "apis[0].auth[0].jwt: RS256 has"},
		{"key set", func(d *config.Definition) { jwt(d, config.JWT{Algorithm: "RS256", JWKS: "a.com"}) }, "apis[0].auth[0].jwt.jwks: "},
		{"rate and quota", func(d *config.Definition) {
			limit(d, config.Limit{Per: "parameter:x", Rate: rate, Burst: 1, Quota: day})
		}, ""},
		{"rate and window", func(d *config.Definition) {
			limit(d, config.Limit{Per: "api", Rate: rate, Window: config.Window{N: 1, For: 1}})
		}, "apis[0].routes[0].limits.x: a limit has"},
		{"quota and plan", func(d *config.Definition) { limit(d, config.Limit{Per: "app", Quota: day, From: "plan"}) }, "apis[0].routes[0].limits.x: a limit has"},
		{"plan and window", func(d *config.Definition) {
			limit(d, config.Limit{Per: "app", From: "plan", Window: config.Window{N: 1, For: 1}})
		}, "apis[0].routes[0].limits.x: a limit has"},
		{"no number", func(d *config.Definition) { limit(d, config.Limit{Per: "app"}) }, ""},
		{"plan of a client", func(d *config.Definition) { limit(d, config.Limit{Per: "client", From: "plan"}) }, "apis[0].routes[0].limits.x.per: the plan"},
		{"burst without rate", func(d *config.Definition) { limit(d, config.Limit{Per: "api", Quota: day, Burst: 1}) }, "apis[0].routes[0].limits.x: burst"},
		{"negative burst", func(d *config.Definition) { limit(d, config.Limit{Per: "api", Rate: rate, Burst: -1}) }, "apis[0].routes[0].limits.x: burst"},
		{"special alone", func(d *config.Definition) {
			limit(d, config.Limit{Per: "api", Rate: rate, Special: map[string]config.Quota{"a": day}})
		}, "apis[0].routes[0].limits.x: special"},
		{"no zone", func(d *config.Definition) {
			limit(d, config.Limit{Per: "api", Quota: config.Quota{N: 1, Unit: "day", Zone: "Local"}})
		}, "apis[0].routes[0].limits.x.quota: "},
		{"no zone in special", func(d *config.Definition) {
			limit(d, config.Limit{Per: "api", Quota: day, Special: map[string]config.Quota{"a": {N: 1, Unit: "day", Zone: "Nowhere"}}})
		}, "apis[0].routes[0].limits.x.special.a: "},
		{"path of nobody", func(d *config.Definition) { limit(d, config.Limit{Per: "path:", Rate: rate}) }, "apis[0].routes[0].limits.x.per: path: goes on"},
		{"header of nobody", func(d *config.Definition) { limit(d, config.Limit{Per: "header:a b", Rate: rate}) }, "apis[0].routes[0].limits.x.per: "},
		{"nearly a parameter", func(d *config.Definition) { limit(d, config.Limit{Per: "paramter:x", Rate: rate}) }, `apis[0].routes[0].limits.x.per: "paramter:x" is nobody whose requests can be counted; did you mean "parameter:x"?`},
		{"owner with a name", func(d *config.Definition) { limit(d, config.Limit{Per: "client:x", Rate: rate}) }, `apis[0].routes[0].limits.x.per: "client:x" is nobody whose requests can be counted; did you mean "client"?`},
		{"URL and mock", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.Mock = &config.Mock{Status: 200} }, "apis[0].routes[0].backend: a backend is either"},
		{"neither URL nor mock", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.URL = "" }, "apis[0].routes[0].backend: a backend needs"},
		{"backend's path", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.Path = "x" }, "apis[0].routes[0].backend.path: "},
		{"fragment", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.URL = "http://a.com/#b" }, "apis[0].routes[0].backend.url: "},
		{"user", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.URL = "http://u:p@a.com" }, "apis[0].routes[0].backend.url: a URL here holds no user"},
		{"no host in a URL", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.URL = "http:///a" }, "apis[0].routes[0].backend.url: "},
		{"pre-call", func(d *config.Definition) {
			d.APIs[0].Precall = &config.Precall{URL: "https://a.com", Method: "GET", Vary: []string{""}}
		}, "apis[0].pre-call.vary[0]: "},
		{"pre-call's method", func(d *config.Definition) { d.APIs[0].Precall = &config.Precall{URL: "https://a.com", Method: "get"} }, "apis[0].pre-call.method: "},
		{"content type", func(d *config.Definition) {
			d.APIs[0].Validate = &config.Validate{ContentTypes: []string{"json"}}
		}, "apis[0].validate.content-types[0]: "},
		{"origin", func(d *config.Definition) { d.APIs[0].CORS = &config.CORS{Origins: []string{"a.com"}} }, "apis[0].cors.origins[0]: "},
		{"parameter", func(d *config.Definition) {
			declare(d, config.Parameter{In: "query", Type: "double", Min: number(0.5), Max: number(0.5), MaxLength: 1, To: &config.Place{In: "header", Name: "X-A"}})
		}, ""},
		{"parameter of nowhere", func(d *config.Definition) { declare(d, config.Parameter{}) }, "apis[0].routes[0].parameters.x y.in: say where"},
		{"parameter of an API, to be placed", func(d *config.Definition) {
			d.APIs[0].Parameters = map[string]config.Parameter{"x": {Min: number(1), To: &config.Place{}}}
		}, ""},
		{"header parameter", func(d *config.Definition) { declare(d, config.Parameter{In: "header"}) }, `apis[0].routes[0].parameters.x y: "x y" is no name of a header`},
		{"bounds of a text", func(d *config.Definition) { declare(d, config.Parameter{In: "query", Max: number(1)}) }, "apis[0].routes[0].parameters.x y: min and max are of numbers"},
		{"bounds the wrong way round", func(d *config.Definition) {
			declare(d, config.Parameter{In: "query", Type: "int", Min: number(2), Max: number(1)})
		}, "apis[0].routes[0].parameters.x y: no number is both at least 2 and at most 1"},
		{"length", func(d *config.Definition) { declare(d, config.Parameter{In: "query", MaxLength: -1}) }, "apis[0].routes[0].parameters.x y.max-length: "},
		{"default of a required parameter", func(d *config.Definition) {
			declare(d, config.Parameter{In: "query", Required: true, Default: "x"})
		}, "apis[0].routes[0].parameters.x y.default: a required parameter"},
		{"parameter to a cookie", func(d *config.Definition) {
			declare(d, config.Parameter{In: "query", To: &config.Place{In: "cookie", Name: "a"}})
		}, "apis[0].routes[0].parameters.x y.to: a backend gets"},
		{"parameter to no header", func(d *config.Definition) {
			declare(d, config.Parameter{In: "query", To: &config.Place{In: "header", Name: "a b"}})
		}, `apis[0].routes[0].parameters.x y.to: "a b" is no name`},
		{"backend's method", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.Method = "get" }, "apis[0].routes[0].backend.method: methods are written in capitals"},
		{"signature", func(d *config.Definition) {
			d.APIs[0].Routes[0].Backend.Signature = &config.BackendSignature{Key: "k"}
		}, "apis[0].routes[0].backend.signature: a signature needs"},
		{"path variables", func(d *config.Definition) { d.APIs[0].Routes[0].Backend.Path = "${request.path}" }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			def := sound()
			tt.change(def)
			judge(t, config.Check(def), tt.want)
		})
	}
}

var (
	rate = config.Rate{N: 1, Per: 1}
	day  = config.Quota{N: 1, Unit: "day", Zone: "Asia/Seoul"}
)

func jwt(d *config.Definition, j config.JWT) { d.APIs[0].Auth = []config.Auth{{JWT: &j}} }

func limit(d *config.Definition, l config.Limit) {
	d.APIs[0].Routes[0].Limits = map[string]config.Limit{"x": l}
}

func judge(t *testing.T, problems config.Problems, want string) {
	t.Helper()
	if want == "" && len(problems) > 0 || want != "" && (len(problems) != 1 || !strings.HasPrefix(problems[0].String(), want)) {
		t.Errorf("Check = %v, want %q", problems, want)
	}
}

func TestProblems(t *testing.T) {
	problems := config.Problems{{Path: "a.b", Text: "wrong"}, {Path: "c", Text: "broken", Defect: true}}
	if got, want := problems.Error(), "a.b: wrong\nc: broken"; got != want {
		t.Errorf("Error() = %q, want %q", got, want)
	}
	if got := problems.Fatal(); !slices.Equal(got, problems[:1]) {
		t.Errorf("Fatal() = %v, want the first", got)
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"limits", "auth", "access", "pre-call", "api"}
	for word, want := range map[string]string{
		"limts": "limits", "limist": "limits", "limitss": "limits", "limits": "limits", "Auth": "auth", "precall": "pre-call",
		"acces": "access", "backend": "", "": "", "l": "", "ai": "api", strings.Repeat("limits", 20): "",
	} {
		if got := config.Suggest(word, known); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", word, got, want)
		}
	}
}

// TestShortForms reads the words that stand for mappings.
func TestShortForms(t *testing.T) {
	for _, word := range (config.Auth{}).Words() {
		var a config.Auth
		if err := a.FromWord(word); err != nil || (a.HMAC != nil) != (word == "hmac") || (a.JWT != nil) != (word == "jwt") || (a.APIKey != nil) != (word == "api-key") {
			t.Errorf("FromWord(%q) = %+v, %v, want that scheme", word, a, err)
		}
	}
	var v config.Voice
	var h config.Host
	var b config.Body
	if err := errors.Join(v.FromWord("nhn"), h.FromWord("a.com"), b.FromWord("x")); err != nil || v.Name != "nhn" || h.Name != "a.com" || b.Text != "x" {
		t.Errorf("FromWord = %v, %v, %v, %v, want the words", v, h, b, err)
	}
	var a config.Auth
	if err := a.FromWord("oauth"); err == nil || !strings.Contains(err.Error(), "hmac, jwt or api-key") {
		t.Errorf("FromWord(oauth) = %v, want what may be written", err)
	}
}

// TestFields: the keys of a policy stand among an API's.
func TestFields(t *testing.T) {
	fields := config.Fields(reflect.TypeFor[config.API]())
	at := slices.IndexFunc(fields, func(f config.Field) bool { return f.Key == "replay" })
	if at < 0 {
		t.Fatalf("Fields = %+v, want replay among them", fields)
	}
	var api config.API
	reflect.ValueOf(&api).Elem().FieldByIndex(fields[at].Index).SetString("required")
	if f := fields[at]; api.Replay != "required" || !slices.Equal(f.Enum, []string{"required", "if-present", "none"}) || f.Required || f.Doc == "" {
		t.Errorf("the field replay = %+v, sets %q", f, api.Replay)
	}
	if f := fields[0]; f.Key != "name" || !f.Required || f.Enum != nil {
		t.Errorf("the first field = %+v, want the required name", f)
	}
}

func declare(d *config.Definition, p config.Parameter) {
	d.APIs[0].Routes[0].Parameters = map[string]config.Parameter{"x y": p}
}

func number(f float64) *float64 { return &f }
