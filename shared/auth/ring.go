package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"postern/shared/fault"
	"postern/shared/gateway"
)

var errSameKID = errors.New("another key has its kid, or none too: give each key a kid of its own")

// maxQuoted is how much of a token, in bytes, a refusal quotes.
const maxQuoted = 64

// Ring verifies tokens with keys that the definition holds. Other than a Verifier it tells clients what is wrong: what is no
// token, an unknown key, a signature that does not fit, a time that is over.
type Ring struct {
	keys  []ringKey
	rules TokenRules
}

// NewRing reads JSON Web Keys: RSA, EC and oct. At most one of them may have no kid. The error says which one cannot be
// used, and quotes no secret of it.
func NewRing(keys []map[string]any, rules TokenRules) (*Ring, error) {
	r := &Ring{rules: rules}
	for i, fields := range keys {
		k, err := parseRingKey(fields)
		if err == nil && slices.ContainsFunc(r.keys, func(other ringKey) bool { return other.kid == k.kid }) {
			err = errSameKID
		}
		if err != nil {
			return nil, fmt.Errorf("keys[%d]: %w", i, err)
		}
		r.keys = append(r.keys, k)
	}
	if len(r.keys) == 0 {
		return nil, errors.New("there is no key")
	}
	return r, nil
}

// Step is "jwt.verify" of the token in a slot. The claims of a token that holds become those of the exchange: no verdict
// carries them, and no store is asked, so the token is verified again where an authorizer has done so before.
func (r *Ring) Step(slot int) gateway.Step {
	return gateway.Step{Name: "jwt.verify", Again: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		c, err := credential(x, slot)
		if c == nil || err != nil {
			return err
		}
		x.Claims, err = r.Verify(c.Token, x.Request.Received)
		return err
	}}
}

// Verify refuses with AuthJWTMalformed, AuthJWTKey, AuthJWTInvalid and AuthJWTExpired. The claims are judged only when the
// signature holds.
func (r *Ring) Verify(token string, now time.Time) (map[string]any, error) {
	h, err := checkHeader(token)
	if err != nil {
		return nil, malformed(token, err)
	}
	k, ok := r.find(h.kid)
	switch {
	case !ok:
		return nil, fault.New(fault.AuthJWTKey, fault.Args{"kid": quotedID(h.kid)}, errNoJWK)
	case h.alg != k.method.Alg():
		return nil, invalidToken("alg not allowed", nil)
	}
	var claims strictClaims
	_, err = k.parser.ParseWithClaims(token, &claims, func(t *jwt.Token) (any, error) {
		t.Method = k.method
		return k.key, nil
	})
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed), err == nil && claims.MapClaims == nil:
		return nil, malformed(token, err)
	case err != nil:
		return nil, invalidToken("signature verification failed", err)
	}
	if err := r.judge(claims.MapClaims, now); err != nil {
		return nil, err
	}
	return claims.MapClaims, nil
}

func (r *Ring) judge(claims map[string]any, now time.Time) error {
	err := r.rules.check(claims, now)
	var f *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return f
	default:
		return invalidToken(err.Error(), nil)
	}
}

// find is the key of this id; for a token without one, the key without one. The only key is it also where either has no id.
func (r *Ring) find(kid string) (k ringKey, ok bool) {
	i := slices.IndexFunc(r.keys, func(k ringKey) bool { return k.kid == kid })
	switch {
	case i >= 0:
		return r.keys[i], true
	case len(r.keys) == 1 && (kid == "" || r.keys[0].kid == ""):
		return r.keys[0], true
	default:
		return ringKey{}, false
	}
}

func invalidToken(problem string, err error) error {
	return fault.New(fault.AuthJWTInvalid, fault.Args{"problem": problem}, err)
}

func malformed(token string, err error) error {
	return fault.New(fault.AuthJWTMalformed, fault.Args{"token": cut(token)}, err)
}

// quotedID is a kid as a refusal shows it: null for none.
func quotedID(kid string) string {
	if kid == "" {
		return "null"
	}
	return cut(kid)
}

func cut(text string) string {
	if len(text) <= maxQuoted {
		return text
	}
	return strings.ToValidUTF8(text[:maxQuoted], "") + "..."
}
