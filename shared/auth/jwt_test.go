package auth_test

import (
	"crypto"
	"crypto/rsa"
	"math/big"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

func j1Time() time.Time { return time.Unix(1714521600, 0) }

// RFC 7515, A.1 and A.2.
const (
	a1Key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
	a1    = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p" +
		"c19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	a2N = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs" +
		"D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMT" +
		"BQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
	a2 = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ." +
		"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcA" +
		"cQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHW" +
		"EsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)

func a2Key(t testing.TB) *rsa.PublicKey {
	t.Helper()
	return &rsa.PublicKey{N: new(big.Int).SetBytes(unsegment(t, a2N)), E: 65537}
}

func publicKey(t testing.TB, key *rsa.PublicKey) auth.TokenKey {
	t.Helper()
	source, err := auth.PublicKey(publicPEM(t, key))
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func TestVerifierAcceptsPublishedTokens(t *testing.T) {
	for _, tt := range []struct {
		name, alg, token string
		key              auth.TokenKey
		exp              int64
	}{
		{"RFC 7515 A.1", "HS256", a1, auth.SharedKey(string(unsegment(t, a1Key))), 1300819380},
		{"RFC 7515 A.2", "RS256", a2, publicKey(t, a2Key(t)), 1300819380},
		{"J1", "HS256", j1, auth.SharedKey(j1Secret), 1714525200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := verifier(t, tt.alg, tt.key, auth.TokenRules{})
			for _, step := range []struct {
				name string
				at   time.Time
				want fault.Kind
			}{
				{"before exp", time.Unix(tt.exp-1, 0), ""},
				{"at exp", time.Unix(tt.exp, 0), ""},
				{"past exp", time.Unix(tt.exp, 1), fault.AuthJWTExpired},
			} {
				if got := kind(v.Verify(t.Context(), tt.token, step.at)); got != step.want {
					t.Errorf("Verify %s = %q, want %q", step.name, got, step.want)
				}
			}
			// Expired and wrongly signed is not "expired": nothing of such a token is believed.
			bad := strings.Replace(tt.token, ".", ".e30", 1)
			if got := kind(v.Verify(t.Context(), bad, time.Unix(tt.exp, 1))); got != fault.AuthJWTInvalid {
				t.Errorf("Verify(expired and forged) = %q, want %q", got, fault.AuthJWTInvalid)
			}
		})
	}
}

func TestVerifierRefusesHostileTokens(t *testing.T) {
	v := hs256(t, j1Secret, auth.TokenRules{})
	foreign := hostileToken{"RS256, rightly signed with a key of its own", rsaToken(t, testKey(), `{"alg":"RS256"}`, j1Claims)}
	for _, accepted := range []string{
		j1,
		hsToken(j1Secret, j1Header, j1Claims),
		hsToken(j1Secret, `{"alg":"HS256","ALG":"none","kid":"any","jwk":{},"jku":"x","x5u":"x","x5c":[]}`, `{}`),
	} {
		if err := v.Verify(t.Context(), accepted, j1Time()); err != nil {
			t.Fatalf("Verify(%s) = %v, want it accepted: the others would prove nothing", accepted, err)
		}
	}
	for _, tt := range append(hostileTokens(t), foreign) {
		t.Run(tt.name, func(t *testing.T) {
			if got := kind(v.Verify(t.Context(), tt.token, j1Time())); got != fault.AuthJWTInvalid {
				t.Errorf("Verify(%.200s) = %q, want %q", tt.token, got, fault.AuthJWTInvalid)
			}
		})
	}
}

// A verifier of RSA signatures must not take the public key for a shared secret (CVE-2016-10555).
func TestRSAVerifierRefusesHMAC(t *testing.T) {
	public := publicPEM(t, &testKey().PublicKey)
	v := verifier(t, "RS256", publicKey(t, &testKey().PublicKey), auth.TokenRules{})
	genuine := rsaToken(t, testKey(), `{"alg":"RS256","kid":"any"}`, j1Claims)
	if err := v.Verify(t.Context(), genuine, j1Time()); err != nil {
		t.Fatalf("Verify(RS256) = %v, want it accepted", err)
	}
	tokens := hostileTokens(t)
	for name, secret := range map[string]string{"PEM": public, "PEM without its last line feed": strings.TrimSpace(public)} {
		for _, alg := range []string{"HS256", "RS256"} {
			tokens = append(tokens, hostileToken{name + " as " + alg, hsToken(secret, `{"alg":"`+alg+`"}`, j1Claims)})
		}
	}
	tokens = append(tokens, hostileToken{"J1", j1}, hostileToken{"PSS", pssToken(t, crypto.SHA256, 32, `{"alg":"RS256"}`)})
	for _, tt := range tokens {
		if got := kind(v.Verify(t.Context(), tt.token, j1Time())); got != fault.AuthJWTInvalid {
			t.Errorf("%s: Verify = %q, want %q", tt.name, got, fault.AuthJWTInvalid)
		}
	}
}

// RFC 7518, 3.5: the salt is as long as the hash. golang-jwt takes any, which the control proves.
func TestPSSSaltLength(t *testing.T) {
	for _, tt := range []struct {
		alg  string
		hash crypto.Hash
	}{{"PS256", crypto.SHA256}, {"PS384", crypto.SHA384}, {"PS512", crypto.SHA512}} {
		v := verifier(t, tt.alg, publicKey(t, &testKey().PublicKey), auth.TokenRules{})
		for _, salt := range []int{tt.hash.Size(), tt.hash.Size() - 1, tt.hash.Size() + 1, 20, rsa.PSSSaltLengthAuto} {
			token := pssToken(t, tt.hash, salt, `{"alg":"`+tt.alg+`"}`)
			_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return &testKey().PublicKey, nil },
				jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{tt.alg}))
			if err != nil {
				t.Fatalf("the control refuses a salt of %d bytes (0: the longest): %v", salt, err)
			}
			want := fault.AuthJWTInvalid
			if salt == tt.hash.Size() {
				want = ""
			}
			if got := kind(v.Verify(t.Context(), token, j1Time())); got != want {
				t.Errorf("%s with a salt of %d bytes (0: the longest) = %q, want %q", tt.alg, salt, got, want)
			}
		}
	}
}

