package auth

import (
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

// modulus is an odd number of so many bits.
func modulus(bits uint) string {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return base64.RawURLEncoding.EncodeToString(n.SetBit(n, 0, 1).Bytes())
}

// rsaJWK is a usable key with other members added; one named like n or e replaces it.
func rsaJWK(members string) string {
	all := []string{`"kty":"RSA"`}
	for name, value := range map[string]string{"n": modulus(2048), "e": "AQAB"} {
		if !strings.Contains(members, `"`+name+`":`) {
			all = append(all, fmt.Sprintf(`%q:%q`, name, value))
		}
	}
	if members != "" {
		all = append(all, members)
	}
	return "{" + strings.Join(all, ",") + "}"
}

func TestParseKeySetKeepsSignatureKeys(t *testing.T) {
	for _, tt := range []struct {
		name, key string
		want      bool
	}{
		{"an RSA key", rsaJWK(``), true},
		{"with all of it", rsaJWK(`"kid":"1","alg":"RS256","use":"sig","key_ops":["verify"],"x5c":["AA"],"x5u":1`), true},
		{"two operations", rsaJWK(`"key_ops":["sign","verify"]`), true},
		{"use enc", rsaJWK(`"use":"enc"`), false},
		{"use null", rsaJWK(`"use":null`), false},
		{"use in upper case", rsaJWK(`"use":"SIG"`), false},
		{"use an object", rsaJWK(`"use":{}`), false},
		{"operations without verify", rsaJWK(`"key_ops":["encrypt","sign"]`), false},
		{"no operations", rsaJWK(`"key_ops":[]`), false},
		{"operations a string", rsaJWK(`"key_ops":"verify"`), false},
		{"operations null", rsaJWK(`"key_ops":null`), false},
		{"an operation that is an object", rsaJWK(`"key_ops":[{}]`), false},
		{"use sig, but operations without verify", rsaJWK(`"use":"sig","key_ops":["encrypt"]`), false},
		{"kid a number", rsaJWK(`"kid":1`), false},
		{"alg null", rsaJWK(`"alg":null`), false},
		{"symmetric", `{"kty":"oct","k":"AAAA"}`, false},
		{"elliptic", `{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}`, false},
		{"kty in lower case", `{"kty":"rsa","n":"` + modulus(2048) + `","e":"AQAB"}`, false},
		{"kty an array", `{"kty":["RSA"],"n":"` + modulus(2048) + `","e":"AQAB"}`, false},
		{"no kty", `{"n":"` + modulus(2048) + `","e":"AQAB"}`, false},
		{"KTY for kty", `{"KTY":"RSA","n":"` + modulus(2048) + `","e":"AQAB"}`, false},
		{"2047 bits", rsaJWK(`"n":"` + modulus(2047) + `"`), false},
		{"8192 bits", rsaJWK(`"n":"` + modulus(8192) + `"`), true},
		{"8193 bits", rsaJWK(`"n":"` + modulus(8193) + `"`), false},
		{"an even modulus", rsaJWK(`"n":"` + strings.Repeat("_", 341) + `g"`), false},
		{"n a number", rsaJWK(`"n":3`), false},
		{"n empty", rsaJWK(`"n":""`), false},
		{"n padded", rsaJWK(`"n":"` + modulus(2048) + `="`), false},
		{"n in the standard alphabet", rsaJWK(`"n":"` + strings.Repeat("/", 342) + `"`), false},
		{"no n", `{"kty":"RSA","e":"AQAB"}`, false},
		{"no e", `{"kty":"RSA","n":"` + modulus(2048) + `"}`, false},
		{"e 3", rsaJWK(`"e":"Aw"`), true},
		{"e 1", rsaJWK(`"e":"AQ"`), false},
		{"e 0", rsaJWK(`"e":"AA"`), false},
		{"e even", rsaJWK(`"e":"BA"`), false},
		{"e of 31 bits", rsaJWK(`"e":"f____w"`), true},
		{"e of 32 bits", rsaJWK(`"e":"_____w"`), false},
		{"e of 65 bits", rsaJWK(`"e":"AQAAAAAAAAAB"`), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			keys, err := parseKeySet([]byte(`{"keys":[{"kty":"oct"},` + tt.key + `]}`))
			if err != nil || (len(keys) == 1) != tt.want {
				t.Errorf("parseKeySet(%s) = %d keys, %v, want usable %v", tt.key, len(keys), err, tt.want)
			}
		})
	}
}

