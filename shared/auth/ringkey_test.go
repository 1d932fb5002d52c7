package auth_test

import (
	"maps"
	"strings"
	"testing"

	"postern/shared/auth"
	"postern/shared/fault"
)

func TestNewRing(t *testing.T) {
	p256 := func(change map[string]any) map[string]any {
		key := fields(t, a3JWK)
		maps.Copy(key, change)
		return key
	}
	secret := fields(t, octKey("1", "0123456789abcdef"))
	for _, tt := range []struct {
		name string
		keys []map[string]any
		want string
	}{
		{"none", nil, "there is no key"},
		{"no kty", []map[string]any{{}}, "keys[0]: there is no kty <nil>: write RSA, EC or oct"},
		{"the second", []map[string]any{secret, {"kty": "OKP"}}, "keys[1]: there is no kty OKP"},
		{"a kid twice", []map[string]any{secret, secret}, "keys[1]: another key has its kid"},
		{"two without kid", []map[string]any{p256(nil), fields(t, a2JWK)}, "keys[1]: another key has its kid, or none too"},
		{"kid is a number", []map[string]any{p256(map[string]any{"kid": 1.0})}, "kid or alg is no text"},
		{"for encryption", []map[string]any{p256(map[string]any{"use": "enc"})}, "not for signatures"},
		{"alg of another type", []map[string]any{p256(map[string]any{"alg": "RS256"})}, `a key of kty EC verifies no alg "RS256"`},
		{"none", []map[string]any{{"kty": "oct", "k": secret["k"], "alg": "none"}}, `verifies no alg "none"`},
		{"no curve", []map[string]any{p256(map[string]any{"crv": "P-224"})}, "there is no crv P-224"},
		{"no y", []map[string]any{p256(map[string]any{"y": ""})}, "needs x and y"},
		{"off the curve", []map[string]any{p256(map[string]any{"y": segment("y")})}, "no point of the curve"},
		{"x is too long", []map[string]any{p256(map[string]any{"x": segment(strings.Repeat("x", 33))})}, "no point of the curve"},
		{"a private key", []map[string]any{p256(map[string]any{"d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})}, "write the public one"},
		{"no n", []map[string]any{{"kty": "RSA", "e": "AQAB"}}, "needs n and e"},
		{"a small n", []map[string]any{{"kty": "RSA", "e": "AQAB", "n": segment(strings.Repeat("n", 128))}}, "2048 to 8192 bits"},
		{"a short secret", []map[string]any{{"kty": "oct", "k": segment("hunter2hunter2!")}}, "at least 16 bytes"},
		{"a secret in base64", []map[string]any{{"kty": "oct", "k": "aHVudGVyMmh1bnRlcjI="}}, "in base64url"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := auth.NewRing(tt.keys, auth.TokenRules{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("NewRing = %v, want …%s…", err, tt.want)
			}
			for _, key := range tt.keys {
				if k, _ := key["k"].(string); k != "" && strings.Contains(err.Error(), k) {
					t.Errorf("NewRing = %v, with the secret in it", err)
				}
			}
		})
	}
}

func FuzzRing(f *testing.F) {
	r := ring(f, auth.TokenRules{}, a1JWK, bilboEC, octKey("1", j1Secret))
	f.Add(a1)
	f.Add(es512)
	f.Add(hsToken(j1Secret, `{"alg":"HS256","kid":"1"}`, j1Claims))
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		claims, err := r.Verify(token, now())
		if err != nil && !kind(err).Under(fault.AuthJWT) || (claims == nil) != (err != nil) {
			t.Errorf("Verify(%q) = %v, %v", token, claims, err)
		}
	})
}
