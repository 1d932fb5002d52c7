package app_test

import (
	"strings"
	"testing"

	"postern/shared/gateway"
)

const hello = "backend: {mock: {status: 200, body: hello}}"

// TestLine: what the vendor asks of every request, before the route and also where no API is.
func TestLine(t *testing.T) {
	v := sound(t, group(hello+"\nsizes: {head: 600B, request: 9B}", "{path: /a, methods: [GET, POST]}, {path: /b, methods: [POST], sizes: {request: 12B}}"))
	body := func(r *gateway.Request, length int) *gateway.Request {
		r.Length = int64(length)
		r.Body = []byte(strings.Repeat("x", length))
		return r
	}
	for _, tt := range []struct {
		name    string
		request *gateway.Request
		want    string
	}{
		{"sound", asks(t, "GET", "/a?x=%20", nil), "hello"},
		{"query", asks(t, "GET", "/a?x=%zz", nil), "request.uri uri=x=%zz"},
		{"path", asks(t, "GET", "/a/%00", nil), "request.path path=/a/%00"},
		{"method", asks(t, "PROPFIND", "/a", nil), "request.method method=PROPFIND"},
		{"path and method", asks(t, "PROPFIND", "/a/../..", nil), "request.path path=/a/../.."},
		{"head", asks(t, "GET", "/a", nil, "X-A", strings.Repeat("x", 600)), "request.head limit=600"},
		{"body that some route takes", body(asks(t, "POST", "/b", nil), 12), "hello"},
		{"body that another route takes", body(asks(t, "POST", "/a", nil), 12), "request.size limit=9"},
		{"body that no route takes", body(asks(t, "POST", "/a", nil), 13), "request.size limit=12"},
		{"body that no route takes, nowhere", body(asks(t, "POST", "/c", nil), 13), "request.size limit=12"},
		{"loop", asks(t, "GET", "/nowhere", nil, "X-Ca-Proxy-Hops", "5"), "request.loop"},
		{"nowhere", asks(t, "GET", "/nowhere", nil), "route.path method=GET path=/nowhere"},
		{"upgrade", asks(t, "GET", "/a", nil, "Connection", "upgrade", "Upgrade", "websocket"), "request.upgrade"},
	} {
		if got := v.says(tt.request); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
		if elsewhere := tt.request; strings.HasPrefix(tt.want, "request.") && tt.name != "upgrade" && !strings.Contains(tt.name, "body") && tt.name != "head" {
			elsewhere.Host = "nobody.example.com"
			if got := v.says(elsewhere); got != tt.want {
				t.Errorf("%s, at no API: %s, want %s", tt.name, got, tt.want)
			}
		}
	}
	unknown := asks(t, "GET", "/a", nil)
	unknown.Host = "Nobody.example.com:443"
	if got := v.says(unknown); got != "route.host host=nobody.example.com" {
		t.Errorf("no API: %s", got)
	}
}

// TestHops: each time a request comes through is counted, whatever the definition sets.
func TestHops(t *testing.T) {
	v := sound(t, group(`backend: {url: "`+what(t, "X-Ca-Proxy-Hops")+`"}`, "{path: /a, methods: [GET]}"))
	for sent, want := range map[string]string{"": `/a ["1"]`, "3": `/a ["4"]`, "x": `/a ["1"]`} {
		r := asks(t, "GET", "/a", nil)
		if sent != "" {
			r.Header.Set("X-Ca-Proxy-Hops", sent)
		}
		if got := v.says(r); got != want {
			t.Errorf("after %q hops: %s, want %s", sent, got, want)
		}
	}
}

