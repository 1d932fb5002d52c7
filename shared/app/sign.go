package app

import (
	"postern/shared/auth"
	"postern/shared/gateway"
)

// sign signs what the backend gets, in the vendor's way.
func (b *build) sign() []gateway.Step {
	if b.policy.Backend == nil || b.policy.Backend.Signature == nil {
		return nil
	}
	signature := b.policy.Backend.Signature
	switch {
	case b.dialect.SignBackend == nil:
		b.problem("backend.signature", "dialect %s signs nothing for backends: remove it", b.dialect.Name)
		return nil
	case signature.Key == "" || signature.Secret == "":
		b.problem("backend.signature", "a signature needs a key and a secret: write both, the secret as ${secret:NAME}")
		return nil
	}
	return []gateway.Step{b.dialect.SignBackend(signature.Key, auth.NewSecret(signature.Secret))}
}
