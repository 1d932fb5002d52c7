package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/gateway"
	"postern/shared/limit"
	"postern/shared/memory"
)

// limited compiles an API with these limits and routes over counters in memory.
func limited(t *testing.T, dialectName, limits, routes string, counter limit.Counter) (*gateway.Gateway, config.Problems) {
	t.Helper()
	def, source, problems := yaml.Load("postern.yaml", fmt.Appendf(nil, `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: %s
    %s
    limits: {%s}
    backend: {mock: {status: 200, body: hello}}
    routes: [%s]
`, dialectName, map[string]string{"nhn": "auth: [{any: [api-key, {hmac: {secret: x}}]}]"}[dialectName], limits, routes))
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	keys := memory.NewRegistry()
	if err := keys.Apply(sold()); err != nil {
		t.Fatal(err)
	}
	return app.New(def, app.Options{
		Dialects: dialects(t), Keys: keys, Plans: keys, Counter: counter, Breaker: &memory.Breaker{},
		Log: func(context.Context, *gateway.Record) {},
	})
}

// sold are two applications, one with two keys.
func sold() *config.Registry {
	return &config.Registry{
		Version: 1,
		Plans:   map[string]config.Plan{"gold": {Rate: config.Rate{N: 9, Per: time.Second}, Quota: config.Quota{N: 1, Unit: "day"}}},
		Apps: []config.App{
			{
				Name: "shop", Grants: map[string]config.Grant{"members": {Plan: "gold"}},
				Keys: []config.Key{{Name: "1", Primary: "key-1-of-shop", Secondary: "key-1-of-shop-too"}, {Name: "2", Primary: "key-2-of-shop"}},
			},
			{Name: "free", Grants: map[string]config.Grant{"members": {}}, Keys: []config.Key{{Name: "1", Primary: "key-1-of-free"}}},
		},
	}
}

// call is one request and the code wanted, 0 for a pass. The header is one of an application unless it names another.
type call struct {
	path, key string
	header    string // name=value
	after     time.Duration
	want      int
}

const (
	rated  = 4291000 // seed 000: Too Many Requests
	quoted = 4291001 // seed 000: Usage quota exceeded.
)

