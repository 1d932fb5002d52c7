package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Passwords are those of users, by name, as digests: the passwords themselves are not kept.
type Passwords struct{ digests map[string][sha256.Size]byte }

// NewPasswords are those of users, by name.
func NewPasswords(users map[string]string) *Passwords {
	p := &Passwords{make(map[string][sha256.Size]byte, len(users))}
	for name, password := range users {
		p.digests[name] = sha256.Sum256([]byte(password))
	}
	return p
}

// Step is "basic.verify" of the credential in a slot: KeyID is the name, Token the password. An unknown name takes as long
// as a wrong password.
func (p *Passwords) Step(slot int) gateway.Step {
	return gateway.Step{Name: "basic.verify", Run: func(_ context.Context, x *gateway.Exchange) error {
		c, err := credential(x, slot)
		if c == nil || err != nil {
			return err
		}
		want, known := p.digests[c.KeyID]
		got := sha256.Sum256([]byte(c.Token))
		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 || !known {
			return fault.New(fault.AuthBasicInvalid, nil, nil)
		}
		return nil
	}}
}
