package app_test

import (
	"strings"
	"testing"
	"time"

	"postern/shared/gateway"
)

// TestVendorLimits: the owners that this vendor counts, each in its turn.
func TestVendorLimits(t *testing.T) {
	at0 := func(r *gateway.Request) *gateway.Request { return r }
	inner := func(r *gateway.Request) *gateway.Request { r.Host = "G1.example.com:443"; return r }
	for _, tt := range []struct {
		name, more, routes string
		calls              []*gateway.Request
		want               []string
	}{
		{
			"gateway, before the route", "limits: {all: {per: gateway, rate: 1/s}}", "{path: /a}",
			[]*gateway.Request{asks(t, "GET", "/nowhere", nil), asks(t, "GET", "/a", nil), at(asks(t, "GET", "/a", nil), time.Second)},
			[]string{"route.path method=GET path=/nowhere", "limit.gateway.rate limit=1/s name=all owner=", "hello"},
		},
		{
			"server", "limits: {own: {per: server, rate: 1/s}}", "{path: /a}",
			[]*gateway.Request{asks(t, "GET", "/a", nil), asks(t, "GET", "/a", nil)},
			[]string{"hello", "limit.server.rate limit=1/s name=own owner="},
		},
		{
			"inner host", `limits: {tests: {per: "host:inner", quota: 1/day}}`, "{path: /a}",
			[]*gateway.Request{asks(t, "GET", "/a", nil), asks(t, "GET", "/a", nil), inner(asks(t, "GET", "/a", nil)), inner(asks(t, "GET", "/a", nil))},
			[]string{"hello", "hello", "hello", "limit.host.quota limit=1/day name=tests owner=g1.example.com"},
		},
		{
			"API, before the stage", "limits: {all: {per: api, quota: 1/day}}", "{path: /a}",
			[]*gateway.Request{asks(t, "GET", "/a", nil, "X-Ca-Stage", "QA"), asks(t, "GET", "/a", nil)},
			[]string{"route.stage", "limit.api.quota limit=1/day name=all owner="},
		},
		{
			"owner of the app, and one of its own", "auth: [hmac]\nlimits: {mine: {per: owner, quota: 1/day, special: {acme: 2/day}}}", "{path: /a}",
			[]*gateway.Request{asks(t, "GET", "/a", key("1")), asks(t, "GET", "/a", key("1")), asks(t, "GET", "/a", key("1"))},
			[]string{"hello", "hello", "limit.owner.quota limit=2/day name=mine owner=acme"},
		},
		{
			"nobody's app is not counted per owner", "auth: [hmac]\nlimits: {mine: {per: owner, quota: 0/day}}", "{path: /a, name: list}",
			[]*gateway.Request{asks(t, "GET", "/a", key("3"))},
			[]string{"hello"},
		},
		{
			"parameter", `parameters: {tenant: {in: query}}
limits: {tenants: {per: "parameter:tenant", rate: 1/s, quota: 9/day, special: {big: 5/day}}}`, "{path: /a}",
			[]*gateway.Request{asks(t, "GET", "/a?tenant=a", nil), asks(t, "GET", "/a?tenant=b", nil), asks(t, "GET", "/a", nil), asks(t, "GET", "/a?tenant=%61&tenant=c", nil)},
			[]string{"hello", "hello", "hello", "limit.parameter.rate limit=1/s name=tenants owner="},
		},
		{
			"each stage for itself", "stages: {release: {}, test: {}}\nlimits: {mine: {per: route, quota: 1/day}}", "{path: /a}",
			[]*gateway.Request{asks(t, "GET", "/a", nil), asks(t, "GET", "/a", nil, "X-Ca-Stage", "TEST"), at0(asks(t, "GET", "/a", nil))},
			[]string{"hello", "hello", "limit.route.quota limit=1/day name=mine owner="},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := sound(t, group(hello+"\n"+tt.more, tt.routes))
			for i, r := range tt.calls {
				if got := v.says(r); got != tt.want[i] {
					t.Fatalf("call %d: %s, want %s", i, got, tt.want[i])
				}
			}
		})
	}
}