func TestLimits(t *testing.T) {
	for _, tt := range []struct {
		name, limits, routes string
		calls                []call
	}{
		{"inherited: one counter of the API", "caller: {per: client, rate: 1/s}", "{path: /a}, {path: /b}", []call{
			{path: "/a"}, {path: "/b", want: rated}, {path: "/b", after: time.Second},
		}},
		{"replaced: a counter of the route", "caller: {per: client, rate: 1/s}", "{path: /a}, {path: /b, limits: {caller: {per: client, rate: 1/s, burst: 2}}}", []call{
			{path: "/a"}, {path: "/b"}, {path: "/b"}, {path: "/b", want: rated}, {path: "/a", want: rated},
		}},
		{"defined by routes: a counter of each", "", "{path: /a, limits: {caller: {per: client, rate: 1/s}}}, {path: /b, limits: {caller: {per: client, rate: 1/s}}}", []call{
			{path: "/a"}, {path: "/b"}, {path: "/a", want: rated},
		}},
		{"per api is one counter wherever it is written", "", "{path: /a, limits: {stage: {per: api, quota: 1/day}}}, {path: /b, limits: {stage: {per: api, quota: 1/day}}}", []call{
			{path: "/a"}, {path: "/b", want: quoted},
		}},
		{"per route is a counter of each", "each: {per: route, quota: 1/day}", "{path: /a}, {path: /b}", []call{
			{path: "/a"}, {path: "/b"}, {path: "/a", want: quoted},
		}},
		{"removed", "caller: {per: client, rate: 1/s}", "{path: /a, limits: {caller: none}}", []call{{path: "/a"}, {path: "/a"}}},
		{"rate and quota of one limit", "caller: {per: client, rate: 1/s, quota: 2/minute}", "{path: /a}", []call{
			{path: "/a"}, {path: "/a", want: rated}, {path: "/a", after: time.Second}, {path: "/a", after: 2 * time.Second, want: quoted},
		}},
		{"window from the first call", "caller: {per: host, window: 1/10s}", "{path: /a}", []call{
			{path: "/a"}, {path: "/a", after: 9 * time.Second, want: quoted}, {path: "/a", after: 10 * time.Second},
		}},
		{"header", "tenant: {per: \"header:x-tenant\", rate: 1/s}", "{path: /a}", []call{
			{path: "/a", header: "X-Tenant=1"}, {path: "/a", header: "X-Tenant=2"}, {path: "/a"}, {path: "/a"}, {path: "/a", header: "X-Tenant=2", want: rated},
		}},
		{"path variable", "id: {per: \"path:id\", rate: 1/s}", "{path: \"/{id}\"}, {path: /x/y}", []call{
			{path: "/a"}, {path: "/b"}, {path: "/x/y"}, {path: "/x/y"}, {path: "/%61", want: rated},
		}},
		{"all of one owner or none", "a: {per: api, quota: 5/day}, b: {per: api, rate: 1/s, burst: 2}", "{path: /a}", []call{
			{path: "/a"},
			{path: "/a"},
			{path: "/a", want: rated},
			{path: "/a", want: rated},
			{path: "/a", want: rated},
			{path: "/a", after: 9 * time.Second},
			{path: "/a", after: 9 * time.Second},
			{path: "/a", after: 18 * time.Second},
			{path: "/a", after: 18 * time.Second, want: quoted},
		}},
		{"kept within one owner", "a: {per: api, quota: 3/day, keep-on-refusal: true}, b: {per: api, rate: 1/s}", "{path: /a}", []call{
			{path: "/a"}, {path: "/a", want: rated}, {path: "/a", want: rated}, {path: "/a", after: time.Second, want: quoted},
		}},
		{"app", "app: {per: app, quota: 1/day}", "{path: /a}", []call{
			{path: "/a", key: "key-1-of-shop"}, {path: "/a", key: "key-1-of-free"}, {path: "/a", key: "key-2-of-shop", want: quoted},
		}},
		{"special app", "app: {per: app, quota: 1/day, special: {shop: 5/month}}, calls: {per: app, quota: 2/day}", "{path: /a}", []call{
			{path: "/a", key: "key-1-of-shop"},
			{path: "/a", key: "key-2-of-shop"},
			{path: "/a", key: "key-1-of-shop", want: quoted},
			{path: "/a", key: "key-1-of-free"},
			{path: "/a", key: "key-1-of-free", want: quoted},
		}},
		{"special value", "t: {per: \"header:X-Tenant\", quota: 1/day, special: {big: 2/day}}", "{path: /a}", []call{
			{path: "/a", header: "X-Tenant=big"},
			{path: "/a", header: "X-Tenant=big"},
			{path: "/a", header: "X-Tenant=big", want: quoted},
			{path: "/a", header: "X-Tenant=other"},
			{path: "/a", header: "X-Tenant=other", want: quoted},
		}},
		{"plan of each key", "plan: {per: app, from: plan}", "{path: /a}, {path: /b, limits: {plan: {per: app, from: plan, on-store-failure: open}}}", []call{
			{path: "/a", key: "key-1-of-shop"},
			{path: "/b", key: "key-1-of-shop-too", want: quoted},
			{path: "/a", key: "key-2-of-shop"},
			{path: "/a", key: "key-1-of-free"},
			{path: "/a", key: "key-1-of-free"},
		}},
		{"quota of a zone's day", "day: {per: api, quota: 1/day in Asia/Seoul}", "{path: /a}, {path: /b}", []call{
			{path: "/a"}, {path: "/b", after: 15*time.Hour - 1, want: quoted}, {path: "/b", after: 15 * time.Hour},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, problems := limited(t, "nhn", tt.limits, tt.routes, memory.NewCounter())
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			for i, c := range tt.calls {
				if c.key == "" {
					c.key = "key-1-of-free"
				}
				r := request(c.path, "X-Nhn-Apikey", c.key)
				if name, value, ok := strings.Cut(c.header, "="); ok {
					r.Header.Set(name, value)
				}
				r.Received = received.Add(c.after)
				if _, code := served(t, g, r); code != c.want {
					t.Fatalf("call %d of %s = %d, want %d", i, c.path, code, c.want)
				}
			}
		})
	}
}

// The endpoint's counter rises when the domain's quota refuses (the vendor's usage limit): its two calls are gone before its
// minute is, though the domain admitted one.
func TestKeptCharge(t *testing.T) {
	g, problems := limited(t, "toast", "domain: {per: api, window: 1/10s}",
		"{path: /hello, limits: {endpoint: {per: route, window: 2/60s, keep-on-refusal: true}}}", memory.NewCounter())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for i, c := range []call{
		{want: 0}, {after: 9 * time.Second, want: 20004}, {after: 10 * time.Second, want: 20004}, {after: 60 * time.Second, want: 0},
	} {
		r := request("/hello")
		r.Received = received.Add(c.after)
		if _, code := served(t, g, r); code != c.want {
			t.Errorf("call %d = %d, want %d", i, code, c.want)
		}
	}
}

// watched is a counter that keeps what it was asked.
type watched struct {
	limit.Counter
	asked *[]limit.Window
}

func (w watched) Charge(ctx context.Context, c limit.Charge) (limit.Outcome, error) {
	*w.asked = append(*w.asked, c.Windows...)
	return w.Counter.Charge(ctx, c)
}

