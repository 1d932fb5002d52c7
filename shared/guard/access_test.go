package guard_test

import (
	"net/netip"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
)

func TestAccess(t *testing.T) {
	prefixes := func(texts ...string) (all []netip.Prefix) {
		for _, s := range texts {
			all = append(all, netip.MustParsePrefix(s))
		}
		return all
	}
	allow := guard.Access{Allow: prefixes("10.0.0.0/8", "2001:db8::/32")}
	deny := guard.Access{Deny: prefixes("10.1.0.0/16", "192.0.2.7/32")}
	both := guard.Access{Allow: allow.Allow, Deny: deny.Deny}
	tests := []struct {
		name   string
		rule   guard.Access
		client string // "": unknown
		admits bool
	}{
		{"allowed", allow, "10.255.255.255", true},
		{"allowed IPv6", allow, "2001:db8:ffff::1", true},
		{"not allowed", allow, "11.0.0.0", false},
		{"not allowed IPv6", allow, "2001:db9::", false},
		{"allowed, unknown", allow, "", false},
		{"denied", deny, "10.1.2.3", false},
		{"denied alone", deny, "192.0.2.7", false},
		{"beside the denied", deny, "192.0.2.8", true},
		{"denied, unknown", deny, "", false},
		{"both, denied", both, "10.1.2.3", false},
		{"both, allowed", both, "10.2.2.3", true},
		{"both, not allowed", both, "192.0.2.8", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := &gateway.Exchange{}
			if tt.client != "" {
				x.Client = netip.MustParseAddr(tt.client)
			}
			want := string(fault.AccessAddress)
			if tt.admits {
				want = ""
			}
			step := tt.rule.Step()
			if got := run(t, step, x); got != want || step.Name != "access" {
				t.Errorf("%s of %s = %q, want %q", step.Name, tt.client, got, want)
			}
		})
	}
}
