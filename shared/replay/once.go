package replay

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// How long the id of a token is remembered, at most, and where the token never ends.
const (
	onceMost    = 24 * time.Hour
	onceEndless = 15 * time.Minute
)

// Once accepts a token once, by its jti.
type Once struct {
	Scope string
	Skew  time.Duration // of the token's times
	Stale bool          // a token is accepted after its exp too
}

// Step is the step "jwt.once", after the token in a slot was verified.
func (o Once) Step(slot int, nonces Nonces) gateway.Step {
	return gateway.Step{Name: "jwt.once", Run: func(ctx context.Context, x *gateway.Exchange) error {
		if slot >= len(x.Credentials) {
			return fault.New(fault.Internal, nil, errUnread)
		}
		if x.Credentials[slot] == nil {
			return nil // the request has no token, and needs none
		}
		id, _ := x.Claims["jti"].(string)
		if id == "" {
			return fault.New(fault.AuthJWTNoID, nil, nil)
		}
		return o.claim(ctx, x, id, nonces)
	}}
}

func (o Once) claim(ctx context.Context, x *gateway.Exchange, id string, nonces Nonces) error {
	at := x.Request.Received
	until := o.until(x.Claims["exp"], at)
	free, err := nonces.Claim(ctx, Claim{ID: rand.Uint64(), Scope: o.Scope, Nonce: id, At: at, Until: until})
	switch {
	case err != nil:
		return fault.Store(ctx, err)
	case !free:
		return fault.New(fault.AuthJWTUsed, nil, nil)
	}
	return nil
}

// until is when the token is over, as far as anybody remembers.
func (o Once) until(exp any, at time.Time) time.Time {
	endless, most := at.Add(onceEndless), at.Add(onceMost)
	number, _ := exp.(json.Number)
	seconds, err := number.Float64()
	if err != nil {
		return endless
	}
	end := time.Unix(int64(seconds), 0).Add(time.Second + o.Skew)
	switch {
	case end.After(most):
		return most
	case o.Stale && end.Before(endless):
		return endless
	default:
		return end
	}
}
