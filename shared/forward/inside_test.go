package forward_test

import (
	"net/netip"
	"testing"

	"postern/shared/forward"
)

// TestAdmitsPrivate: what services inside the network have is admitted, and nothing that is this machine's or hands out credentials.
func TestAdmitsPrivate(t *testing.T) {
	for addr, want := range map[string]bool{
		"10.0.0.1": true, "172.16.0.1": true, "172.31.255.254": true, "192.168.1.1": true, "100.64.0.1": true,
		"fd12:3456::1": true, "fc00::1": true, "::ffff:10.0.0.1": true, "64:ff9b::10.0.0.1": true,
		"1.1.1.1": true, "2606:4700:4700::1111": true,

		"127.0.0.1": false, "::1": false, "::ffff:127.0.0.1": false, "0.0.0.0": false, "::": false,
		"169.254.169.254": false, "fe80::1": false, "fd00:ec2::254": false, "fd20:ce::254": false, "100.100.100.200": false,
		"168.63.129.16": false, "224.0.0.1": false, "ff02::1": false, "192.0.2.1": false, "198.18.0.1": false, "2001:db8::1": false,
	} {
		if got := (forward.Guard{Private: true}).Admits(netip.MustParseAddr(addr)); got != want {
			t.Errorf("Admits(%s) = %v, want %v", addr, got, want)
		}
	}
	metadata := forward.Guard{Private: true, Allow: []netip.Prefix{netip.MustParsePrefix("fd00:ec2::254/128")}}
	if !metadata.Admits(netip.MustParseAddr("fd00:ec2::254")) {
		t.Error("egress.allow has no say")
	}
}
