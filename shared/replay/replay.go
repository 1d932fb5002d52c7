// Package replay refuses requests that were accepted before.
//
// It promises that a nonce is claimed once for as long as a signature with it could still be accepted, and only after that
// signature was verified. A store that cannot say refuses: nothing is admitted on a guess. It imports fault and gateway.
package replay

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

var errUnread = errors.New("a nonce is claimed before its credential is read")

// Nonces remembers which nonces were used. It is safe for concurrent use.
type Nonces interface {
	// Claim says whether the nonce was free; from then on it is taken until after c.Until. A claim whose ID made it before
	// still has it. An error means that the outcome is unknown.
	Claim(ctx context.Context, c Claim) (bool, error)
}

// Claim takes a nonce. It is the same for every copy that a store sends of it.
type Claim struct {
	ID    uint64    // of the attempt, random
	Scope string    // within which a nonce is used once, as few characters as the definition needs
	Nonce string    // chosen by the client: of any length and content
	At    time.Time // when the request was received: the one time of the decision
	Until time.Time // the last at which a signature with the nonce may be accepted
}

// Rules are how nonces are checked.
type Rules struct {
	Scope    string        // beside the id of the key, where requests name one
	Required bool          // a request without a nonce is refused; else it passes
	Skew     time.Duration // of the signed time: a nonce is kept until that time plus Skew; 0: that time is not checked
	Life     time.Duration // of a nonce without a signed time that is checked, from its request on
}

// Step is the step "replay": it claims the nonce of the credential in a slot.
func (r Rules) Step(slot int, nonces Nonces) gateway.Step {
	return gateway.Step{Name: "replay", Run: func(ctx context.Context, x *gateway.Exchange) error {
		if slot >= len(x.Credentials) {
			return fault.New(fault.Internal, nil, errUnread)
		}
		c := x.Credentials[slot]
		switch {
		case c == nil:
			return nil // another scheme is used
		case c.Nonce == "" && r.Required:
			return fault.New(fault.AuthReplayMissing, nil, nil)
		case c.Nonce == "":
			return nil
		}
		return r.claim(ctx, x, c, nonces)
	}}
}

func (r Rules) claim(ctx context.Context, x *gateway.Exchange, c *gateway.Credential, nonces Nonces) error {
	at := x.Request.Received
	until := at.Add(r.Life)
	if !c.At.IsZero() && r.Skew > 0 {
		until = c.At.Add(r.Skew)
	}
	scope := r.Scope
	if c.KeyID != "" {
		scope += " " + c.KeyID
	}
	free, err := nonces.Claim(ctx, Claim{ID: rand.Uint64(), Scope: scope, Nonce: c.Nonce, At: at, Until: until})
	switch {
	case err != nil:
		return fault.Store(ctx, err)
	case !free:
		return fault.New(fault.AuthReplayUsed, nil, nil)
	}
	return nil
}
