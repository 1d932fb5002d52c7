package guard

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// judge refuses what a script of another origin may not do, and a preflight for a method that the path has not. Browsers
// name the origin of a page for requests to its own host too.
func (c CORS) judge(r *gateway.Request) error {
	origins := r.Header["Origin"]
	if len(origins) == 0 || len(origins) == 1 && strings.EqualFold(origins[0], r.Scheme+"://"+r.Host) {
		return nil
	}
	refused := fault.New(fault.AccessOrigin, fault.Args{"origin": originHost(origins[0])}, nil)
	if !c.allowOrigin(http.Header{}, r.Header) {
		return refused
	}
	if !isPreflight(r) {
		return nil
	}
	asked := r.Header.Get("Access-Control-Request-Method")
	if !slices.Contains(c.Served, "*") && !slices.Contains(c.Served, asked) {
		return noPreflight(r)
	}
	if _, ok := c.headers(r.Header["Access-Control-Request-Headers"]); !ok || !c.allowsMethod(asked) {
		return refused
	}
	return nil
}

// originHost is the host of an origin; what is no URL is shown as it is.
func originHost(origin string) string {
	if u, err := url.Parse(origin); err == nil && u.Host != "" {
		return quoted(u.Hostname())
	}
	return quoted(origin)
}

func noPreflight(r *gateway.Request) error {
	asked := quoted(r.Header.Get("Access-Control-Request-Method"))
	return fault.New(fault.RoutePreflight, fault.Args{"method": asked, "path": r.Path}, nil)
}

// Preflights is the step "route" with a refusal of its own for browsers that ask about a path and method that nobody serves.
func Preflights(match gateway.Step) gateway.Step {
	run := match.Run
	match.Run = func(ctx context.Context, x *gateway.Exchange) error {
		err := run(ctx, x)
		if err != nil && fault.From(err).Kind.Under(fault.Route) && isPreflight(x.Request) {
			return noPreflight(x.Request)
		}
		return err
	}
	return match
}
