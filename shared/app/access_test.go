package app_test

import (
	"net/netip"
	"strings"
	"testing"
)

// guarded has a service of nhn and a domain of toast. settings are of the definition, then of both APIs.
func guarded(definition, policy string) string {
	return `version: 1
` + definition + `
apis:
  - name: members
    hosts: [h]
    base: /nhn
    dialect: nhn
    ` + policy + `
    backend: {mock: {status: 200}}
    routes: [{path: /m, methods: [GET, POST]}]
  - name: domain
    hosts: [h]
    base: /toast
    dialect: toast
    ` + policy + `
    backend: {mock: {status: 200}}
    routes: [{path: /m, methods: [GET, POST]}]
`
}

func TestAccess(t *testing.T) {
	const allow = "access: {allow: [198.51.100.0/24]}"
	for _, c := range []struct {
		name, api, trust, policy string
		header                   []string
		status                   int
	}{
		{name: "plain", api: "nhn", status: 200},
		{name: "upgrade", api: "nhn", header: []string{"Connection", "upgrade", "Upgrade", "websocket"}, status: 400},
		{name: "nhn refuses a malformed address", api: "nhn", header: []string{"X-Forwarded-For", "x"}, status: 400},
		{name: "toast ignores it", api: "toast", header: []string{"X-Forwarded-For", "x"}, status: 200},
		{name: "toast believes a proxy", api: "toast", trust: "trusted-hops: 1", header: []string{
			"X-Forwarded-For",
			"x",
		}, status: 400},
		{name: "the peer is not admitted", api: "nhn", policy: allow, status: 403},
		{name: "a forged address is not admitted", api: "nhn", policy: allow, header: []string{
			"X-Forwarded-For",
			"198.51.100.1",
		}, status: 403},
		{
			name: "behind a proxy", api: "nhn", trust: "trusted-hops: 1", policy: allow,
			header: []string{"X-Forwarded-For", "198.51.100.1"}, status: 200,
		},
		{
			name: "forged behind a proxy", api: "nhn", trust: "trusted-hops: 1", policy: allow,
			header: []string{"X-Forwarded-For", "198.51.100.1, 203.0.113.9"}, status: 403,
		},
		{name: "denied", api: "nhn", policy: "access: {deny: [203.0.113.0/24]}", status: 403},
		{name: "not denied", api: "nhn", policy: "access: {deny: [203.0.112.0/24]}", status: 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, problems := compiled(t, guarded(c.trust, c.policy), nil)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			r := request("/"+c.api+"/m", c.header...)
			r.Client = netip.MustParseAddr("203.0.113.9")
			if a := answered(t, g, r); a.Status != c.status {
				t.Errorf("answer = %d %s, want %d", a.Status, a.Body, c.status)
			}
		})
	}
}

func TestAccessProblems(t *testing.T) {
	_, problems := compiled(t, guarded("", `access: {allow: ["::ffff:198.51.100.0/120"]}`), nil)
	if len(problems) == 0 || !strings.Contains(problems.Error(), "access.allow") || !strings.Contains(problems.Error(),
		"without ::ffff:") {
		t.Errorf("problems = %v, want one of access.allow", problems)
	}
}
