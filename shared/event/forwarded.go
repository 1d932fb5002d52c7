package event

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"

	"postern/shared/gateway"
)

// health says whether the load balancer asks for itself. It names itself so, but so can any client: what it adds to every
// client's request must not be there.
func health(h http.Header) bool {
	if agent := h["User-Agent"]; len(agent) != 1 || !strings.HasPrefix(agent[0], "ELB-HealthChecker/") {
		return false
	}
	for _, added := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Amzn-Trace-Id"} {
		if _, ok := h[added]; ok {
			return false
		}
	}
	return true
}

// unforward takes out of the header what the load balancer put in, and believes it as far as o says.
func unforward(r *gateway.Request, o Options) error {
	h := r.Header
	if host := h["Host"]; len(host) > 0 {
		r.Host = host[0] // listener rules go by the first
	}
	r.Scheme = "http"
	if proto := h["X-Forwarded-Proto"]; len(proto) > 0 && proto[len(proto)-1] == "https" {
		r.Scheme = "https"
	}
	if r.ID = traceID(h["X-Amzn-Trace-Id"]); r.ID == "" && o.ID != nil {
		r.ID = o.ID(r.Received)
	}
	for _, name := range []string{"Host", "Transfer-Encoding", "X-Forwarded-Proto", "X-Forwarded-Port"} {
		delete(h, name)
	}
	for name := range h {
		if tlsFact(name) && !o.trusts(name) {
			delete(h, name)
		}
	}
	var err error
	switch o.Client {
	case Remove:
		delete(h, "X-Forwarded-For")
	case "", Append:
		r.Client, err = peer(h)
	}
	return err
}

// peer takes the address that the load balancer added to X-Forwarded-For. The rest is the client's.
func peer(h http.Header) (netip.Addr, error) {
	lines := h["X-Forwarded-For"]
	if len(lines) == 0 {
		return netip.Addr{}, nil
	}
	last := lines[len(lines)-1]
	comma := strings.LastIndexByte(last, ',')
	address, err := parseAddress(strings.Trim(last[comma+1:], " \t"))
	if err != nil {
		return address, fmt.Errorf("event: X-Forwarded-For has no peer at its end (is the load balancer's mode append?): %w", err)
	}
	cutEntry(h, lines, comma)
	return address, nil
}

// cutEntry takes the last entry, after the comma at that place, out of the lines of X-Forwarded-For.
func cutEntry(h http.Header, lines []string, comma int) {
	last := len(lines) - 1
	switch {
	case comma >= 0:
		lines[last] = strings.TrimRight(lines[last][:comma], " \t")
	case last > 0:
		h["X-Forwarded-For"] = lines[:last]
	default:
		delete(h, "X-Forwarded-For")
	}
}

// parseAddress reads 192.0.2.1, 192.0.2.1:80, 2001:db8::1 or [2001:db8::1]:80.
func parseAddress(s string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	if err != nil {
		var withPort netip.AddrPort
		if withPort, err = netip.ParseAddrPort(s); err != nil {
			return netip.Addr{}, err
		}
		a = withPort.Addr()
	}
	if a.Zone() != "" {
		return netip.Addr{}, fmt.Errorf("%q has a zone", s)
	}
	return a.Unmap(), nil
}

// traceID is the load balancer's own id of the request: Self, which it adds where a client sent a Root, else Root. "" when
// that cannot be told.
func traceID(lines []string) string {
	if len(lines) != 1 {
		return ""
	}
	var self, root string
	selves, roots := 0, 0
	for field := range strings.SplitSeq(lines[0], ";") {
		switch name, value, _ := strings.Cut(strings.Trim(field, " "), "="); name {
		case "Self":
			self, selves = value, selves+1
		case "Root":
			root, roots = value, roots+1
		}
	}
	if selves == 0 {
		self, selves = root, roots
	}
	if selves != 1 || len(self) > 64 || strings.Trim(self, hexDigits+"-") != "" {
		return ""
	}
	return self
}

// trusts says that a header of tlsFact's is the load balancer's. It writes no underscores.
func (o Options) trusts(name string) bool {
	if strings.Contains(name, "_") {
		return false
	}
	if strings.HasPrefix(name, "X-Amzn-Mtls-") {
		return o.TrustMTLS
	}
	return o.TrustTLS
}

// tlsFact says whether a header tells of the client's TLS connection, also to a backend that reads underscores as hyphens.
func tlsFact(name string) bool {
	for _, prefix := range []string{"x-amzn-tls-", "x-amzn-mtls-"} {
		if len(name) >= len(prefix) && strings.EqualFold(strings.ReplaceAll(name[:len(prefix)], "_", "-"), prefix) {
			return true
		}
	}
	return false
}
