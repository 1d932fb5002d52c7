package guard_test

import (
	"net/netip"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
)

func TestProtocols(t *testing.T) {
	for _, tt := range []struct {
		known  []string
		scheme string
		want   string // the protocol that is refused
	}{
		{[]string{"https"}, "https", ""},
		{[]string{"https"}, "HTTPS", ""},
		{[]string{"https"}, "http", "HTTP"},
		{[]string{"http"}, "https", "HTTPS"},
		{[]string{"http", "https"}, "https", ""},
		{[]string{"https"}, "", ""},
	} {
		step := guard.Protocols(tt.known)
		kind, args := refused(t, step, &gateway.Request{Scheme: tt.scheme})
		want := fault.RequestProtocol
		if tt.want == "" && tt.scheme != "" {
			want = ""
		}
		if kind != want || args["protocol"] != tt.want || step.Name != "protocol" {
			t.Errorf("%s %q of %v = %q %v, want %q", step.Name, tt.scheme, tt.known, kind, args, tt.want)
		}
	}
}

func TestNetwork(t *testing.T) {
	closed, known := guard.Network{Private: true}, guard.Network{Known: []string{"vpc-1", "vpce-2"}}
	both := guard.Network{Private: true, Known: known.Known}
	for _, tt := range []struct {
		rule            guard.Network
		client, network string
		want            fault.Kind
	}{
		{closed, "10.1.2.3", "", ""},
		{closed, "172.31.0.1", "", ""},
		{closed, "192.168.0.1", "", ""},
		{closed, "127.0.0.1", "", ""},
		{closed, "169.254.1.1", "", ""},
		{closed, "fd00::1", "", ""},
		{closed, "::ffff:10.1.2.3", "", ""},
		{closed, "203.0.113.9", "vpc-1", fault.AccessPublic},
		{closed, "::ffff:203.0.113.9", "", fault.AccessPublic},
		{closed, "172.32.0.1", "", fault.AccessPublic},
		{closed, "2001:db8::1", "", fault.AccessPublic},
		{closed, "", "", fault.AccessPublic},
		{known, "203.0.113.9", "vpc-1", ""},
		{known, "203.0.113.9", "vpc-3 vpce-2", ""},
		{known, "10.1.2.3", "vpc-2", fault.AccessNetwork},
		{known, "10.1.2.3", "", fault.AccessNetwork},
		{both, "10.1.2.3", "vpc-2", fault.AccessNetwork},
		{both, "203.0.113.9", "vpc-2", fault.AccessPublic},
		{guard.Network{Known: []string{}}, "10.1.2.3", "", fault.AccessNetwork},
	} {
		x := &gateway.Exchange{Request: &gateway.Request{Networks: strings.Fields(tt.network)}, Route: &gateway.Route{Name: "list"}}
		if tt.client != "" {
			x.Client = netip.MustParseAddr(tt.client)
		}
		step := tt.rule.Step()
		if got := run(t, step, x); got != string(tt.want) || step.Name != "network" {
			t.Errorf("%s of %+v for %q in %q = %q, want %q", step.Name, tt.rule, tt.client, tt.network, got, tt.want)
		}
		if err := step.Run(t.Context(), x); tt.want == fault.AccessPublic && fault.From(err).Args["route"] != "list" {
			t.Errorf("%v has no route in %v", err, fault.From(err).Args)
		}
	}
}

// Addresses of single applications are more of what the rule lists.
func TestAccessOfApps(t *testing.T) {
	prefix := func(s string) []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix(s)} }
	apps := map[string][]netip.Prefix{"shop": prefix("192.0.2.0/24"), "blog": prefix("198.51.100.0/24")}
	allow := guard.Access{Allow: prefix("10.0.0.0/8"), Apps: apps}
	deny := guard.Access{Deny: prefix("10.0.0.0/8"), Apps: apps}
	alone := guard.Access{Apps: apps}
	for _, tt := range []struct {
		name        string
		rule        guard.Access
		app, client string
		admits      bool
	}{
		{"allowed to all", allow, "", "10.1.2.3", true},
		{"allowed to the app", allow, "shop", "192.0.2.1", true},
		{"allowed to another", allow, "blog", "192.0.2.1", false},
		{"allowed to an app, of nobody", allow, "", "192.0.2.1", false},
		{"allowed to all, of an app", allow, "shop", "10.1.2.3", true},
		{"denied to all", deny, "shop", "10.1.2.3", false},
		{"denied to the app", deny, "shop", "192.0.2.1", false},
		{"denied to another", deny, "blog", "192.0.2.1", true},
		{"denied to an app, of nobody", deny, "", "192.0.2.1", true},
		{"apps alone", alone, "shop", "192.0.2.1", true},
		{"apps alone, elsewhere", alone, "shop", "198.51.100.1", false},
		{"apps alone, of nobody", alone, "", "192.0.2.1", false},
		{"apps alone, of another", alone, "none", "192.0.2.1", false},
	} {
		x := &gateway.Exchange{Client: netip.MustParseAddr(tt.client)}
		if tt.app != "" {
			x.Principal = &gateway.Principal{App: tt.app}
		}
		if got := run(t, tt.rule.Step(), x); (got == "") != tt.admits {
			t.Errorf("%s: %q, want it admitted: %v", tt.name, got, tt.admits)
		}
	}
}

func TestAccessForwardedFor(t *testing.T) {
	list := []string{"192.0.2.1, 10.0.0.2:80", " [2001:db8::3]"}
	for _, tt := range []struct {
		at     int
		allow  string
		lines  []string
		admits bool
	}{
		{0, "192.0.2.1/32", list, true},
		{1, "10.0.0.2/32", list, true},
		{2, "2001:db8::3/128", list, false}, // brackets without a port are no notation of an address
		{-1, "192.0.2.1/32", []string{"10.0.0.2, 192.0.2.1"}, true},
		{-1, "10.0.0.2/32", []string{"10.0.0.2, 192.0.2.1"}, false},
		{-2, "10.0.0.2/32", []string{"10.0.0.2, 192.0.2.1"}, true},
		{-3, "0.0.0.0/0", []string{"10.0.0.2, 192.0.2.1"}, false},
		{2, "0.0.0.0/0", []string{"10.0.0.2, 192.0.2.1"}, false},
		{0, "0.0.0.0/0", nil, false},
		{-1, "0.0.0.0/0", []string{"10.0.0.2,"}, false},
		{-1, "0.0.0.0/0", []string{"unknown"}, false},
		{-1, "10.0.0.2/32", []string{"::ffff:10.0.0.2"}, true},
	} {
		rule := guard.Access{Allow: []netip.Prefix{netip.MustParsePrefix(tt.allow)}, XFF: &tt.at}
		x := &gateway.Exchange{Client: netip.MustParseAddr("203.0.113.9"), Request: &gateway.Request{}}
		x.Request.Header = map[string][]string{"X-Forwarded-For": tt.lines}
		if got := run(t, rule.Step(), x); (got == "") != tt.admits {
			t.Errorf("entry %d of %q = %q, want it admitted: %v", tt.at, tt.lines, got, tt.admits)
		}
	}
}
