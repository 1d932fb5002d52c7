package app

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"postern/shared/config"
	"postern/shared/gateway"
	"postern/shared/guard"
)

// cors answers preflights of the route's path and marks the answers of the route. A route that is the OPTIONS method of its
// path leaves preflights to the CORS of a sibling.
func (b *build) cors() []gateway.Step {
	if b.route == nil {
		return nil
	}
	policy := b.policy.CORS
	if policy == nil {
		policy = b.siblingCORS()
	}
	if policy == nil {
		return nil
	}
	methods, all := b.siblingMethods()
	c := guard.CORS{
		Methods: policy.Methods, Headers: policy.Headers, Expose: policy.Expose,
		MaxAge: (*time.Duration)(policy.MaxAge), Credentials: policy.Credentials,
		Refuse: b.dialect.Checks.Origins, Served: methods,
	}
	if all {
		c.Served = []string{"*"}
	}
	for _, origin := range policy.Origins {
		c.Origins = append(c.Origins, strings.ToLower(origin)) // as browsers send it
	}
	switch {
	case len(c.Methods) > 0:
	case all:
		c.Methods = []string{"*"}
	default:
		c.Methods = methods
	}
	if !b.answersOptions() {
		c.Allow = append(slices.Clone(methods), http.MethodOptions)
	}
	if b.policy.CORS != nil {
		b.checkOrigins()
		b.amend = append(b.amend, c.Amend())
	}
	return []gateway.Step{c.Step()}
}

// crosses says that scripts of other origins may call some of the API.
func crosses(api *config.API) bool {
	within := func(p *config.Policy) bool {
		for _, stage := range p.Stages {
			if stage.CORS != nil {
				return true
			}
		}
		return p.CORS != nil
	}
	return within(&api.Policy) || slices.ContainsFunc(api.Routes, func(r config.Route) bool { return within(&r.Policy) })
}

func (b *build) checkOrigins() {
	for i, text := range b.policy.CORS.Origins {
		if text != "*" && !isOrigin(text) {
			b.problem(fmt.Sprintf("cors.origins[%d]", i),
				"%q is no origin: write * or scheme://host[:port], like https://shop.example.com", text)
		}
	}
	if b.policy.CORS.Credentials && slices.Contains(b.policy.CORS.Origins, "*") {
		b.problem("cors.credentials", "credentials may not be sent to every origin: name the origins, or remove credentials")
	}
}

func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && !strings.Contains(u.Host, "*") && strings.EqualFold(u.Scheme+"://"+u.Host, text)
}

// answersOptions says whether the route itself is called with OPTIONS.
func (b *build) answersOptions() bool {
	return len(b.route.Methods) == 0 || slices.Contains(b.route.Methods, http.MethodOptions)
}

func (b *build) siblingCORS() *config.CORS {
	if !b.answersOptions() {
		return nil
	}
	for i := range b.api.Routes {
		if r := &b.api.Routes[i]; r.Path == b.route.Path && r.CORS != nil {
			return r.CORS
		}
	}
	return nil
}

// siblingMethods are those of all routes of the path; all says that one of them has every method.
func (b *build) siblingMethods() (methods []string, all bool) {
	for i := range b.api.Routes {
		r := &b.api.Routes[i]
		if r.Path != b.route.Path {
			continue
		}
		all = all || len(r.Methods) == 0
		for _, m := range r.Methods {
			if !slices.Contains(methods, m) {
				methods = append(methods, m)
			}
		}
	}
	return methods, all
}
