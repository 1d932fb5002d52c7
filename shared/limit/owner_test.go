package limit_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"postern/shared/gateway"
	"postern/shared/limit"
)

// ownerOf is the key that a group of this owner charges for x, "" when it charges nothing.
func ownerOf(t *testing.T, o limit.Owner, x *gateway.Exchange) (key string) {
	t.Helper()
	g := limit.Group{
		Owner: o, Windows: []limit.Window{limit.NewRate("", 1, 1, 1)}, Refusals: &limit.Refusals{},
		Counter: fake{charge: func(c limit.Charge) (limit.Outcome, error) {
			key = c.Owner
			return limit.Outcome{OK: true}, nil
		}},
	}
	step := g.Step()
	if err := step.Run(t.Context(), x); err != nil {
		t.Fatal(err)
	}
	return key
}

func newOwner(t *testing.T, per, api, route string) limit.Owner {
	t.Helper()
	o, err := limit.NewOwner(per, api, route)
	if err != nil {
		t.Fatalf("NewOwner(%q, %q, %q): %v", per, api, route, err)
	}
	return o
}

func exchange() *gateway.Exchange {
	return &gateway.Exchange{
		Request: &gateway.Request{Host: "Api.Example.com:443", Header: http.Header{"X-Tenant": {"blue"}}},
		Client:  netip.MustParseAddr("203.0.113.9"),
		Params:  map[string]string{"id": "a%2Fb"},
	}
}

// TestOwnerKeys: hashes are the first 16 bytes of SHA-256 in base64url, made with Python.
func TestOwnerKeys(t *testing.T) {
	shop := &gateway.Principal{App: "shop", KeyID: "live"}
	for _, tt := range []struct {
		per, api, route string
		caller          *gateway.Principal
		want            string
	}{
		{"api", "members", "", nil, "api:members"},
		{"api", "members", "get", nil, "api:members"},
		{"route", "members", "GET /a:b", nil, "route:members:GET+%2Fa%3Ab"},
		{"app", "members", "", shop, "app:members:shop"},
		{"app", "members", "get", shop, "app:members:get:shop"},
		{"app", "members", "", &gateway.Principal{App: "a:b"}, "app:members:a%3Ab"},
		{"app", "members", "", nil, ""},
		{"app", "members", "", &gateway.Principal{KeyID: "live"}, ""},
		{"client", "members", "", nil, "client:members:" + hash("00000000000000000000ffffcb007109")},
		{"client", "members", "get", nil, "client:members:get:" + hash("00000000000000000000ffffcb007109")},
		{"host", "members", "", nil, "host:members:" + hash("api.example.com")},
		{"header:x-tenant", "members", "", nil, "header:members:X-Tenant:" + hash("blue")},
		{"header:X-Other", "members", "", nil, ""},
		{"path:id", "members", "get", nil, "path:members:get:id:" + hash("a/b")},
		{"path:other", "members", "", nil, ""},
	} {
		x := exchange()
		x.Principal = tt.caller
		if got := ownerOf(t, newOwner(t, tt.per, tt.api, tt.route), x); got != tt.want {
			t.Errorf("per %s of %q, %q: key = %q, want %q", tt.per, tt.api, tt.route, got, tt.want)
		}
	}
}

// hash is the digest of a value of these tests.
func hash(value string) string {
	return map[string]string{
		"00000000000000000000ffffcb007109": "6pLtRdHQ7ws_XczKlBeRTw",
		"api.example.com":                  "0MQ9OIUGTZrrRwIUqRSkOw",
		"blue":                             "Fkd2iMDgBpnGz6RJejYS1w",
		"a/b":                              "wUzdwDP2S53qgOpnXPKAoA",
	}[value]
}

