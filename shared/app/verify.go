package app

import (
	"cmp"
	"net/url"
	"time"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/gateway"
	"postern/shared/replay"
)

// verify are the steps that verify the credential in a slot.
func (b *build) verify(a alternative, slot int) []gateway.Step {
	switch {
	case a.HMAC != nil:
		return b.signatures(a.key+".hmac", a.HMAC, slot)
	case a.JWT != nil:
		return b.jwt(a.key+".jwt", a.JWT, slot)
	case a.Basic != nil:
		return []gateway.Step{auth.NewPasswords(a.Basic.Users).Step(slot)}
	case b.dialect.Checks.Grants:
		return []gateway.Step{auth.IdentifyAPIKey(slot, b.Keys)}
	default:
		return []gateway.Step{auth.VerifyAPIKey(slot, b.Keys)}
	}
}

func (b *build) signatures(key string, c *config.HMAC, slot int) []gateway.Step {
	skew := cmp.Or(time.Duration(c.Skew), b.dialect.Defaults.Skew)
	named := c.Secret == "" && b.dialect.Checks.AccessKeys
	if c.Secret == "" && !named {
		b.problem(key+".secret", "signatures need a secret: write ${secret:NAME} and set that secret")
	}
	if !b.dialect.Checks.AccessKeys && (c.Hashes != nil || c.Quote != "" || c.Time != "") {
		b.problem(key, "dialect %s leaves no choice of hashes, quote or time: remove them", b.dialect.Name)
	}
	var keys auth.Keys = auth.NewStatic(c.Secret)
	if named {
		keys = b.Keys
	}
	h := auth.NewHMAC(slot, keys, skew)
	h.Named = b.dialect.Checks.AccessKeys
	return append(h.Steps(), b.nonce(slot, skew)...)
}

// nonce claims the one of a signed request. Without a signed time it is remembered for as long as the vendor does.
func (b *build) nonce(slot int, skew time.Duration) []gateway.Step {
	if b.policy.Replay == "" || b.policy.Replay == "none" || b.dialect.Defaults.Nonce == 0 {
		return nil
	}
	rules := replay.Rules{
		Scope: b.nonceScope(), Required: b.policy.Replay == "required", Skew: skew, Life: b.dialect.Defaults.Nonce,
	}
	return []gateway.Step{rules.Step(slot, b.Nonces)}
}

// nonceScope is the route in all its stages: what names the stage need not be signed.
func (b *build) nonceScope() string {
	scope := url.QueryEscape(b.api.Name)
	if b.route != nil {
		scope += ":" + url.QueryEscape(routeName(b.route))
	}
	return scope
}

// onceScope is the whole API: a token is good for one request. No name of a nonce's begins with its mark.
func (b *build) onceScope() string { return "@jti " + url.QueryEscape(b.api.Name) }

// replay reports a check of nonces that nothing makes.
func (b *build) replay() []gateway.Step {
	asked := b.policy.Replay != "" && b.policy.Replay != "none"
	signs := false
	for i := range b.policy.Auth {
		for _, a := range b.alternatives(i) {
			signs = signs || a.HMAC != nil
		}
	}
	switch {
	case asked && b.dialect.Defaults.Nonce == 0:
		b.problem("replay", "clients of dialect %s send no nonce: remove it", b.dialect.Name)
	case b.policy.Replay == "required" && b.route != nil && !signs:
		b.problem("replay", "only signed requests have a nonce that counts: add hmac to auth, or write replay: none")
	}
	return nil
}
