package guard

import (
	"context"
	"strconv"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// maxHops is how often a request may come through a gateway.
const maxHops = 5

// Loop counts in a header how often a request came through. What a client writes there that is no number counts as nothing:
// a larger one refuses its own request alone.
type Loop struct{ Header string }

// Steps are "loop", which refuses a request that came through too often, and "request", which counts this time.
func (l Loop) Steps() []gateway.Step {
	return []gateway.Step{
		{Name: "loop", Run: func(_ context.Context, x *gateway.Exchange) error {
			if l.hops(x.Request) >= maxHops {
				return fault.New(fault.RequestLoop, nil, nil)
			}
			return nil
		}},
		{Name: "request", Again: true, Run: func(_ context.Context, x *gateway.Exchange) error {
			if x.Outbound != nil {
				x.Outbound.Header.Set(l.Header, strconv.FormatUint(l.hops(x.Request)+1, 10))
			}
			return nil
		}},
	}
}

func (l Loop) hops(r *gateway.Request) (most uint64) {
	for _, value := range r.Header.Values(l.Header) {
		if n, err := strconv.ParseUint(value, 10, 32); err == nil {
			most = max(most, n)
		}
	}
	return most
}
