package auth

import (
	"context"
	"errors"
	"slices"

	"postern/shared/fault"
	"postern/shared/gateway"
)

var (
	errOtherRoute = errors.New("the grant is for other routes")
	errOtherStage = errors.New("the grant is for other stages")
)

// CheckGrant is the step "grant": the caller was granted the route in its stage, and still is. Whoever proved an identity
// that belongs to no application passes.
func CheckGrant() gateway.Step {
	return gateway.Step{Name: "grant", Run: func(_ context.Context, x *gateway.Exchange) error {
		if x.Principal == nil {
			return nil
		}
		grant := x.Principal.Grant
		switch {
		case grant == nil:
			return fault.New(fault.AuthGrantMissing, nil, errNoGrant)
		case grant.Routes != nil && !slices.Contains(grant.Routes, x.Route.Name):
			return fault.New(fault.AuthGrantMissing, nil, errOtherRoute)
		case grant.Stages != nil && !slices.Contains(grant.Stages, x.Stage):
			return fault.New(fault.AuthGrantMissing, nil, errOtherStage)
		case !grant.Until.IsZero() && x.Request.Received.After(grant.Until):
			return fault.New(fault.AuthGrantExpired, nil, nil)
		}
		return nil
	}}
}
