package auth

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"errors"
	"fmt"
	"math/big"

	"github.com/golang-jwt/jwt/v5"
)

// minShared is the least length of a shared key, in bytes. RFC 7518, 3.2 asks for more, the vendors' clients for less.
const minShared = 16

// ringKey is a key with the one algorithm that it verifies.
type ringKey struct {
	kid    string
	method jwt.SigningMethod
	key    any
	parser *jwt.Parser
}

// parseRingKey reads a key whose algorithm is its alg or, without one, the usual one of its type.
func parseRingKey(fields map[string]any) (k ringKey, err error) {
	kid, kidOK := optional(fields, "kid")
	alg, algOK := optional(fields, "alg")
	if !kidOK || !algOK || !forSignatures(fields) {
		return k, errors.New("its kid or alg is no text, or it is not for signatures")
	}
	if _, private := fields["d"]; private {
		return k, errors.New("it holds a private key (d), which only the issuer of tokens may have: write the public one")
	}
	var methods []jwt.SigningMethod
	switch fields["kty"] {
	case "RSA":
		methods = rsaMethods()
		k.key, err = rsaKey(fields)
	case "EC":
		k.key, methods, err = ecKey(fields)
	case "oct":
		methods = []jwt.SigningMethod{jwt.SigningMethodHS256, jwt.SigningMethodHS384, jwt.SigningMethodHS512}
		k.key, err = sharedKey(fields)
	default:
		return k, fmt.Errorf("there is no kty %v: write RSA, EC or oct", fields["kty"])
	}
	if err != nil {
		return k, err
	}
	k.kid, k.method = kid, methodNamed(methods, alg)
	if k.method == nil {
		return k, fmt.Errorf("a key of kty %v verifies no alg %q", fields["kty"], alg)
	}
	only := jwt.WithValidMethods([]string{k.method.Alg()})
	k.parser = jwt.NewParser(only, jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation())
	return k, nil
}

// methodNamed is the first method for "", nil where there is none of the name.
func methodNamed(methods []jwt.SigningMethod, alg string) jwt.SigningMethod {
	for _, m := range methods {
		if alg == "" || m.Alg() == alg {
			return m
		}
	}
	return nil
}

func rsaMethods() []jwt.SigningMethod {
	return []jwt.SigningMethod{
		jwt.SigningMethodRS256, jwt.SigningMethodRS384, jwt.SigningMethodRS512,
		signingMethod("PS256"), signingMethod("PS384"), signingMethod("PS512"),
	}
}

func rsaKey(fields map[string]any) (any, error) {
	if bigEndian(fields["n"]) == nil || bigEndian(fields["e"]) == nil {
		return nil, errors.New("an RSA key needs n and e, in base64url")
	}
	k, ok := parseJWK(fields)
	if !ok {
		return nil, errors.New("an RSA key of 2048 to 8192 bits is needed, with a public exponent that is odd")
	}
	return k.key, nil
}

func ecKey(fields map[string]any) (any, []jwt.SigningMethod, error) {
	var curve elliptic.Curve
	var method jwt.SigningMethod
	switch fields["crv"] {
	case "P-256":
		curve, method = elliptic.P256(), jwt.SigningMethodES256
	case "P-384":
		curve, method = elliptic.P384(), jwt.SigningMethodES384
	case "P-521":
		curve, method = elliptic.P521(), jwt.SigningMethodES512
	default:
		return nil, nil, fmt.Errorf("there is no crv %v: write P-256, P-384 or P-521", fields["crv"])
	}
	x, y := bigEndian(fields["x"]), bigEndian(fields["y"])
	if x == nil || y == nil {
		return nil, nil, errors.New("an EC key needs x and y, in base64url")
	}
	key, err := ecPoint(curve, x, y)
	return key, []jwt.SigningMethod{method}, err
}

func ecPoint(curve elliptic.Curve, x, y *big.Int) (*ecdsa.PublicKey, error) {
	size := (curve.Params().BitSize + 7) / 8
	if len(x.Bytes()) > size || len(y.Bytes()) > size {
		return nil, errors.New("x and y are no point of the curve")
	}
	point := make([]byte, 1+2*size)
	point[0] = 4 // uncompressed
	x.FillBytes(point[1 : 1+size])
	y.FillBytes(point[1+size:])
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, errors.New("x and y are no point of the curve")
	}
	return key, nil
}

func sharedKey(fields map[string]any) (any, error) {
	text, _ := fields["k"].(string)
	key, err := decodeSegment(text)
	if err != nil || len(key) < minShared {
		return nil, fmt.Errorf("an oct key needs k, at least %d bytes in base64url", minShared)
	}
	return key, nil
}