// TestOwnerSpellings: what means the same is one owner, whatever a client writes; what does not is two.
func TestOwnerSpellings(t *testing.T) {
	for _, tt := range []struct {
		name, per string
		change    func(*gateway.Exchange)
		same      bool
	}{
		{"mapped address", "client", func(x *gateway.Exchange) { x.Client = netip.MustParseAddr("::ffff:203.0.113.9") }, true},
		{"zone of an address", "client", func(x *gateway.Exchange) { x.Client = netip.MustParseAddr("::ffff:203.0.113.9%eth0") }, true},
		{"other address", "client", func(x *gateway.Exchange) { x.Client = netip.MustParseAddr("203.0.113.8") }, false},
		{"no address", "client", func(x *gateway.Exchange) { x.Client = netip.Addr{} }, false},
		{"case and port", "host", func(x *gateway.Exchange) { x.Request.Host = "API.example.com" }, true},
		{"dot at the end", "host", func(x *gateway.Exchange) { x.Request.Host = "api.example.com.:80" }, true},
		{"other host", "host", func(x *gateway.Exchange) { x.Request.Host = "www.example.com" }, false},
		{"address as host", "host", func(x *gateway.Exchange) { x.Request.Host = "[::1]" }, false},
		{"other value", "header:X-Tenant", func(x *gateway.Exchange) { x.Request.Header.Set("X-Tenant", "red") }, false},
		{"second value", "header:X-Tenant", func(x *gateway.Exchange) { x.Request.Header.Add("X-Tenant", "red") }, false},
		{"long value", "header:X-Tenant", func(x *gateway.Exchange) { x.Request.Header.Set("X-Tenant", strings.Repeat("x", 9999)) }, false},
		{"empty value", "header:X-Tenant", func(x *gateway.Exchange) { x.Request.Header.Set("X-Tenant", "") }, false},
		{"escapes", "path:id", func(x *gateway.Exchange) { x.Params["id"] = "%61%2f%62" }, true},
		{"broken escape", "path:id", func(x *gateway.Exchange) { x.Params["id"] = "a%2" }, false},
		{"other request", "api", func(x *gateway.Exchange) { x.Client, x.Params = netip.Addr{}, nil }, true},
	} {
		o, x := newOwner(t, tt.per, "members", ""), exchange()
		before := ownerOf(t, o, x)
		tt.change(x)
		after := ownerOf(t, o, x)
		if (before == after) != tt.same || after == "" || len(after) > 80 {
			t.Errorf("%s: key %q becomes %q, want the same: %v", tt.name, before, after, tt.same)
		}
	}
}

// TestOwnerDistinct: no two definitions share a counter by the spelling of their names.
func TestOwnerDistinct(t *testing.T) {
	x, seen := exchange(), map[string]string{}
	x.Principal = &gateway.Principal{App: "c", KeyID: "k"}
	x.Request.Header = http.Header{"B": {"v"}, "C": {"v"}}
	for _, d := range [][3]string{
		{"route", "a:b", "c"},
		{"route", "a", "b:c"},
		{"api", "a:b", ""},
		{"api", "a%3Ab", ""},
		{"app", "a", ""},
		{"app", "a", "b"},
		{"app", "a:b", ""},
		{"header:B", "a", ""},
		{"header:C", "a", ""},
		{"header:C", "a", "B"},
	} {
		key := ownerOf(t, newOwner(t, d[0], d[1], d[2]), x)
		if other, ok := seen[key]; ok {
			t.Errorf("%v and %s share the key %q", d, other, key)
		}
		seen[key] = strings.Join(d[:], " ")
	}
}

func TestKeyOwner(t *testing.T) {
	x, o := exchange(), limit.KeyOwner("members")
	if got := ownerOf(t, o, x); got != "" {
		t.Errorf("key of nobody = %q, want none", got)
	}
	for _, tt := range []struct {
		caller gateway.Principal
		want   string
	}{
		{gateway.Principal{App: "shop", KeyID: "live"}, "key:members:shop:live"},
		{gateway.Principal{App: "shop:live", KeyID: "x"}, "key:members:shop%3Alive:x"},
		{gateway.Principal{KeyID: "live"}, ""},
	} {
		x.Principal = &tt.caller
		if got := ownerOf(t, o, x); got != tt.want || o.Kind != "app" {
			t.Errorf("key of %v = %q, kind %s; want %q, app", tt.caller, got, o.Kind, tt.want)
		}
	}
}

