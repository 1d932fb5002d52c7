package forward

import (
	"cmp"
	"context"
	"strings"

	"postern/shared/gateway"
)

// Target is where requests go to: the step "outbound".
type Target struct {
	Method            string       // "": the request's own
	Scheme, Authority string       // authority: host[:port]
	Prefix            string       // path of the backend's URL, percent-encoded
	Path              gateway.Text // below the prefix; nil: the request's own path below Base
	Base              string       // path prefix that the API is served below
	PreserveHost      bool         // Host is the client's, not the backend's
	Without           []string     // query parameters that are none of the backend's business
}

// Step prepares the backend's request of the client's, without its body. It refuses with BackendURI.
func (t Target) Step() gateway.Step {
	return gateway.Step{Name: "outbound", Again: true, Run: t.run}
}

func (t Target) run(_ context.Context, x *gateway.Exchange) error {
	out := &gateway.Outbound{
		Method: cmp.Or(t.Method, x.Request.Method), Scheme: t.Scheme, Authority: t.Authority,
		Path: t.path(x), RawQuery: t.query(x.Request.RawQuery), Header: CleanHeader(x),
	}
	if t.PreserveHost {
		out.Host = x.Request.Host
	}
	x.Outbound = out
	return checkTarget(out.Path, out.RawQuery)
}

func (t Target) path(x *gateway.Exchange) string {
	path := strings.TrimPrefix(x.Request.Path, strings.TrimSuffix(t.Base, "/"))
	if t.Path != nil {
		path = t.Path(x)
	}
	prefix := strings.TrimSuffix(t.Prefix, "/")
	if path == "" && prefix != "" {
		return prefix
	}
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return prefix + path
}

// query leaves out what is not to go on; the rest stays as it was sent.
func (t Target) query(sent string) string {
	if len(t.Without) == 0 {
		return sent
	}
	return gateway.Without(sent, t.Without...)
}
