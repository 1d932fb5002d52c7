package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// maxCandidates bounds the MACs that one request can cost a secret.
const maxCandidates = 16

// HMAC verifies signatures with a shared secret.
type HMAC struct {
	// Named says that requests name their key: an unknown one is refused as such, before anything is verified, and a
	// signature that does not fit is answered with the string to sign. Their time may be left out.
	Named bool

	slot  int
	keys  Keys
	skew  time.Duration
	decoy *Key // verified in place of a key that is not there, so that both take the same time
}

// NewHMAC verifies the credential in a slot. The signed time may be off by skew, both ways; 0: it is not checked.
func NewHMAC(slot int, keys Keys, skew time.Duration) *HMAC {
	return &HMAC{slot: slot, keys: keys, skew: skew, decoy: &Key{Secrets: []*Secret{NewSecret("")}}}
}

// Steps are "hmac.key" where requests name their key, "hmac.clock" and "hmac.verify".
func (h *HMAC) Steps() []gateway.Step {
	steps := []gateway.Step{{Name: "hmac.clock", Run: h.clock}, {Name: "hmac.verify", Run: h.verify}}
	if h.Named {
		steps = append(steps, gateway.Step{Name: "hmac.key", Run: h.key})
	}
	return steps
}

// key refuses a key that nobody has. It is looked up once more to verify: stores keep what they found.
func (h *HMAC) key(ctx context.Context, x *gateway.Exchange) error {
	c, err := credential(x, h.slot)
	if c == nil || err != nil {
		return err
	}
	_, err = h.named(ctx, c)
	return err
}

func (h *HMAC) named(ctx context.Context, c *gateway.Credential) (*Key, error) {
	key, err := lookup(ctx, h.keys, c.KeyID)
	switch {
	case errors.Is(err, ErrNoKey), err == nil && (key.Inactive || len(key.Secrets) == 0):
		return nil, fault.New(fault.AuthHMACKey, nil, err)
	default:
		return key, err
	}
}

func (h *HMAC) clock(_ context.Context, x *gateway.Exchange) error {
	c, err := credential(x, h.slot)
	if c == nil || err != nil {
		return err
	}
	if h.Named && c.At.IsZero() {
		return nil
	}
	if h.skew > 0 && x.Request.Received.Sub(c.At).Abs() > h.skew {
		return fault.New(fault.AuthHMACExpired, nil, nil)
	}
	return nil
}

func (h *HMAC) verify(ctx context.Context, x *gateway.Exchange) error {
	c, err := credential(x, h.slot)
	if c == nil || err != nil {
		return err
	}
	if c.MAC == nil {
		return fault.New(fault.AuthHMACMissing, nil, nil)
	}
	if h.Named {
		return h.verifyNamed(ctx, x, c)
	}
	key, err := lookup(ctx, h.keys, c.KeyID)
	if err != nil && !errors.Is(err, ErrNoKey) {
		return err
	}
	live := err == nil && !key.Inactive
	if !live {
		key = h.decoy
	}
	if !signed(key, c) || !live {
		return fault.New(fault.AuthHMACMismatch, nil, nil)
	}
	identify(x, key)
	return nil
}

func (h *HMAC) verifyNamed(ctx context.Context, x *gateway.Exchange, c *gateway.Credential) error {
	key, err := h.named(ctx, c)
	switch {
	case err != nil:
		return err
	case !signed(key, c):
		return fault.New(fault.AuthHMACMismatch, fault.Args{"string-to-sign": c.StringToSign}, nil)
	}
	identify(x, key)
	return nil
}

// signed says whether one of the key's secrets made the MAC over one of the candidates.
func signed(key *Key, c *gateway.Credential) bool {
	known := c.Candidates[:min(len(c.Candidates), maxCandidates)]
	for _, text := range known {
		if key.made(c, text) {
			return true
		}
	}
	return c.Others != nil && signedOther(key, c, maxCandidates-len(known))
}

func signedOther(key *Key, c *gateway.Credential, most int) bool {
	tried := 0
	for text := range c.Others {
		if tried++; tried > most {
			return false
		}
		if key.made(c, text) {
			return true
		}
	}
	return false
}

func (k *Key) made(c *gateway.Credential, text string) bool {
	return slices.ContainsFunc(k.Secrets, func(s *Secret) bool { return s.Verify(c.Hash, text, c.MAC) })
}
