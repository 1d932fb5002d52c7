package forward

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
)

// ErrForbidden is in the chain of a call to an address that is never connected to.
var ErrForbidden = errors.New("the address is not public and not in egress.allow")

// forbidden is an address that is never connected to.
type forbidden struct{ addr netip.Addr }

func (f forbidden) Error() string { return fmt.Sprintf("forward: %s: %v", f.addr, ErrForbidden) }

func (f forbidden) Unwrap() error { return ErrForbidden }

// Guard says which addresses may be connected to: public unicast ones and those in Allow. Services that hand out credentials
// to whoever asks (link-local and other metadata addresses) need a prefix in Allow that lies within their own network: a
// wide one, like 0.0.0.0/0, does not open them. The zero value admits public addresses alone.
type Guard struct {
	Allow   []netip.Prefix
	Private bool // private addresses too, but this machine's own: what services inside the network have
}

// Control refuses an address after its name was resolved and before anything is sent, so that a name that resolves to
// another address the second time gains nothing. It is meant for net.Dialer's Control.
func (g Guard) Control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("forward: %w", err)
	}
	if !g.Admits(at.Addr()) {
		return forbidden{at.Addr()}
	}
	return nil
}

// Admits says whether the address may be connected to. An IPv6 address that stands for an IPv4 one is judged as that.
func (g Guard) Admits(addr netip.Addr) bool {
	addr = plain(addr)
	for _, network := range metadata() {
		if network.Contains(addr) {
			return g.allows(addr, network)
		}
	}
	return public(addr) || g.Private && private(addr) || g.allows(addr, netip.PrefixFrom(addr, 0))
}

// allows says whether a prefix of Allow that lies within network has addr.
func (g Guard) allows(addr netip.Addr, network netip.Prefix) bool {
	for _, p := range g.Allow {
		if p.Bits() >= network.Bits() && p.Contains(addr) {
			return true
		}
	}
	return false
}

// plain is the IPv4 address that an IPv6 one stands for: mapped (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056).
func plain(addr netip.Addr) netip.Addr {
	addr = addr.WithZone("").Unmap()
	b := addr.As16()
	switch {
	case within(addr, "64:ff9b::/96"):
		return netip.AddrFrom4([4]byte(b[12:]))
	case within(addr, "2002::/16"):
		return netip.AddrFrom4([4]byte(b[2:]))
	}
	return addr
}

// metadata are the networks of services that give credentials to the machine they run on.
func metadata() []netip.Prefix {
	return []netip.Prefix{
		netip.MustParsePrefix("169.254.0.0/16"),     // link-local: the clouds' instance and container credentials
		netip.MustParsePrefix("fe80::/10"),          // link-local
		netip.MustParsePrefix("fd00:ec2::/32"),      // the same of AWS over IPv6
		netip.MustParsePrefix("fd20:ce::254/128"),   // Google Cloud over IPv6
		netip.MustParsePrefix("100.100.100.200/32"), // Alibaba Cloud
		netip.MustParsePrefix("168.63.129.16/32"),   // Azure
	}
}

// public says whether addr is global unicast by IANA's registries of special-purpose addresses.
func public(addr netip.Addr) bool {
	if !addr.Is4() {
		return within(addr, "2000::/3") && !within(addr,
			"2001::/23",     // IETF protocols, Teredo and benchmarks among them
			"2001:db8::/32", // documentation
			"3fff::/20",     // documentation
		)
	}
	return !within(addr,
		"0.0.0.0/8",       // this network
		"10.0.0.0/8",      // private
		"100.64.0.0/10",   // carriers' NAT
		"127.0.0.0/8",     // loopback
		"172.16.0.0/12",   // private
		"192.0.0.0/24",    // IETF protocols
		"192.0.2.0/24",    // documentation
		"192.88.99.0/24",  // 6to4 relays, given up
		"192.168.0.0/16",  // private
		"198.18.0.0/15",   // benchmarks
		"198.51.100.0/24", // documentation
		"203.0.113.0/24",  // documentation
		"224.0.0.0/3",     // multicast, reserved, broadcast
	)
}

// private says whether addr is of a network that is its owner's alone.
func private(addr netip.Addr) bool {
	return within(addr,
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // RFC 1918
		"100.64.0.0/10", // RFC 6598: clouds give it to containers
		"fc00::/7",      // RFC 4193
	)
}

func within(addr netip.Addr, prefixes ...string) bool {
	for _, p := range prefixes {
		if netip.MustParsePrefix(p).Contains(addr) {
			return true
		}
	}
	return false
}