func TestParseKeySetRefusesWhatIsNone(t *testing.T) {
	for _, text := range []string{
		``, `<html><body>404</body></html>`, `null`, `[]`, `{}`, `{"keys":null}`, `{"keys":{}}`, `{"keys":"x"}`, `{"KEYS":[]}`,
		`{"keys":[1]}`, `{"keys":[null]}`, `{"keys":[[]]}`, `{"keys":[],"keys":[]}`,
		`{"keys":[` + rsaJWK(`"n":"AA","n":"AA"`) + `]}`, `{"keys":[]}{}`, `{"keys":[]`, rsaJWK(""),
		`{"keys":[{"kty":"RSA","x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}]}`,
	} {
		if keys, err := parseKeySet([]byte(text)); err == nil {
			t.Errorf("parseKeySet(%s) = %d keys, want an error", text, len(keys))
		}
	}
	if keys, err := parseKeySet([]byte(`{"keys":[]}`)); err != nil || len(keys) != 0 {
		t.Errorf("parseKeySet(empty set) = %d keys, %v, want none and no error", len(keys), err)
	}
}

func TestPick(t *testing.T) {
	for _, tt := range []struct {
		name, kid string
		keys      []string
		want      int // index of keys, -1: none
	}{
		{"by kid", "b", []string{`"kid":"a"`, `"kid":"b"`}, 1},
		{"kid unknown", "c", []string{`"kid":"a"`, `"kid":"b"`}, -1},
		{"kid in upper case", "A", []string{`"kid":"a"`}, -1},
		{"kid, the only key has none", "a", []string{``}, -1},
		{"no kid, one key", "", []string{`"kid":"a"`}, 0},
		{"no kid, two keys", "", []string{`"kid":"a"`, `"kid":"b"`}, -1},
		{"no kid, no key", "", nil, -1},
		{"no kid, one key of the algorithm", "", []string{`"kid":"a","alg":"PS256"`, `"kid":"b","alg":"RS256"`}, 1},
		{"kid of another algorithm", "a", []string{`"kid":"a","alg":"PS256"`}, -1},
		{"kid twice", "a", []string{`"kid":"a"`, `"kid":"a"`, `"kid":"b"`}, -1},
		{"another kid twice", "b", []string{`"kid":"a"`, `"kid":"a"`, `"kid":"b"`}, 2},
		{"kid twice, once for encryption", "a", []string{`"kid":"a","use":"enc"`, `"kid":"a","use":"sig","e":"Aw"`}, 1},
		{"kid twice, for two algorithms", "a", []string{`"kid":"a","alg":"RS512"`, `"kid":"a","alg":"RS256"`}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			members := make([]string, len(tt.keys))
			for i, k := range tt.keys {
				n := new(big.Int).Lsh(big.NewInt(1), 2047+uint(i)) // tells the keys apart by their length
				n.SetBit(n, 0, 1)
				members[i] = rsaJWK(strings.TrimPrefix(k+`,"n":"`+base64.RawURLEncoding.EncodeToString(n.Bytes())+`"`, ","))
			}
			keys, err := parseKeySet([]byte(`{"keys":[` + strings.Join(members, ",") + `]}`))
			if err != nil {
				t.Fatal(err)
			}
			got := -1
			if key, err := pick(keys, "RS256", tt.kid); err == nil {
				got = key.(*rsa.PublicKey).N.BitLen() - 2048
			}
			if got != tt.want {
				t.Errorf("pick(%q) = key %d, want %d", tt.kid, got, tt.want)
			}
		})
	}
}

// FuzzKeySet: whatever is parsed without an error is made of keys that are safe to use.
func FuzzKeySet(f *testing.F) {
	f.Add([]byte(`{"keys":[` + rsaJWK(`"kid":"a","alg":"RS256","use":"sig","key_ops":["verify"]`) + `,{"kty":"oct"}]}`))
	f.Add([]byte(`{"keys":[` + rsaJWK(`"e":"AQ"`) + `]}`))
	f.Add([]byte(`{"keys":[{},1]}`))
	f.Add([]byte(`<html>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := parseKeySet(data)
		if err != nil && keys != nil {
			t.Fatalf("parseKeySet(%q) = keys and %v", data, err)
		}
		for _, k := range keys {
			if k.key.N.BitLen() < 2048 || k.key.N.Bit(0) == 0 || k.key.E < 3 || k.key.E%2 == 0 {
				t.Errorf("parseKeySet(%q) gives the unsafe key %v", data, k.key)
			}
		}
		if key, err := pick(keys, "RS256", ""); (err == nil) != (key != nil) {
			t.Errorf("pick = %v, %v", key, err)
		}
	})
}