// TestServersAlone: what a server counts for itself no store sees, and another gateway of the same definition counts anew.
func TestServersAlone(t *testing.T) {
	definition := group(hello+"\nlimits: {own: {per: server, rate: 1/s}}", "{path: /a}")
	for range 2 {
		if got := sound(t, definition).says(asks(t, "GET", "/a", nil)); got != "hello" {
			t.Errorf("first call of a server: %s", got)
		}
	}
}

// TestVendorDefects: this vendor answers for what is broken, at the broken routes alone; all is reported all the same.
func TestVendorDefects(t *testing.T) {
	for _, tt := range []struct{ name, more, route, path, want string }{
		{"a limit without a number", "", "limits: {calls: {per: app}}", "routes[0].limits.calls", "definition.policy name=calls problem=it limits nothing"},
		{"of a named policy", "policies: {gold: {limits: {calls: {per: app}}}}", "use: [gold]", "routes[0].limits.calls", "definition.policy name=gold problem=it limits nothing"},
		{"a plan twice", "limits: {a: {per: app, from: plan}}", "limits: {b: {per: app, from: plan}}", "routes[0].limits.b.from", "definition.policy name=b problem=another limit counts the plan"},
		{"no backend", "", "backend: none", "routes[0].backend", "definition.route"},
		{"keys of tokens", "", "auth: [{jwt: {keys: [{kty: RSA, e: AQAB}]}}]", "routes[0].auth[0].jwt.keys", "definition.jwt problem=keys[0]: an RSA key needs n and e"},
		{"a secret in the keys", "", `auth: [{jwt: {keys: [{kty: "${secret:ann}"}]}}]`, "routes[0].auth[0].jwt.keys", "definition.jwt problem=keys[0]: there is no kty ***"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := newVendor(t, group(hello+"\n"+tt.more, "{path: /broken, methods: [GET], "+tt.route+"}, {path: /a, methods: [GET]}"))
			if fatal := v.problems.Fatal(); len(fatal) > 0 || len(v.problems) != 1 || v.problems[0].Path != "apis[0]."+tt.path || strings.Contains(v.problems.Error(), "hunter2") {
				t.Fatalf("problems %v, want one defect at %s", v.problems, tt.path)
			}
			if got := v.says(asks(t, "GET", "/broken", nil, "Authorization", "Bearer x")); !strings.HasPrefix(got, tt.want) {
				t.Errorf("the broken route: %s, want %s", got, tt.want)
			}
			if got := v.says(asks(t, "GET", "/a", nil)); got != "hello" {
				t.Errorf("another route: %s, want hello", got)
			}
		})
	}
}

// A broken limit of the whole API is reported where it stands, and answered for by every route.
func TestDefectOfTheAPI(t *testing.T) {
	v := newVendor(t, group(hello+"\nlimits: {all: {per: api}, each: {per: client}}", "{path: /a}, {path: /b, limits: {each: none}}"))
	if fatal := v.problems.Fatal(); len(fatal) > 0 {
		t.Fatal(fatal)
	}
	for _, path := range []string{"/a", "/b"} {
		if got := v.says(asks(t, "GET", path, nil)); !strings.HasPrefix(got, "definition.policy name=all") {
			t.Errorf("%s: %s", path, got)
		}
	}
}

func TestVendorLimitProblems(t *testing.T) {
	for _, tt := range []struct{ limits, path, text string }{
		{`a: {per: "parameter:tenat", rate: 1/s}`, "limits.a.per", `there is no parameter "tenat": declare it`},
		{`a: {per: nobody, rate: 1/s}`, "limits.a.per", "write gateway, server"},
	} {
		v := newVendorUnchecked(t, group(hello+"\nparameters: {tenant: {in: query}}\nlimits: {"+tt.limits+"}", "{path: /a}"))
		found := false
		for _, p := range v.problems.Fatal() {
			found = found || strings.HasSuffix(p.Path, tt.path) && strings.Contains(p.Text, tt.text)
		}
		if !found {
			t.Errorf("%s: problems %v, want …%s…", tt.limits, v.problems, tt.text)
		}
	}
	v := newVendorUnchecked(t, strings.Replace(group(hello+"\n"+`limits: {a: {per: "host:inner", rate: 1/s}}`, "{path: /a}"), ", kind: inner", "", 1))
	if !strings.Contains(v.problems.Error(), "the API has no host of the kind inner") {
		t.Errorf("problems %v, want the missing host", v.problems)
	}
}
