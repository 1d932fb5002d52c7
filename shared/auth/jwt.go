package auth

import (
	"context"
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// maxToken is the longest token that is looked at, in bytes.
const maxToken = 8 << 10

// decodeSegment is strict base64url without padding. It skips line breaks all the same, as encoding/base64 does: tokens must
// have none.
func decodeSegment(text string) ([]byte, error) {
	return base64.RawURLEncoding.Strict().DecodeString(text)
}

// TokenKey finds the key for a token's kid, "" where it names none, at a time. A Fault is answered as it is; any other error
// makes the token invalid.
type TokenKey func(ctx context.Context, kid string, now time.Time) (any, error)

// Verifier verifies tokens in the JWS compact form: one algorithm, one source of keys, one set of rules. Whatever a token
// says about keys beyond its kid is ignored.
type Verifier struct {
	method jwt.SigningMethod
	key    TokenKey
	rules  TokenRules
	parser *jwt.Parser
}

// NewVerifier accepts tokens of one algorithm: HS256, RS256, PS256, PS384 or PS512. HS256 goes with SharedKey, the others go
// with PublicKey or a KeySet.
func NewVerifier(algorithm string, key TokenKey, rules TokenRules) (*Verifier, error) {
	method := signingMethod(algorithm)
	if method == nil {
		return nil, fmt.Errorf("there is no algorithm %q", algorithm)
	}
	// The parser checks the number of segments and the algorithm.
	parser := jwt.NewParser(jwt.WithValidMethods([]string{algorithm}), jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())
	return &Verifier{method: method, key: key, rules: rules, parser: parser}, nil
}

func signingMethod(algorithm string) jwt.SigningMethod {
	switch algorithm {
	case "HS256":
		return jwt.SigningMethodHS256
	case "RS256":
		return jwt.SigningMethodRS256
	case "PS256":
		return pss(algorithm, crypto.SHA256)
	case "PS384":
		return pss(algorithm, crypto.SHA384)
	case "PS512":
		return pss(algorithm, crypto.SHA512)
	default:
		return nil
	}
}

// pss asks for a salt as long as the hash (RFC 7518, 3.5); golang-jwt's own methods accept any.
func pss(name string, hash crypto.Hash) jwt.SigningMethod {
	return &jwt.SigningMethodRSAPSS{
		SigningMethodRSA: &jwt.SigningMethodRSA{Name: name, Hash: hash},
		Options:          &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash},
	}
}

// SharedKey is the key of HS256: the bytes of secret, of any length.
func SharedKey(secret string) TokenKey {
	key := []byte(secret)
	return func(context.Context, string, time.Time) (any, error) { return key, nil }
}

// PublicKey is one RSA key in PEM, for every kid.
func PublicKey(pem string) (TokenKey, error) {
	key, err := jwt.ParseRSAPublicKeyFromPEM([]byte(pem))
	if err != nil {
		return nil, err
	}
	if err := checkRSA(key); err != nil {
		return nil, err
	}
	return func(context.Context, string, time.Time) (any, error) { return key, nil }, nil
}

// Step is "jwt.verify" of the token in a slot.
func (v *Verifier) Step(slot int) gateway.Step {
	return gateway.Step{Name: "jwt.verify", Run: func(ctx context.Context, x *gateway.Exchange) error {
		c, err := credential(x, slot)
		if c == nil || err != nil {
			return err
		}
		return v.Verify(ctx, c.Token, x.Request.Received)
	}}
}

// Verify refuses a token with AuthJWTExpired when its time alone is over and with AuthJWTInvalid for every other reason; a
// key set adds its own faults. The claims are judged only when the signature holds.
func (v *Verifier) Verify(ctx context.Context, token string, now time.Time) error {
	err := v.verify(ctx, token, now)
	var f *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err // nobody can tell any more
	default:
		return fault.New(fault.AuthJWTInvalid, fault.Args{"problem": "it cannot be verified"}, err)
	}
}

func (v *Verifier) verify(ctx context.Context, token string, now time.Time) error {
	h, err := checkHeader(token)
	if err != nil {
		return err
	}
	var claims strictClaims
	_, err = v.parser.ParseWithClaims(token, &claims, func(t *jwt.Token) (any, error) {
		t.Method = v.method // not what its name is registered for
		return v.key(ctx, h.kid, now)
	})
	if err != nil {
		return err
	}
	if claims.MapClaims == nil {
		return errNoObject // null
	}
	return v.rules.check(claims.MapClaims, now)
}

// checkHeader checks what the parser does not: the length, before anything is decoded, line breaks, names that come twice,
// extensions that must be understood, an unencoded payload (RFC 7797) and encryption.
func checkHeader(token string) (h tokenHeader, err error) {
	if len(token) > maxToken {
		return h, errors.New("token too long")
	}
	if strings.ContainsAny(token, "\r\n") {
		return h, errors.New("token with a line break")
	}
	segment, _, _ := strings.Cut(token, ".")
	data, err := decodeSegment(segment)
	if err != nil {
		return h, fmt.Errorf("header: %w", err)
	}
	header, err := object(data)
	if err != nil {
		return h, fmt.Errorf("header: %w", err)
	}
	for _, name := range []string{"crit", "b64", "enc", "zip"} {
		if _, ok := header[name]; ok {
			return h, fmt.Errorf("header: %s is not supported", name)
		}
	}
	kid, ok := optional(header, "kid")
	if !ok {
		return h, errors.New("header: kid is no string")
	}
	alg, _ := header["alg"].(string)
	return tokenHeader{kid, alg}, nil
}

// tokenHeader is what of a token's header says how it is verified.
type tokenHeader struct{ kid, alg string }

// strictClaims are claims without a name that comes twice.
type strictClaims struct{ jwt.MapClaims }

// UnmarshalJSON implements json.Unmarshaler.
func (c *strictClaims) UnmarshalJSON(data []byte) (err error) {
	c.MapClaims, err = object(data)
	return err
}