func TestNewOwnerErrors(t *testing.T) {
	for _, per := range []string{"", "host:inner", "parameter:x", "header", "path:", "app:shop", "API", "gateway:x", "route"} {
		_, err := limit.NewOwner(per, "members", "")
		if want := "write gateway, server, api, route, app, owner, client, host, host:inner, header:NAME, path:NAME or parameter:NAME"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("NewOwner(%q) fails with %v, want %q", per, err, want)
		}
	}
}

// TestHostOwner counts each of its hosts for itself, and no other.
func TestHostOwner(t *testing.T) {
	o, keys := limit.HostOwner("members", "", []string{"g1.example.com", "g2.example.com"}), map[string]bool{}
	for _, tt := range []struct {
		host    string
		counted bool
	}{
		{"g1.example.com", true}, {"G1.example.com:8443", true}, {"g2.example.com.", true}, {"api.example.com", false}, {"", false},
	} {
		x := exchange()
		x.Request.Host = tt.host
		key := ownerOf(t, o, x)
		if (key != "") != tt.counted || o.Kind != "host" {
			t.Errorf("key of %q = %q, want one: %v", tt.host, key, tt.counted)
		}
		keys[key] = true
	}
	if len(keys) != 3 { // one of each, and none
		t.Errorf("the keys are %v, want one of each host", keys)
	}
}

// TestParameterOwner counts each value of a parameter, however it is written, and no request without it.
func TestParameterOwner(t *testing.T) {
	for _, tt := range []struct {
		part, query, body string
		counted           bool
	}{
		{"query", "tenant=a%62&x=1", "", true},
		{"query", "x=1&tenant=ab&tenant=other", "", true},
		{"query", "x=1", "tenant=ab", false},
		{"form", "tenant=other", "tenant=ab", true},
		{"form", "tenant=ab", "x=1", false},
		{"header", "tenant=ab", "", false},
	} {
		x, o := exchange(), limit.ParameterOwner("members", "get", "tenant", tt.part)
		x.Request.RawQuery, x.Request.Body = tt.query, []byte(tt.body)
		x.Request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		want := ""
		if tt.counted {
			want = "parameter:members:get:tenant:" + limit.HashedValue("ab")
		}
		if got := ownerOf(t, o, x); got != want || o.Kind != "parameter" {
			t.Errorf("%s %q %q: key %q, want %q", tt.part, tt.query, tt.body, got, want)
		}
	}
}

// FuzzOwner: whatever a client sends, its key begins with what the definition says and is short.
func FuzzOwner(f *testing.F) {
	f.Add("header:X-Tenant", "api.example.com:443", "blue", "a%2Fb")
	f.Add("path:id", "[::1]:80", "", "%")
	f.Add("host", "::", ":", "%zz")
	f.Fuzz(func(t *testing.T, per, host, value, variable string) {
		o, err := limit.NewOwner(per, "members", "get")
		if err != nil {
			return
		}
		_, name, _ := strings.Cut(per, ":")
		x := exchange()
		x.Request.Host, x.Params = host, map[string]string{name: variable}
		x.Request.Header = http.Header{http.CanonicalHeaderKey(name): {value}}
		x.Principal = &gateway.Principal{App: "shop"}
		key := ownerOf(t, o, x)
		if want := o.Kind + ":members"; !strings.HasPrefix(key, want) && per != "gateway" && per != "server" {
			t.Errorf("per %q: key %q, want one that begins with %q", per, key, want)
		}
		if most := len(":members:get:") + len(o.Kind) + 3*len(name) + 23; len(key) > most {
			t.Errorf("per %q: key %q has %d bytes, want at most %d", per, key, len(key), most)
		}
	})
}
