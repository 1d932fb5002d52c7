package app

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/gateway"
)

// alternative is one scheme of the auth list, with its key in the policy.
type alternative struct {
	*config.Auth
	key string
}

// auth verifies each entry of the list; of an any, the first scheme that the request uses.
func (b *build) auth() []gateway.Step {
	var steps []gateway.Step
	slot := 0
	for i := range b.policy.Auth {
		var names []string
		var members []auth.Member
		for _, a := range b.alternatives(i) {
			name := schemeName(a.Auth)
			if read := b.reader(name, a); read != nil {
				names, members = append(names, name+".read"), append(members, auth.Member{Slot: slot, Read: read})
				steps = append(steps, b.verify(a, slot)...)
				slot++
			}
		}
		if len(members) > 0 {
			steps = append(steps, auth.Read(b.earliest(names), members...))
		}
	}
	return steps
}

func (b *build) alternatives(i int) []alternative {
	entry, key := &b.policy.Auth[i], fmt.Sprintf("auth[%d]", i)
	if schemeName(entry) != "any" {
		return []alternative{{entry, key}}
	}
	list := make([]alternative, len(entry.Any))
	for j := range entry.Any {
		list[j] = alternative{&entry.Any[j], fmt.Sprintf("%s.any[%d]", key, j)}
	}
	return list
}

// schemeName is "" where not exactly one scheme is given.
func schemeName(a *config.Auth) string {
	var names []string
	given := map[string]bool{"hmac": a.HMAC != nil, "jwt": a.JWT != nil, "api-key": a.APIKey != nil, "any": len(a.Any) > 0}
	for name, given := range given {
		if given {
			names = append(names, name)
		}
	}
	if len(names) != 1 {
		return ""
	}
	return names[0]
}

// reader is nil, with a problem, where the dialect cannot read the scheme.
func (b *build) reader(name string, a alternative) auth.Reader {
	schemes := slices.Sorted(maps.Keys(b.dialect.Schemes))
	switch {
	case name == "":
		b.problem(a.key, "name exactly one scheme; dialect %s has: %s", b.dialect.Name, strings.Join(schemes, ", "))
		return nil
	case name == "any":
		b.problem(a.key, "any inside any: list its schemes in the outer one")
		return nil
	case b.dialect.Schemes[name] == nil:
		b.problem(a.key, "dialect %s has no scheme %s; it has: %s", b.dialect.Name, name, strings.Join(schemes, ", "))
		return nil
	}
	var rules auth.Rules
	if a.HMAC != nil {
		rules.RequireHeaders = a.HMAC.Headers
	}
	read, err := b.dialect.Schemes[name](rules)
	if err != nil {
		b.problem(a.key+"."+name, "%v", err)
		return nil
	}
	return read
}

// earliest of the steps in the dialect's order: a credential must be read before any step that verifies it.
func (b *build) earliest(names []string) string {
	return slices.MinFunc(names, func(s, t string) int {
		return cmp.Compare(slices.Index(b.dialect.Order, s), slices.Index(b.dialect.Order, t))
	})
}

func (b *build) verify(a alternative, slot int) []gateway.Step {
	switch {
	case a.HMAC != nil:
		if a.HMAC.Secret == "" {
			b.problem(a.key+".hmac.secret", "signatures need a secret: write ${secret:NAME} and set that secret")
		}
		return auth.NewHMAC(slot, auth.NewStatic(a.HMAC.Secret), time.Duration(a.HMAC.Skew)).Steps()
	case a.JWT != nil:
		return b.jwt(a.key+".jwt", a.JWT, slot)
	default:
		return []gateway.Step{auth.VerifyAPIKey(slot, b.Keys)}
	}
}

func (b *build) jwt(key string, c *config.JWT, slot int) []gateway.Step {
	rules := auth.TokenRules{Skew: time.Duration(c.Skew), Claims: map[string]auth.ClaimRule{}}
	for name, claim := range c.Claims {
		rules.Claims[name] = auth.ClaimRule(claim)
		if isTime := name == "exp" || name == "nbf" || name == "iat"; isTime && len(claim.Values) > 0 {
			b.problem(key+".claims."+name+".values", "%s is a time and compared with the clock: remove the values", name)
		}
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
