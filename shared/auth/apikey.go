package auth

import (
	"context"
	"errors"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// VerifyAPIKey is the step "api-key.verify": the key in the slot is known, active and granted this API.
func VerifyAPIKey(slot int, keys Keys) gateway.Step { return verifyAPIKey(slot, keys, true) }

// IdentifyAPIKey is VerifyAPIKey where the step "grant" asks for the grant.
func IdentifyAPIKey(slot int, keys Keys) gateway.Step { return verifyAPIKey(slot, keys, false) }

func verifyAPIKey(slot int, keys Keys, granted bool) gateway.Step {
	return gateway.Step{Name: "api-key.verify", Run: func(ctx context.Context, x *gateway.Exchange) error {
		c, err := credential(x, slot)
		if c == nil || err != nil {
			return err
		}
		key, err := lookup(ctx, keys, KeyID(c.APIKey))
		switch {
		case errors.Is(err, ErrNoKey):
			return fault.New(fault.AuthKeyUnknown, nil, err)
		case err != nil:
			return err
		case key.Inactive:
			return fault.New(fault.AuthKeyInactive, nil, nil)
		}
		if _, ok := key.Grants[x.API.Name]; granted && !ok {
			return fault.New(fault.AuthKeyUnknown, nil, errNoGrant)
		}
		identify(x, key)
		return nil
	}}
}

var errNoGrant = errors.New("the key is not granted this API")
