package guard

import (
	"context"
	"fmt"
	"iter"
	"net/netip"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// ClientAddress tells who the client is, from the peer and X-Forwarded-For.
type ClientAddress struct {
	Hops   int  // proxies in front whose entries are believed; 0: the peer is the client
	Strict bool // the header is refused when it is malformed even where it is not believed
}

const maxForwarded = 100 // elements

// Step is the step "client-address". Every proxy appends the address that it was called from, so that the client is the
// entry Hops from the right; a shorter header was written by fewer proxies, and its first entry is the client.
func (c ClientAddress) Step() gateway.Step {
	return gateway.Step{Name: "client-address", Again: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		x.Client = x.Request.Client.Unmap()
		lines := x.Request.Header["X-Forwarded-For"]
		if len(lines) == 0 || c.Hops == 0 && !c.Strict {
			return nil
		}
		client, err := forwarded(lines, max(c.Hops, 1))
		if err != nil {
			return fault.New(fault.RequestAddress, nil, err)
		}
		if c.Hops > 0 {
			x.Client = client
		}
		return nil
	}}
}

// forwarded is the n-th address from the right over all lines, or the first of all. Every element must be an address.
func forwarded(lines []string, n int) (client netip.Addr, err error) {
	total := 0
	for _, line := range lines {
		total += 1 + strings.Count(line, ",")
	}
	if total > maxForwarded {
		return client, fmt.Errorf("X-Forwarded-For has %d elements", total)
	}
	at, wanted := 0, max(total-n, 0)
	for element := range elements(lines) {
		address, err := parseAddress(element)
		if err != nil {
			return client, fmt.Errorf("X-Forwarded-For: %w", err)
		}
		if at == wanted {
			client = address
		}
		at++
	}
	return client, nil
}

// elements are those of all lines of a list, without the blanks around them.
func elements(lines []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range lines {
			for element := range strings.SplitSeq(line, ",") {
				if !yield(trim(element)) {
					return
				}
			}
		}
	}
}

// parseAddress reads 192.0.2.1, 192.0.2.1:80, 2001:db8::1 or [2001:db8::1]:80.
func parseAddress(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		var withPort netip.AddrPort
		if withPort, err = netip.ParseAddrPort(s); err != nil {
			return a, err
		}
		a = withPort.Addr()
	}
	if a.Zone() != "" {
		return a, fmt.Errorf("%q has a zone", s)
	}
	return a.Unmap(), nil
}
