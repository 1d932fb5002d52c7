package auth

import (
	"context"
	"errors"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// maxCandidates bounds the MACs that one request can cost a secret.
const maxCandidates = 16

// HMAC verifies signatures with a shared secret.
type HMAC struct {
	slot  int
	keys  Keys
	skew  time.Duration
	decoy *Key // verified in place of a key that is not there, so that both take the same time
}

// NewHMAC verifies the credential in a slot. The signed time may be off by skew, both ways; 0: it is not checked.
func NewHMAC(slot int, keys Keys, skew time.Duration) *HMAC {
	return &HMAC{slot: slot, keys: keys, skew: skew, decoy: &Key{Secrets: []*Secret{NewSecret("")}}}
}

// Steps are "hmac.clock" and "hmac.verify".
func (h *HMAC) Steps() []gateway.Step {
	return []gateway.Step{{Name: "hmac.clock", Run: h.clock}, {Name: "hmac.verify", Run: h.verify}}
}

func (h *HMAC) clock(_ context.Context, x *gateway.Exchange) error {
	c, err := credential(x, h.slot)
	if c == nil || err != nil {
		return err
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

// signed says whether one of the key's secrets made the MAC over one of the candidates.
func signed(key *Key, c *gateway.Credential) bool {
	for _, text := range c.Candidates[:min(len(c.Candidates), maxCandidates)] {
		for _, secret := range key.Secrets {
			if secret.Verify(c.Hash, text, c.MAC) {
				return true
			}
		}
	}
	return false
}