func TestNetworkOfRoutes(t *testing.T) {
	v := sound(t, group(hello, `{name: plain, path: /p, methods: [GET], protocols: [http]}, {name: inside, path: /i, methods: [GET], access: {public: closed}},
      {path: /n, methods: [GET], access: {networks: [vpc-1]}}, {path: /x, methods: [GET], access: {allow: [192.0.2.0/24], forwarded-for: -1}},
      {path: /s, methods: [GET], auth: [hmac], access: {allow: [10.0.0.0/8], apps: {shop: [203.0.113.0/24]}}}`))
	in := func(r *gateway.Request, network string) *gateway.Request { r.Networks = []string{network}; return r }
	plain := asks(t, "GET", "/p", nil)
	plain.Scheme = "http"
	for _, tt := range []struct {
		name    string
		request *gateway.Request
		want    string
	}{
		{"http", plain, "hello"},
		{"https", asks(t, "GET", "/p", nil), "request.protocol protocol=HTTPS"},
		{"from outside", asks(t, "GET", "/i", nil), "access.public route=inside"},
		{"from inside", from(asks(t, "GET", "/i", nil), "10.1.2.3"), "hello"},
		{"another network", in(asks(t, "GET", "/n", nil), "vpc-2"), "access.network"},
		{"no network", asks(t, "GET", "/n", nil), "access.network"},
		{"the network", in(asks(t, "GET", "/n", nil), "vpc-1"), "hello"},
		{"forwarded for", asks(t, "GET", "/x", nil, "X-Forwarded-For", "10.0.0.1, 192.0.2.7"), "hello"},
		{"forwarded for another", asks(t, "GET", "/x", nil, "X-Forwarded-For", "192.0.2.7, 10.0.0.1"), "access.address"},
		{"forwarded for nobody", asks(t, "GET", "/x", nil), "access.address"},
		{"address of the app", asks(t, "GET", "/s", key("1")), "hello"},
		{"address of another app", asks(t, "GET", "/s", key("3")), "auth.grant.missing"},
		{"no address of the app", from(asks(t, "GET", "/s", key("1")), "198.51.100.1"), "access.address"},
		{"address of all", from(asks(t, "GET", "/s", key("1")), "10.1.2.3"), "hello"},
		{"address and signature", from(asks(t, "GET", "/s", nil), "198.51.100.1"), "auth.hmac.missing"},
	} {
		if got := v.says(tt.request); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestCrossing: preflights are answered before anybody is asked who it is, and refused by kinds of their own.
func TestCrossing(t *testing.T) {
	v := sound(t, group(hello+"\nauth: [hmac]", `{path: /a, methods: [GET, PUT], cors: {origins: ["https://shop.example.com"], methods: [GET]}}, {path: /b, methods: [GET]}`))
	asked := func(path, origin, method string) *gateway.Request {
		return asks(t, "OPTIONS", path, nil, "Origin", origin, "Access-Control-Request-Method", method)
	}
	const shop, evil = "https://shop.example.com", "https://evil.test"
	for _, tt := range []struct {
		name    string
		request *gateway.Request
		want    string
	}{
		{"preflight", asked("/a", shop, "GET"), ""},
		{"of another", asked("/a", evil, "GET"), "access.origin origin=evil.test"},
		{"method that may not be used", asked("/a", shop, "PUT"), "access.origin origin=shop.example.com"},
		{"method that is not there", asked("/a", shop, "DELETE"), "route.preflight method=DELETE path=/a"},
		{"nowhere", asked("/v1/nothing", shop, "PUT"), "route.preflight method=PUT path=/v1/nothing"},
		{"a route without cors", asked("/b", shop, "GET"), "route.preflight method=GET path=/b"},
		{"an actual request of another", asks(t, "GET", "/a", key("1"), "Origin", evil), "access.origin origin=evil.test"},
		{"an actual request", asks(t, "GET", "/a", key("1"), "Origin", shop), "hello"},
		{"unsigned", asks(t, "GET", "/a", nil, "Origin", shop), "auth.hmac.missing"},
		{"no preflight, nowhere", asks(t, "OPTIONS", "/v1/nothing", nil, "Origin", shop), "route.path method=OPTIONS path=/v1/nothing"},
	} {
		if got := v.says(tt.request); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	if v.says(asks(t, "GET", "/a", nil, "Origin", shop)); v.last.Answer.Header.Get("Access-Control-Allow-Origin") != shop {
		t.Errorf("a refusal is marked %v, want one that the script can read", v.last.Answer.Header)
	}
	without := sound(t, group(hello, "{path: /b, methods: [GET]}"))
	if got := without.says(asked("/v1/nothing", shop, "PUT")); got != "route.path method=OPTIONS path=/v1/nothing" {
		t.Errorf("an API without cors: %s", got)
	}
}

// TestTooLate: what the vendor judges before it knows the route, a route cannot say.
func TestTooLate(t *testing.T) {
	const limits = "limits: {all: {per: api, rate: 9/s}, each: {per: client, rate: 9/s}}"
	for _, tt := range []struct{ name, more, route, path, text string }{
		{"head", hello, "sizes: {head: 4KiB}", "routes[0].sizes.head", "one limit for the whole API"},
		{"head of a stage", hello + "\nstages: {release: {sizes: {head: 4KiB}}}", "", "routes[0].stages.release.sizes.head", "one limit for the whole API"},
		{"limit of the gateway", hello, "limits: {all: {per: gateway, rate: 9/s}}", "routes[0].limits.all", "counts per gateway before it knows"},
		{"another limit per api", hello + "\n" + limits, "limits: {all: {rate: 8/s}}", "routes[0].limits.all", "counts per api before it knows"},
		{"a limit per api removed", hello + "\n" + limits, "limits: {all: none}", "routes[0].limits", "the limit all cannot be removed"},
		{"another limit of a stage", hello + "\n" + limits + "\nstages: {test: {limits: {all: {rate: 8/s}}}}", "", "routes[0].stages.test.limits.all", "before it knows"},
	} {
		v := newVendor(t, group(tt.more, "{path: /a, methods: [GET], "+tt.route+"}"))
		found := false
		for _, p := range v.problems.Fatal() {
			found = found || p.Path == "apis[0]."+tt.path && strings.Contains(p.Text, tt.text)
		}
		if !found || v.Gateway != nil {
			t.Errorf("%s: problems %v, want %s: …%s…", tt.name, v.problems, tt.path, tt.text)
		}
	}
	sound(t, group(hello+"\n"+limits+"\nsizes: {head: 4KiB}", "{path: /a, limits: {each: none}, sizes: {request: 1KiB}}"))
	_, problems := compiled(t, guarded("", "access: {allow: [10.0.0.0/8], apps: {shop: [192.0.2.0/24]}, public: closed}\n    protocols: [https]\n    sizes: {head: 1KiB}"), nil)
	text := problems.Error()
	for _, want := range []string{
		"access.apps: dialect nhn judges addresses before it knows who calls", `access: dialect nhn has no step "network"`,
		`protocols: dialect toast has no step "protocol"`, `sizes: dialect nhn has no step "head"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("problems %v, want …%s…", problems, want)
		}
	}
}