// TestLimitsExact: of what is exact no store books units ahead, whatever says how much it is; what is not, stays so.
func TestLimitsExact(t *testing.T) {
	for _, tt := range []struct {
		limits string
		want   string // the windows charged; ! is exact
	}{
		{"a: {per: api, rate: 9/s, quota: 9/day, exact: true}", "a 9/s! a 9/day!"},
		{"a: {per: api, window: 9/10s, exact: true}, b: {per: api, rate: 8/s}", "a 9/10s! b 8/s"},
		{"a: {per: app, quota: 9/day, special: {shop: 5/day}, exact: true}", "a 5/day!"},
		{"a: {per: app, from: plan, exact: true}", "rate 9/s! quota 1/day!"},
		{"a: {per: app, from: plan}", "rate 9/s quota 1/day"},
	} {
		var asked []limit.Window
		g, problems := limited(t, "nhn", tt.limits, "{path: /a}", watched{memory.NewCounter(), &asked})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		served(t, g, request("/a", "X-Nhn-Apikey", "key-1-of-shop"))
		var got []string
		for _, w := range asked {
			got = append(got, w.Name+" "+w.String()+map[bool]string{true: "!"}[w.Exact])
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: charged %v, want %s", tt.limits, got, tt.want)
		}
	}
}

// down is a counter that cannot say.
type down struct{}

func (down) Charge(context.Context, limit.Charge) (limit.Outcome, error) {
	return limit.Outcome{}, fmt.Errorf("no answer")
}

func (down) Refund(context.Context, limit.Handle) error { return nil }

// A request passes only where every limit of the owner is open.
func TestLimitsStoreDown(t *testing.T) {
	const open, closed = "{per: api, rate: 9/s, on-store-failure: open}", "{per: api, rate: 9/s, on-store-failure: closed}"
	for _, tt := range []struct {
		limits string
		want   int
	}{
		{"a: " + open, 200},
		{"a: " + open + ", b: " + open, 200},
		{"a: " + closed, 503},
		{"a: {per: api, rate: 9/s}", 503},
		{"a: " + open + ", b: " + closed, 503},
		{"a: " + closed + ", b: " + open, 503},
	} {
		g, problems := limited(t, "nhn", tt.limits, "{path: /a}", down{})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if status, _ := served(t, g, request("/a", "X-Nhn-Apikey", "key-1-of-free")); status != tt.want {
			t.Errorf("%s: status %d, want %d", tt.limits, status, tt.want)
		}
	}
}

func TestLimitProblems(t *testing.T) {
	for _, tt := range []struct{ dialect, limits, path, text string }{
		{"nhn", "a: {per: parameter:x, rate: 1/s}", "limits", `dialect nhn has no step "limit.parameter"`},
		{"nhn", "a: {per: owner, rate: 1/s}", "limits", `dialect nhn has no step "limit.owner"`},
		{"nhn", "a: {per: gateway, rate: 1/s}", "limits", `dialect nhn has no step "limit.gateway"`},
		{"nhn", "a: {per: server, rate: 1/s}", "limits", `dialect nhn has no step "limit.server"`},
		{"nhn", "a: {per: host:inner, rate: 1/s}", "limits.a.per", "no host of the kind inner"},
		{"nhn", "a: {per: nobody, rate: 1/s}", "limits.a.per", "write gateway, server, api, route"},
		{"nhn", "a: {per: header, rate: 1/s}", "limits.a.per", "header:NAME"},
		{"toast", "a: {per: app, rate: 1/s}", "limits", `dialect toast has no step "limit.app"`},
		{"nhn", "a: {per: api}", "limits.a", "give it a rate"},
		{"nhn", "a: {per: api, rate: 1/s, window: 1/10s}", "limits.a", "write two limits"},
		{"nhn", "a: {per: app, from: plan, quota: 1/day}", "limits.a", "write two limits"},
		{"nhn", "a: {per: client, from: plan}", "limits.a.per", "count per app"},
		{"nhn", "a: {per: app, from: plan}, b: {per: app, from: plan, keep-on-refusal: true}", "limits.b.from", "remove one"},
		{"nhn", "a: {per: api, quota: 1/day, burst: 3}", "limits.a.burst", "give the limit a rate"},
		{"nhn", "a: {per: api, rate: 1/s, burst: -1}", "limits.a.burst", "1 or more"},
		{"nhn", "a: {per: app, rate: 1/s, special: {shop: 1/day}}", "limits.a.special", "give the limit one"},
		{"nhn", "a: {per: client, quota: 1/day, special: {shop: 1/day}}", "limits.a.special", "count per app"},
		{"nhn", "a: {per: api, quota: 1/day in Asia/Soul}", "limits.a.quota", `there is no time zone "Asia/Soul"`},
		{"nhn", "a: {per: api, quota: 1/day in Local}", "limits.a.quota", "there is no time zone"},
		{"nhn", "a: {per: app, quota: 1/day, special: {shop: 1/day in Nowhere}}", "limits.a.special.shop", "there is no time zone"},
	} {
		t.Run(tt.limits, func(t *testing.T) {
			_, problems := limited(t, tt.dialect, tt.limits, "{path: /a}", memory.NewCounter())
			if !slices.ContainsFunc(problems, func(p config.Problem) bool {
				return strings.HasSuffix(p.Path, "."+tt.path) && strings.Contains(p.Text, tt.text) && !p.Defect
			}) {
				t.Errorf("problems = %v, want %s: …%s…", problems, tt.path, tt.text)
			}
			if len(problems) != 1 {
				t.Errorf("problems = %v, want one", problems)
			}
		})
	}
}
