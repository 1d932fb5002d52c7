package config_test

import (
	"net/netip"
	"testing"

	"postern/shared/config"
)

// TestCheckAccess: what a route says about addresses and networks. What the reader of a file sees is in
// config/yaml/testdata/broken.
func TestCheckAccess(t *testing.T) {
	some, first := []config.Prefix{{Prefix: netip.MustParsePrefix("10.0.0.0/8")}}, 0
	apps := map[string][]config.Prefix{"shop": some}
	for _, tt := range []struct {
		name string
		p    config.Policy
		want string
	}{
		{"allow", config.Policy{Access: &config.Access{Allow: some, XFF: &first, Apps: apps}}, ""},
		{"deny", config.Policy{Access: &config.Access{Deny: some, XFF: &first}}, ""},
		{"apps alone", config.Policy{Access: &config.Access{Apps: apps}}, ""},
		{"public alone", config.Policy{Access: &config.Access{Public: "closed"}}, ""},
		{"networks alone", config.Policy{Access: &config.Access{Networks: []string{"vpc-1"}}}, ""},
		{"both", config.Policy{Access: &config.Access{Allow: some, Deny: some}}, "access: write either allow or deny"},
		{"nothing", config.Policy{Access: &config.Access{}}, "access: write either allow or deny, apps, public"},
		{"an address of nothing", config.Policy{Access: &config.Access{XFF: &first}}, "access.forwarded-for: it says which"},
		{"an address of nothing, closed", config.Policy{Access: &config.Access{XFF: &first, Public: "closed"}}, "access.forwarded-for: it says which"},
		{"an app of nowhere", config.Policy{Access: &config.Access{Allow: some, Apps: map[string][]config.Prefix{"shop": nil}}}, "access.apps.shop: name"},
		{"no network", config.Policy{Access: &config.Access{Networks: []string{}}}, "access: write either"},
		{"empty network", config.Policy{Access: &config.Access{Networks: []string{"vpc-1", ""}}}, "access.networks[1]: write the id"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			def := sound()
			tt.p.Backend = def.APIs[0].Routes[0].Backend
			def.APIs[0].Routes[0].Policy = tt.p
			if tt.want != "" {
				tt.want = "apis[0].routes[0]." + tt.want
			}
			judge(t, config.Check(def), tt.want)
		})
	}
}

func TestCheckBackendWays(t *testing.T) {
	for _, tt := range []struct {
		name string
		b    config.Backend
		want string
	}{
		{"function", config.Backend{Function: "members"}, ""},
		{"vpc-access", config.Backend{VPCAccess: "lane-b"}, ""},
		{"function and mock", config.Backend{Function: "members", Mock: &config.Mock{Status: 200}}, "apis[0].routes[0].backend: a backend is one of"},
		{"url and function", config.Backend{URL: "https://a.com", Function: "members"}, "apis[0].routes[0].backend: a backend is one of"},
		{"url and vpc-access", config.Backend{URL: "https://a.com", VPCAccess: "lane-b"}, "apis[0].routes[0].backend: a backend is one of"},
	} {
		def := sound()
		def.APIs[0].Routes[0].Backend = &tt.b
		judge(t, config.Check(def), tt.want)
	}
}

func TestCheckPer(t *testing.T) {
	for per, want := range map[string]string{
		"gateway": "", "server": "", "owner": "", "host:inner": "", "host": "", "parameter:tenant": "", "header:X-A": "",
		"gatway":      `did you mean "gateway"?`,
		"servers":     `did you mean "server"?`,
		"instance":    "write api, route",
		"host:iner":   `did you mean "host:inner"?`,
		"host:outer":  `did you mean "host"?`,
		"parametr:a":  `did you mean "parameter:a"?`,
		"parameter":   `did you mean "parameter:NAME"?`,
		"parameter:":  "parameter: goes on with a name",
		"gateway:all": `did you mean "gateway"?`,
		"ownr":        `did you mean "owner"?`,
		"account":     "write api, route",
	} {
		def := sound()
		limit(def, config.Limit{Per: per, Rate: rate})
		problems := config.Check(def)
		if want == "" && len(problems) > 0 || want != "" && (len(problems) != 1 || !contains(problems[0], "apis[0].routes[0].limits.x.per", want)) {
			t.Errorf("per %q: %v, want %q", per, problems, want)
		}
	}
}
