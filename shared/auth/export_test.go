package auth

import "strings"

// VerifySignature judges the signature alone: the payloads of RFC 7520 are no claims.
func (r *Ring) VerifySignature(token string) error {
	h, err := checkHeader(token)
	if err != nil {
		return err
	}
	k, ok := r.find(h.kid)
	if !ok || h.alg != k.method.Alg() {
		return errNoJWK
	}
	end := strings.LastIndexByte(token, '.')
	signature, err := decodeSegment(token[end+1:])
	if err != nil {
		return err
	}
	return k.method.Verify(token[:end], signature, k.key)
}
