package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// fields are a JSON Web Key.
func fields(t testing.TB, text string) map[string]any {
	t.Helper()
	var key map[string]any
	if err := json.Unmarshal([]byte(text), &key); err != nil {
		t.Fatal(err)
	}
	return key
}

func ring(t testing.TB, rules auth.TokenRules, keys ...string) *auth.Ring {
	t.Helper()
	var all []map[string]any
	for _, key := range keys {
		all = append(all, fields(t, key))
	}
	r, err := auth.NewRing(all, rules)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func octKey(kid, secret string) string {
	return `{"kty":"oct","kid":"` + kid + `","k":"` + segment(secret) + `"}`
}

// rsaKey is that of testKey.
func rsaKey(more string) string {
	return `{"kty":"RSA","e":"AQAB","n":"` + base64.RawURLEncoding.EncodeToString(testKey().N.Bytes()) + `"` + more + `}`
}

// RFC 7515, A.3, and the keys of A.1 and A.2. All tokens are over at 1300819380.
const (
	a1JWK = `{"kty":"oct","k":"` + a1Key + `"}`
	a2JWK = `{"kty":"RSA","e":"AQAB","n":"` + a2N + `"}`
	a3JWK = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`
	a3    = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ." +
		"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)

func TestRingVerifiesRFC7515(t *testing.T) {
	want := map[string]any{"iss": "joe", "exp": json.Number("1300819380"), "http://example.com/is_root": true}
	tokens := map[string]string{a1JWK: a1, a2JWK: a2, a3JWK: a3}
	for key, token := range tokens {
		claims, err := ring(t, auth.TokenRules{}, key).Verify(token, time.Unix(1300819380, 0))
		if err != nil || !reflect.DeepEqual(claims, want) {
			t.Errorf("Verify(%.24s) = %v, %v, want %v", token, claims, err, want)
		}
		for other, wrong := range tokens {
			if _, err := ring(t, auth.TokenRules{}, key).Verify(wrong, time.Unix(1300819380, 0)); other != key && kind(err) != fault.AuthJWTInvalid {
				t.Errorf("Verify(%.24s) with the key of %.24s = %v, want %s", wrong, token, err, fault.AuthJWTInvalid)
			}
		}
	}
}

// The keys and tokens of RFC 7520, sections 3 and 4.2 to 4.4, whose payload is text. x of the P-521 key begins with a zero.
const (
	cookbook = "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdS" +
		"Bkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4"
	bilboEC = `{"kty":"EC","kid":"bilbo.baggins@hobbiton.example","use":"sig","crv":"P-521",` +
		`"x":"AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt",` +
		`"y":"AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1"}`
	bilboRSA = `{"kty":"RSA","kid":"bilbo.baggins@hobbiton.example","use":"sig","alg":"PS384","e":"AQAB","n":"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwU` +
		`BZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBord` +
		`aZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BY` +
		`wdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw"}`
	es512 = "eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + cookbook +
		".AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxXPn7XrT0lw-kvAD" +
		"890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2"
	ps384 = "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9." + cookbook +
		".cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvd" +
		"vWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6" +
		"uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw"
)

func TestRingVerifiesRFC7520(t *testing.T) {
	for key, token := range map[string]string{bilboEC: es512, bilboRSA: ps384} {
		r := ring(t, auth.TokenRules{}, key)
		if err := r.VerifySignature(token); err != nil {
			t.Errorf("the signature of %.24s: %v", token, err)
		}
		if err := r.VerifySignature(strings.Replace(token, ".SXTi", ".SXTj", 1)); err == nil {
			t.Errorf("%.24s: the signature holds for another payload", token)
		}
		if _, err := r.Verify(token, now()); kind(err) != fault.AuthJWTMalformed {
			t.Errorf("Verify(%.24s) = %v, want %s: its payload is no object", token, err, fault.AuthJWTMalformed)
		}
	}
}

// esToken is signed on P-384, with the signature as JWS has it.
func esToken(t *testing.T, header string) (key, token string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	input := segment(header) + "." + segment(j1Claims)
	digest := crypto.SHA384.New()
	digest.Write([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, private, digest.Sum(nil))
	if err != nil {
		t.Fatal(err)
	}
	signature := append(r.FillBytes(make([]byte, 48)), s.FillBytes(make([]byte, 48))...)
	encode := base64.RawURLEncoding.EncodeToString
	key = `{"kty":"EC","crv":"P-384","kid":"e","x":"` + encode(point[1:49]) + `","y":"` + encode(point[49:]) + `"}`
	return key, input + "." + encode(signature)
}

// refusal is the fault's kind and its arguments.
type refusal struct {
	kind fault.Kind
	args fault.Args
}

func TestRing(t *testing.T) {
	const one, two = "the secret of one, long enough", "the secret of two, long enough"
	signed := func(secret, header, claims string) string { return hsToken(secret, header, claims) }
	es384Key, es384 := esToken(t, `{"alg":"ES384","kid":"e"}`)
	invalid := func(problem string) refusal {
		return refusal{fault.AuthJWTInvalid, fault.Args{"problem": problem}}
	}
	noKey := func(kid string) refusal { return refusal{fault.AuthJWTKey, fault.Args{"kid": kid}} }
	badSignature, badAlgorithm := invalid("signature verification failed"), invalid("alg not allowed")
	both := []string{octKey("1", one), octKey("2", two)}
	nameless := `{"kty":"oct","k":"` + segment(one) + `"}`
	pss := rsaKey(`,"alg":"PS256"`)
	for _, tt := range []struct {
		name, token string
		keys        []string
		want        refusal
	}{
		{"by kid", signed(two, `{"alg":"HS256","kid":"2"}`, j1Claims), both, refusal{}},
		{"of another kid", signed(two, `{"alg":"HS256","kid":"1"}`, j1Claims), both, badSignature},
		{"unknown kid", signed(two, `{"alg":"HS256","kid":"3"}`, j1Claims), both, noKey("3")},
		{"no kid, two keys", signed(two, `{"alg":"HS256"}`, j1Claims), both, noKey("null")},
		{"no kid, one key that has one", signed(one, `{"alg":"HS256"}`, j1Claims), both[:1], refusal{}},
		{"unknown kid, one key that has one", signed(one, `{"alg":"HS256","kid":"3"}`, j1Claims), both[:1], noKey("3")},
		{"a kid, one key that has none", signed(one, `{"alg":"HS256","kid":"3"}`, j1Claims), []string{nameless}, refusal{}},
		{"no kid, one of two keys has none", signed(one, `{"alg":"HS256"}`, j1Claims), []string{both[1], nameless}, refusal{}},
		{"unknown kid, one of two keys has none", signed(one, `{"alg":"HS256","kid":"3"}`, j1Claims), []string{both[1], nameless}, noKey("3")},
		{"a long kid", signed(one, `{"alg":"HS256","kid":"`+strings.Repeat("é", 40)+`"}`, j1Claims), both, noKey(strings.Repeat("é", 32) + "...")},
		{"HS384 by a key of HS256", signed(one, `{"alg":"HS384","kid":"1"}`, j1Claims), both, badAlgorithm},
		{"none", segment(`{"alg":"none","kid":"1"}`) + "." + segment(j1Claims) + ".", both, badAlgorithm},
		{"None", segment(`{"alg":"None","kid":"1"}`) + "." + segment(j1Claims) + ".", both, badAlgorithm},
		{"no alg", signed(one, `{"kid":"1"}`, j1Claims), both, badAlgorithm},
		{"alg is no text", signed(one, `{"alg":1,"kid":"1"}`, j1Claims), both, badAlgorithm},
		{"HMAC by a public key", signed(publicPEM(t, &testKey().PublicKey), `{"alg":"HS256"}`, j1Claims), []string{rsaKey("")}, badAlgorithm},
		{"RS256", rsaToken(t, testKey(), `{"alg":"RS256"}`, j1Claims), []string{rsaKey("")}, refusal{}},
		{"RS256 by a key of PS256", rsaToken(t, testKey(), `{"alg":"RS256"}`, j1Claims), []string{pss}, badAlgorithm},
		{"PS256", pssToken(t, crypto.SHA256, 32, `{"alg":"PS256"}`), []string{pss}, refusal{}},
		{"PS256 with a short salt", pssToken(t, crypto.SHA256, 8, `{"alg":"PS256"}`), []string{pss}, badSignature},
		{"ES384", es384, []string{es384Key}, refusal{}},
		{"a signature cut", es384[:len(es384)-4], []string{es384Key}, badSignature},
		{"no token", "not.a.jwt", both, refusal{fault.AuthJWTMalformed, fault.Args{"token": "not.a.jwt"}}},
		{"two segments", segment(`{"alg":"HS256","kid":"1"}`) + ".e30", both, refusal{fault.AuthJWTMalformed, fault.Args{"token": segment(`{"alg":"HS256","kid":"1"}`) + ".e30"}}},
		{
			"claims are null", signed(one, `{"alg":"HS256","kid":"1"}`, `null`), both,
			refusal{fault.AuthJWTMalformed, fault.Args{"token": signed(one, `{"alg":"HS256","kid":"1"}`, `null`)[:64] + "..."}},
		},
		{"a long one", strings.Repeat("a", 9<<10), both, refusal{fault.AuthJWTMalformed, fault.Args{"token": strings.Repeat("a", 64) + "..."}}},
		{"over", signed(one, `{"alg":"HS256","kid":"1"}`, `{"exp":1714521599}`), both, refusal{fault.AuthJWTExpired, fault.Args{"at": "2024-04-30T23:59:59Z"}}},
		{"over, with a wrong signature", signed(two, `{"alg":"HS256","kid":"1"}`, `{"exp":1714521599}`), both, badSignature},
		{"not yet", signed(one, `{"alg":"HS256","kid":"1"}`, `{"nbf":1714521601}`), both, invalid("not valid before 2024-05-01T00:00:01Z")},
		{"exp is no time", signed(one, `{"alg":"HS256","kid":"1"}`, `{"exp":"soon"}`), both, invalid("claim exp: not a time")},
		{"another issuer", signed(one, `{"alg":"HS256","kid":"1"}`, `{"iss":"x"}`), both, invalid("claim iss: not a value that is asked for")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := auth.TokenRules{Claims: map[string]auth.ClaimRule{"iss": {Values: []string{"https://auth.example.com"}}}}
			claims, err := ring(t, rules, tt.keys...).Verify(tt.token, now())
			var got refusal
			if err != nil {
				got = refusal{kind(err), fault.From(err).Args}
			}
			if !reflect.DeepEqual(got, tt.want) || (claims == nil) != (err != nil) {
				t.Errorf("Verify = %v, %v, want %v", claims, got, tt.want)
			}
		})
	}
}

// Every token that the verifier of one secret refuses is refused by a ring of it too, as malformed or invalid.
func TestRingRefusesHostileTokens(t *testing.T) {
	r := ring(t, auth.TokenRules{}, octKey("1", j1Secret))
	for _, h := range hostileTokens(t) {
		if _, err := r.Verify(h.token, now()); !kind(err).Under(fault.AuthJWT) {
			t.Errorf("%s: Verify = %v, want a refusal", h.name, err)
		}
	}
}

func TestRingWithoutExpiry(t *testing.T) {
	r := ring(t, auth.TokenRules{Stale: true}, octKey("1", j1Secret))
	if _, err := r.Verify(hsToken(j1Secret, j1Header, `{"exp":1}`), now()); err != nil {
		t.Errorf("Verify of what is over = %v, want its claims", err)
	}
	if _, err := r.Verify(hsToken(j1Secret, j1Header, `{"exp":1,"nbf":1814521600}`), now()); kind(err) != fault.AuthJWTInvalid {
		t.Errorf("Verify of what is not yet = %v, want %s", err, fault.AuthJWTInvalid)
	}
}

// The step gives the exchange claims only of a token that holds.
func TestRingStep(t *testing.T) {
	step := ring(t, auth.TokenRules{}, octKey("1", j1Secret)).Step(0)
	if step.Name != "jwt.verify" || !step.Again {
		t.Errorf("step %q, again %v, want jwt.verify, which is repeated", step.Name, step.Again)
	}
	for _, tt := range []struct {
		name  string
		c     *gateway.Credential
		want  fault.Kind
		claim any
	}{
		{"good", &gateway.Credential{Token: hsToken(j1Secret, j1Header, `{"sub":"u"}`)}, "", "u"},
		{"over", &gateway.Credential{Token: hsToken(j1Secret, j1Header, `{"sub":"u","exp":1}`)}, fault.AuthJWTExpired, nil},
		{"none is needed", nil, "", nil},
	} {
		x := exchange(tt.c)
		if got := run(x, step); got != tt.want || x.Claims["sub"] != tt.claim {
			t.Errorf("%s: refused with %q, claims %v, want %q and %v", tt.name, got, x.Claims, tt.want, tt.claim)
		}
	}
	if got := run(exchange(), step); got != fault.Internal {
		t.Errorf("nothing was read: %q, want %s", got, fault.Internal)
	}
}