func TestNewVerifierRefusesAlgorithms(t *testing.T) {
	for _, alg := range []string{"", "none", "hs256", "HS384", "ES256"} {
		if v, err := auth.NewVerifier(alg, auth.SharedKey("x"), auth.TokenRules{}); err == nil || v != nil {
			t.Errorf("NewVerifier(%q) = %v, want an error", alg, v)
		}
	}
}

// CVE-2025-30204: a header full of dots must not cost memory.
func TestLongTokensCostNothing(t *testing.T) {
	v := hs256(t, j1Secret, auth.TokenRules{})
	for name, token := range map[string]string{
		"dots": strings.Repeat(".", 1<<20), "8 KiB of dots": strings.Repeat(".", 8<<10),
		"dots after a header": j1 + strings.Repeat(".", 1<<20), "letters": strings.Repeat("A", 1<<20),
	} {
		const runs = 100
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range runs {
			if got := kind(v.Verify(t.Context(), token, j1Time())); got != fault.AuthJWTInvalid {
				t.Fatalf("Verify(%s) = %q, want %q", name, got, fault.AuthJWTInvalid)
			}
		}
		runtime.ReadMemStats(&after)
		if bytes := (after.TotalAlloc - before.TotalAlloc) / runs; bytes > 4<<10 {
			t.Errorf("Verify(%s) allocates %d bytes, want at most 4 KiB", name, bytes)
		}
	}
}

func TestTheLongestToken(t *testing.T) {
	v := hs256(t, "k", auth.TokenRules{})
	token := func(n int) string { // header, two dots and the MAC take 36 + 2 + 43
		return hsSign("k", segment(j1Header)+"."+segment(`{"x":"`+strings.Repeat("x", n)+`"}`))
	}
	n := 0
	for len(token(n+1)) <= 8<<10 {
		n++
	}
	if got := kind(v.Verify(t.Context(), token(n), j1Time())); got != "" {
		t.Errorf("Verify(%d bytes) = %q, want it accepted", len(token(n)), got)
	}
	if got := kind(v.Verify(t.Context(), token(n+1), j1Time())); got != fault.AuthJWTInvalid {
		t.Errorf("Verify(%d bytes) = %q, want %q", len(token(n+1)), got, fault.AuthJWTInvalid)
	}
}

func TestJWTStep(t *testing.T) {
	step := hs256(t, j1Secret, auth.TokenRules{}).Step(0)
	x := exchange(&gateway.Credential{Token: j1})
	x.Request.Received = j1Time()
	x.Principal = &gateway.Principal{App: "shop"}
	if got := run(x, step); got != "" || step.Name != "jwt.verify" || step.Again || x.Principal.App != "shop" {
		t.Errorf("%s = %q, principal %+v, want a pass and the principal left alone", step.Name, got, x.Principal)
	}
	x.Request.Received = j1Time().Add(2 * time.Hour)
	if got := run(x, step); got != fault.AuthJWTExpired {
		t.Errorf("jwt.verify two hours later = %q, want %q", got, fault.AuthJWTExpired)
	}
}

func FuzzVerifyToken(f *testing.F) {
	for _, tt := range hostileTokens(f) {
		f.Add(tt.token)
	}
	rs := rsaToken(f, testKey(), `{"alg":"RS256"}`, j1Claims)
	f.Add(j1)
	f.Add(rs)
	hmac := hs256(f, j1Secret, auth.TokenRules{})
	rsa := verifier(f, "RS256", publicKey(f, &testKey().PublicKey), auth.TokenRules{})
	genuine := map[string]bool{j1: true, rs: true}
	f.Fuzz(func(t *testing.T, token string) {
		for _, v := range []*auth.Verifier{hmac, rsa} {
			switch got := kind(v.Verify(t.Context(), token, j1Time())); {
			case got == "" && !genuine[token]:
				t.Errorf("Verify(%q) accepts a forged token", token)
			case got != "" && got != fault.AuthJWTInvalid:
				t.Errorf("Verify(%q) = %q, want %q", token, got, fault.AuthJWTInvalid)
			}
		}
	})
}

func BenchmarkVerifyHS256(b *testing.B) {
	benchmarkVerify(b, hs256(b, j1Secret, auth.TokenRules{}), j1)
}

func BenchmarkVerifyRS256(b *testing.B) {
	v := verifier(b, "RS256", publicKey(b, &testKey().PublicKey), auth.TokenRules{})
	benchmarkVerify(b, v, rsaToken(b, testKey(), `{"alg":"RS256","typ":"JWT"}`, j1Claims))
}

func benchmarkVerify(b *testing.B, v *auth.Verifier, token string) {
	b.ReportAllocs()
	for b.Loop() {
		if err := v.Verify(b.Context(), token, j1Time()); err != nil {
			b.Fatal(err)
		}
	}
}
