package app

import (
	"context"
	"maps"
	"slices"
	"time"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/replay"
	"postern/shared/transform"
)

func (b *build) jwt(key string, c *config.JWT, slot int) []gateway.Step {
	rules := b.tokenRules(key, c)
	if len(c.Keys) > 0 {
		return b.ring(key, c, rules, slot)
	}
	if c.Once || c.Optional || c.Forward != nil {
		b.problem(key, "once, optional and forward need the keys here: write them under keys")
	}
	source := b.tokenKey(key, c)
	if source == nil {
		return nil
	}
	v, err := auth.NewVerifier(c.Algorithm, source, rules)
	if err != nil {
		b.problem(key+".algorithm", "%v: use HS256 or RS256", err)
		return nil
	}
	return []gateway.Step{v.Step(slot)}
}

func (b *build) tokenRules(key string, c *config.JWT) auth.TokenRules {
	rules := auth.TokenRules{Skew: time.Duration(c.Skew), Stale: c.NoExpiry, Claims: map[string]auth.ClaimRule{}}
	for name, claim := range c.Claims {
		rules.Claims[name] = auth.ClaimRule(claim)
		if isTime := name == "exp" || name == "nbf" || name == "iat"; isTime && len(claim.Values) > 0 {
			b.problem(key+".claims."+name+".values", "%s is a time and compared with the clock: remove the values", name)
		}
	}
	return rules
}

// ring verifies with keys of the definition. Keys that cannot be used are a defect, where the vendor answers for it.
func (b *build) ring(key string, c *config.JWT, rules auth.TokenRules, slot int) []gateway.Step {
	ring, err := auth.NewRing(c.Keys, rules)
	switch {
	case err != nil && b.dialect.Checks.Definitions:
		return []gateway.Step{b.defective(key+".keys", "jwt.verify", fault.DefinitionJWT, fault.Args{"problem": err.Error()}, err)}
	case err != nil:
		b.problem(key+".keys", "%v", err)
		return nil
	}
	steps := []gateway.Step{ring.Step(slot)}
	if c.Once {
		once := replay.Once{Scope: b.onceScope(), Skew: time.Duration(c.Skew), Stale: c.NoExpiry}
		steps = append(steps, once.Step(slot, b.Nonces))
	}
	return append(steps, b.forwardClaims(key, c)...)
}

// forwardClaims gives the backend claims of the token. A claim that is not there is not sent, and neither is what the client
// sent in its place.
func (b *build) forwardClaims(key string, c *config.JWT) []gateway.Step {
	if len(c.Forward) == 0 {
		return nil
	}
	claims := transform.Claims{Headers: map[string]string{}, Query: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(c.Forward)) {
		place, at := c.Forward[name], key+".forward."+name
		switch place.In {
		case "header":
			b.field(at, place.Name, "")
			claims.Headers[place.Name] = name
		case "query":
			claims.Query[place.Name] = name
		default:
			b.problem(at, "a claim goes into a header or the query, not into a %s", place.In)
		}
	}
	return []gateway.Step{claims.Step()}
}

// tokenKey is nil, with a problem, where the keys do not go with the algorithm.
func (b *build) tokenKey(key string, c *config.JWT) auth.TokenKey {
	if c.Algorithm == "HS256" {
		if c.Secret == "" || c.PublicKey != "" || c.JWKS != "" {
			b.problem(key+".secret", "HS256 takes a secret and neither public-key nor jwks: write ${secret:NAME}")
			return nil
		}
		return auth.SharedKey(c.Secret)
	}
	if c.Secret != "" || (c.PublicKey == "") == (c.JWKS == "") {
		b.problem(key+".public-key", "%s takes either public-key or jwks, and no secret", c.Algorithm)
		return nil
	}
	if c.JWKS != "" {
		return b.keySet(key+".jwks", c.JWKS, c.Algorithm)
	}
	source, err := auth.PublicKey(c.PublicKey)
	if err != nil {
		b.problem(key+".public-key", "%v: give an RSA key that begins with -----BEGIN PUBLIC KEY-----", err)
		return nil
	}
	return source
}

// keySet is shared by all routes that name its URL.
func (b *build) keySet(key, address, algorithm string) auth.TokenKey {
	to := b.destination(key, address)
	if to == nil {
		return nil
	}
	if to.Scheme == "http" && !b.def.Egress.HTTP {
		b.problem(key, "a key set over plain http can be forged: use https, or set egress.plain-jwks")
		return nil
	}
	set := b.keySets[address]
	if set == nil {
		set = auth.NewKeySet(address, func(ctx context.Context, url string) (int, []byte, error) {
			return b.client.Get(ctx, url, auth.MaxKeySet)
		})
		if b.keySets == nil {
			b.keySets = map[string]*auth.KeySet{}
		}
		b.keySets[address] = set
	}
	return set.For(algorithm)
}
