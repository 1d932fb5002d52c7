package auth

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

var (
	errNoKeySet = errors.New("not a JSON Web Key Set")
	errNoJWK    = errors.New("no single key of the set fits")
)

// jwk is a key of a set that may verify signatures.
type jwk struct {
	kid, alg string // "": not said
	key      *rsa.PublicKey
}

// parseKeySet reads the keys that may verify signatures out of a JSON Web Key Set (RFC 7517, section 5); the others are left
// out, as it asks for. It fails on what is no set at all.
func parseKeySet(data []byte) ([]jwk, error) {
	set, err := object(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoKeySet, err)
	}
	members, ok := set["keys"].([]any)
	if !ok {
		return nil, fmt.Errorf("%w: no array of keys", errNoKeySet)
	}
	keys := []jwk{}
	for _, member := range members {
		fields, ok := member.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("%w: a key is no object", errNoKeySet)
		}
		if k, ok := parseJWK(fields); ok {
			keys = append(keys, k)
		}
	}
	return keys, nil
}

func parseJWK(fields map[string]any) (k jwk, ok bool) {
	var kidOK, algOK bool
	k.kid, kidOK = optional(fields, "kid")
	k.alg, algOK = optional(fields, "alg")
	if !kidOK || !algOK || fields["kty"] != "RSA" || !forSignatures(fields) {
		return jwk{}, false
	}
	n, e := bigEndian(fields["n"]), bigEndian(fields["e"])
	if n == nil || e == nil || e.BitLen() > 31 {
		return jwk{}, false
	}
	k.key = &rsa.PublicKey{N: n, E: int(e.Int64())}
	return k, checkRSA(k.key) == nil
}

// optional is a string that may be absent, and whether it is a string where it is there.
func optional(fields map[string]any, name string) (text string, ok bool) {
	v, there := fields[name]
	if !there {
		return "", true
	}
	text, ok = v.(string)
	return text, ok
}

// forSignatures says whether use and key_ops, where they are, let the key verify.
func forSignatures(fields map[string]any) bool {
	if use, there := fields["use"]; there && use != "sig" {
		return false
	}
	ops, there := fields["key_ops"]
	if !there {
		return true
	}
	list, ok := ops.([]any)
	return ok && slices.Contains(list, any("verify"))
}

// bigEndian is nil for what is no Base64urlUInt (RFC 7518, section 2).
func bigEndian(field any) *big.Int {
	text, _ := field.(string)
	data, err := decodeSegment(text)
	if err != nil || len(data) == 0 {
		return nil
	}
	return new(big.Int).SetBytes(data)
}

// checkRSA refuses keys that are too weak to trust or too large to compute with.
func checkRSA(key *rsa.PublicKey) error {
	switch bits := key.N.BitLen(); {
	case bits < 2048:
		return fmt.Errorf("an RSA key of %d bits: use one of at least 2048", bits)
	case bits > 8192:
		return fmt.Errorf("an RSA key of %d bits: use one of at most 8192", bits)
	case key.N.Bit(0) == 0, key.E < 3, key.E%2 == 0:
		return errors.New("no RSA key: its modulus or exponent is even or too small")
	}
	return nil
}

// pick is the one key that fits the algorithm and the kid, "" for a token without one. Where several fit (a kid comes twice,
// or the token does not say which) none does.
func pick(keys []jwk, alg, kid string) (crypto.PublicKey, error) {
	var found crypto.PublicKey
	for _, k := range keys {
		if (k.alg != "" && k.alg != alg) || (kid != "" && k.kid != kid) {
			continue
		}
		if found != nil {
			return nil, errNoJWK
		}
		found = k.key
	}
	if found == nil {
		return nil, errNoJWK
	}
	return found, nil
}
