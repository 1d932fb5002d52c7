package transform

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"postern/shared/gateway"
)

// Claims gives the backend what the token of a request claims: headers and query parameters, each with the name of its claim.
type Claims struct{ Headers, Query map[string]string }

// Step runs after "outbound", as Request's does. What the client sent under these names is replaced, and left out where the
// token has no such claim: a backend takes it for the token's.
func (c Claims) Step() gateway.Step {
	return gateway.Step{Name: "request", Again: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		out := x.Outbound
		if out == nil {
			return nil
		}
		for _, name := range slices.Sorted(maps.Keys(c.Headers)) {
			remove(out.Header, name)
			if text, ok := claimText(x.Claims[c.Headers[name]]); ok {
				out.Header.Set(name, line(text))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(c.Query)) {
			out.RawQuery = gateway.Without(out.RawQuery, name)
			if text, ok := claimText(x.Claims[c.Query[name]]); ok {
				out.RawQuery = with(out.RawQuery, name, text)
			}
		}
		return nil
	}}
}

// claimText is a claim as text: a string or a number as it is, anything else as JSON. It is not ok for none.
func claimText(claim any) (text string, ok bool) {
	switch claim := claim.(type) {
	case nil:
		return "", false
	case string:
		return claim, true
	case json.Number:
		return claim.String(), true
	default:
		data, err := json.Marshal(claim)
		return string(data), err == nil
	}
}
