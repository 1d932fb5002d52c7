package app

import (
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"postern/shared/config"
	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
)

// destination is where a URL of the policy points to; nil, with a problem, where it may not be called.
func (b *build) destination(key, text string) *gateway.Outbound {
	return b.reachable(b.path+"."+key, text, b.egress())
}

// backendAt is where a backend is; nil, with a problem, where nothing may be called. A function has no address.
func (b *build) backendAt(backend *config.Backend) *gateway.Outbound {
	switch {
	case backend.URL != "":
		return b.base(b.path+".backend.url", backend.URL, b.egress())
	case backend.Function != "":
		return &gateway.Outbound{}
	}
	to, known := b.inside[backend.VPCAccess]
	if !known {
		b.problem("backend.vpc-access", "%v", unknownAccess(backend.VPCAccess))
	}
	return to
}

func (b *build) hasAccess(name string) bool {
	_, known := b.inside[name]
	return known
}

func unknownAccess(name string) error {
	return fmt.Errorf("there is no vpc-access %q: define it at the top of the definition", name)
}

// accesses are where the services inside the network are, by name; nil: nothing may be called there.
func (c *compiler) accesses() map[string]*gateway.Outbound {
	all := make(map[string]*gateway.Outbound, len(c.def.VPCAccess))
	for _, name := range slices.Sorted(maps.Keys(c.def.VPCAccess)) {
		all[name] = c.base("vpc-access."+name, c.def.VPCAccess[name], c.insideEgress())
	}
	return all
}

// base is where the URL of a backend points to; nil, with a problem, where it may not be called.
func (c *compiler) base(path, text string, guard forward.Guard) *gateway.Outbound {
	to := c.reachable(path, text, guard)
	if to != nil && (to.RawQuery != "" || strings.HasSuffix(text, "?")) {
		c.problem(path, "a query has no place here: put its parameters under request.query")
	}
	return to
}

// reachable is where a URL points to; nil, with a problem, where it is none. An address that the guard refuses is one too.
func (c *compiler) reachable(path, text string, guard forward.Guard) *gateway.Outbound {
	to, err := forward.ParseURL(text)
	if err != nil {
		c.problem(path, "%v", err)
		return nil
	}
	host := (&url.URL{Host: to.Authority}).Hostname()
	if addr, err := netip.ParseAddr(host); err == nil && !guard.Admits(addr) {
		c.problem(path, "%s is not a public address and never called: add it to egress.allow if it is meant", addr)
	}
	return to
}

// resource is what a vendor's answer calls something that is not there: its kind and its name.
func resource(kind, name string) fault.Args { return fault.Args{"resource": kind + " " + name} }
