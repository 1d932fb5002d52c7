package app

import (
	"cmp"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"postern/shared/config"
	"postern/shared/forward"
	"postern/shared/gateway"
)

const (
	breakerFailures = 5
	breakerOpen     = 30 * time.Second
	trialSlack      = 5 * time.Second // beyond the backend's own time limit, then another call may try
)

// outbound is where requests go to.
func (b *build) outbound() []gateway.Step {
	backend := b.policy.Backend
	if backend == nil || backend.URL == "" {
		return nil
	}
	if backend.Mock != nil {
		b.problem("backend", "both a url and a mock: keep one of them")
	}
	to := b.destination("backend.url", backend.URL)
	if to == nil {
		return nil
	}
	if to.RawQuery != "" || strings.HasSuffix(backend.URL, "?") {
		b.problem("backend.url", "a query has no place here: put its parameters under request.query")
	}
	target := forward.Target{
		Scheme: to.Scheme, Authority: to.Authority, Prefix: to.Path, Base: b.api.Base, PreserveHost: backend.PreserveHost,
	}
	if backend.Path != "" {
		path, err := b.dialect.Text(backend.Path)
		if err != nil {
			return []gateway.Step{b.broken("backend.path", "outbound", err)}
		}
		target.Path = path
	}
	return []gateway.Step{target.Step()}
}

// destination is where a URL points to; nil, with a problem, where it may not be called.
func (b *build) destination(key, text string) *gateway.Outbound {
	to, err := forward.ParseURL(text)
	if err != nil {
		b.problem(key, "%v", err)
		return nil
	}
	host := (&url.URL{Host: to.Authority}).Hostname()
	if addr, err := netip.ParseAddr(host); err == nil && !b.egress().Admits(addr) {
		b.problem(key, "%s is not a public address and never called: add it to egress.allow if it is meant", addr)
	}
	return to
}

// backend is who answers: a service or a mock.
func (b *build) backend() []gateway.Step {
	backend := b.policy.Backend
	switch {
	case backend == nil:
		return nil
	case backend.URL != "":
		return []gateway.Step{b.service(backend)}
	case backend.Mock != nil:
		return []gateway.Step{b.mock("backend.mock", "forward", backend.Mock)}
	default:
		return nil
	}
}

func (b *build) service(backend *config.Backend) gateway.Step {
	client, err := b.client.With(time.Duration(backend.Connect), backend.CA)
	if err != nil {
		b.problem("backend.ca", "there is no certificate in it: write PEM, from -----BEGIN CERTIFICATE----- on")
	}
	service := forward.Backend{Name: b.api.Name, Client: client, Limits: b.callLimits(backend.Timeout), Now: b.Now}
	if breaker := backend.Breaker; breaker != nil {
		if breaker.Failures < 0 {
			b.problem("backend.breaker.failures", "a breaker opens after at least 1 failure")
		}
		service.Breaker = b.Breaker
		service.Circuit = forward.Circuit{
			Backend:  b.api.Name + " " + origin(backend.URL),
			Failures: cmp.Or(breaker.Failures, breakerFailures),
			Open:     cmp.Or(time.Duration(breaker.Open), breakerOpen),
			Trial:    service.Limits.Timeout + trialSlack,
		}
	}
	return service.Step()
}

// origin is what of a URL tells backends apart.
func origin(text string) string {
	to, err := forward.ParseURL(text)
	if err != nil {
		return "" // outbound reports it
	}
	return to.Scheme + "://" + to.Authority
}

// callLimits are those of the definition, else the dialect's, else what the client of backends has by itself.
func (b *build) callLimits(timeout config.Duration) forward.Limits {
	defaults := b.dialect.Defaults
	l := forward.Limits{Timeout: cmp.Or(time.Duration(timeout), defaults.Timeout), Size: defaults.ResponseSize}
	if sizes := b.policy.Sizes; sizes != nil && sizes.Response != 0 {
		l.Size = int64(sizes.Response)
	}
	return l
}
