package app

import (
	"cmp"
	"net/http"
	"time"

	"postern/shared/config"
	"postern/shared/forward"
	"postern/shared/gateway"
)

const precallTimeout = config.Duration(5 * time.Second)

// precall asks a service whether a request may pass.
func (b *build) precall() []gateway.Step {
	p := b.policy.Precall
	if p == nil {
		return nil
	}
	to := b.destination("pre-call.url", p.URL)
	if to == nil {
		return nil
	}
	to.Method = cmp.Or(p.Method, http.MethodGet)
	if !forward.ValidMethod(to.Method) {
		b.problem("pre-call.method", "%q is no method: write GET, POST or another of HTTP", p.Method)
	}
	vary := p.Vary
	if len(vary) == 0 {
		vary = append([]string{"Authorization"}, b.dialect.KeyHeaders...)
	}
	step := forward.Precall{
		Client: b.client, To: to, Limits: b.callLimits(cmp.Or(p.Timeout, precallTimeout)),
		Cache: time.Duration(p.Cache), Vary: vary, Now: b.Now,
	}
	return []gateway.Step{step.Step()}
}
