package auth_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"sync"
	"testing"

	"postern/shared/auth"
)

// The token J1 of dialects/nhn.md, section 15, and its parts.
const (
	j1Secret = "0123456789abcdef0123456789abcdef"
	j1Header = `{"alg":"HS256","typ":"JWT"}`
	j1Claims = `{"iss":"https://auth.example.com","aud":["orders"],"sub":"user-1",` +
		`"iat":1714521600,"nbf":1714521600,"exp":1714525200}`
	j1 = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS5jb20iLCJhdWQiOlsib3JkZXJzIl0sInN1YiI6" +
		"InVzZXItMSIsImlhdCI6MTcxNDUyMTYwMCwibmJmIjoxNzE0NTIxNjAwLCJleHAiOjE3MTQ1MjUyMDB9.5ewgpQJNqaJc8EWmpe_vWGB7V6z6lYdhio7pX_ZWOXg"
)

func hs256(t testing.TB, secret string, rules auth.TokenRules) *auth.Verifier {
	t.Helper()
	return verifier(t, "HS256", auth.SharedKey(secret), rules)
}

func verifier(t testing.TB, algorithm string, key auth.TokenKey, rules auth.TokenRules) *auth.Verifier {
	t.Helper()
	v, err := auth.NewVerifier(algorithm, key, rules)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func segment(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func unsegment(t testing.TB, text string) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// hsToken is signed with HMAC-SHA256 whatever its header says.
func hsToken(secret, header, claims string) string {
	return hsSign(secret, segment(header)+"."+segment(claims))
}

// hsSign signs what may be no token.
func hsSign(secret, input string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// testKey is one RSA key for all tests.
var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func publicPEM(t testing.TB, key *rsa.PublicKey) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// rsaToken is signed with PKCS #1 v1.5 and SHA-256.
func rsaToken(t testing.TB, key *rsa.PrivateKey, header, claims string) string {
	t.Helper()
	input := segment(header) + "." + segment(claims)
	digest := sha256.Sum256([]byte(input))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(sig)
}

// pssToken is signed with PSS and a salt of the given length.
func pssToken(t testing.TB, hash crypto.Hash, salt int, header string) string {
	t.Helper()
	input := segment(header) + "." + segment(j1Claims)
	h := hash.New()
	h.Write([]byte(input))
	sig, err := rsa.SignPSS(rand.Reader, testKey(), hash, h.Sum(nil), &rsa.PSSOptions{SaltLength: salt})
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(sig)
}

// hostileToken must not be accepted by a verifier of J1. Most carry the right MAC over what they are, so that the form alone
// is at fault.
type hostileToken struct{ name, token string }

func hostileTokens(t testing.TB) []hostileToken {
	t.Helper()
	signed := func(header, claims string) string { return hsToken(j1Secret, header, claims) }
	parts := strings.Split(j1, ".")
	header, claims, mac := parts[0], parts[1], parts[2]
	unsigned := func(header string) string { return segment(header) + "." + claims + "." }
	with := func(member string) string { return signed(`{"alg":"HS256",`+member+`}`, j1Claims) }
	claiming := func(claims string) string { return signed(j1Header, claims) }
	rsaPEM := publicPEM(t, &testKey().PublicKey)
	own, standard := segment("attacker"), base64.RawStdEncoding.EncodeToString([]byte(`{"a":"~~~???"}`))
	list := []hostileToken{
		{"empty", ""},
		{"a dot", "."},
		{"two dots", ".."},
		{"one segment", header},
		{"two segments", header + "." + claims},
		{"four segments", j1 + "."},
		{"four segments, the last filled", j1 + ".AAAA"},
		{"five segments, as JWE has", strings.Join([]string{header, "", claims, claims, mac}, ".")},
		{"a dot in front", "." + j1},
		{"the scheme in front", "Bearer " + j1},
		{"JSON serialization", `{"protected":"` + header + `","payload":"` + claims + `","signature":"` + mac + `"}`},

		{"alg none, no signature", unsigned(`{"alg":"none"}`)},
		{"alg None", unsigned(`{"alg":"None"}`)},
		{"alg NONE", unsigned(`{"alg":"NONE"}`)},
		{"alg nOnE", unsigned(`{"alg":"nOnE"}`)},
		{"alg none, with a space", unsigned(`{"alg":"none "}`)},
		{"alg none, signed", signed(`{"alg":"none"}`, j1Claims)},
		{"alg NoNe, signed", signed(`{"alg":"NoNe"}`, j1Claims)},
		{"alg absent", signed(`{"typ":"JWT"}`, j1Claims)},
		{"alg empty", signed(`{"alg":""}`, j1Claims)},
		{"alg null", signed(`{"alg":null}`, j1Claims)},
		{"alg a number", signed(`{"alg":256}`, j1Claims)},
		{"alg an array", signed(`{"alg":["HS256"]}`, j1Claims)},
		{"alg an object", signed(`{"alg":{"HS256":1}}`, j1Claims)},
		{"alg in lower case", signed(`{"alg":"hs256"}`, j1Claims)},
		{"alg with a NUL", signed(`{"alg":"HS256\u0000"}`, j1Claims)},
		{"ALG for alg", signed(`{"ALG":"HS256"}`, j1Claims)},
		{"Alg for alg", signed(`{"Alg":"HS256","typ":"JWT"}`, j1Claims)},
		{"alg twice, the same", signed(`{"alg":"HS256","alg":"HS256"}`, j1Claims)},
		{"alg twice, none first", signed(`{"alg":"none","alg":"HS256"}`, j1Claims)},
		{"alg twice, none last", signed(`{"alg":"HS256","alg":"none"}`, j1Claims)},
		{"alg twice, once escaped", signed(`{"alg":"HS256","\u0061lg":"HS256"}`, j1Claims)},
		{"HS384 with the right secret", signed(`{"alg":"HS384"}`, j1Claims)},
		{"HS512 with the right secret", signed(`{"alg":"HS512"}`, j1Claims)},
		{"ES256 with 64 zero bytes", segment(`{"alg":"ES256"}`) + "." + claims + "." + strings.Repeat("A", 86)},

		{"no signature", header + "." + claims + "."},
		{"a null byte for a signature", header + "." + claims + ".AA"},
		{"the signature cut", j1[:len(j1)-2]},
		{"the signature cut to 128 bits", header + "." + claims + "." + mac[:22]},
		{"the signature a byte longer", header + "." + claims + "." + mac[:42] + "gA"},
		{"a bit of the signature flipped", header + "." + claims + ".6" + mac[1:]},
		{"the claims changed", header + "." + segment(strings.Replace(j1Claims, "user-1", "user-2", 1)) + "." + mac},
		{"signed with the empty secret", hsToken("", j1Header, j1Claims)},
		{"signed with a common secret", hsToken("secret", j1Header, j1Claims)},
		{"signed with the PEM of an RSA key", hsToken(rsaPEM, j1Header, j1Claims)},
		{"claims signed without their header", header + "." + hsSign(j1Secret, claims)},

		{"signature padded", j1 + "="},
		{"header padded", hsSign(j1Secret, base64.URLEncoding.EncodeToString([]byte(`{"alg":"HS256"} `))+"."+claims)},
		{"trailing bits set in the signature", j1[:len(j1)-1] + "h"},
		{"a line feed in the signature", j1[:len(j1)-4] + "\n" + j1[len(j1)-4:]},
		{"a carriage return at the end", j1 + "\r"},
		{"a line feed in the header", hsSign(j1Secret, header[:8]+"\n"+header[8:]+"."+claims)},
		{"a space at the end", j1 + " "},
		{"a ? in the claims", hsSign(j1Secret, header+"."+claims[:8]+"?"+claims[8:])},
		{"standard alphabet in the claims", hsSign(j1Secret, header+"."+standard)},
		{"not UTF-8 in the header", signed("{\"alg\":\"HS256\",\"typ\":\"\xff\"}", j1Claims)},
		{"not UTF-8 in the claims", claiming("{\"sub\":\"\xff\"}")},
		{"a byte order mark", signed("\ufeff"+j1Header, j1Claims)},

		{"crit with an unknown extension", with(`"crit":["exp"],"exp":9999999999`)},
		{"crit empty", with(`"crit":[]`)},
		{"crit null", with(`"crit":null`)},
		{"b64 false and crit", with(`"crit":["b64"],"b64":false`)},
		{"b64 false alone", with(`"b64":false`)},
		{"zip", with(`"zip":"DEF"`)},
		{"enc", with(`"enc":"A256GCM"`)},
		{"kid a number", with(`"kid":1`)},
		{"kid an object", with(`"kid":{"$ne":""}`)},
		{"embedded jwk, signed with it", hsToken("attacker", `{"alg":"HS256","jwk":{"kty":"oct","k":"`+own+`"}}`, j1Claims)},
		{"jku, signed with its key", hsToken("attacker", `{"alg":"HS256","jku":"https://attacker.example/jwks"}`, j1Claims)},
		{"x5u and x5c, signed with theirs", hsToken("attacker", `{"alg":"HS256","x5u":"https://a.example","x5c":["AA"]}`, j1Claims)},
		{"kid of an empty file", hsToken("", `{"alg":"HS256","kid":"../../../../dev/null"}`, j1Claims)},
		{"kid of an SQL injection", hsToken("x", `{"alg":"HS256","kid":"' UNION SELECT 'x'--"}`, j1Claims)},
		{"kid of a command", hsToken("", `{"alg":"HS256","kid":"key | sleep 10"}`, j1Claims)},
		{"kid of a URL", hsToken("", `{"alg":"HS256","kid":"http://169.254.169.254/"}`, j1Claims)},

		{"header an array", signed(`["HS256"]`, j1Claims)},
		{"header null", signed(`null`, j1Claims)},
		{"header empty", hsSign(j1Secret, "."+claims)},
		{"header and more", signed(j1Header+`{}`, j1Claims)},
		{"header nested deep", with(`"x":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000))},
		{"claims null", claiming(`null`)},
		{"claims a string", claiming(`"user-1"`)},
		{"claims an array", claiming(`[` + j1Claims + `]`)},
		{"claims a number", claiming(`1`)},
		{"claims empty", hsSign(j1Secret, header+".")},
		{"claims cut", claiming(j1Claims[:len(j1Claims)-1])},
		{"claims and more", claiming(j1Claims + j1Claims)},
		{"claims nested deep", claiming(`{"x":` + strings.Repeat("[", 2000) + strings.Repeat("]", 2000) + `}`)},
		{"exp twice", claiming(`{"exp":1714525200,"exp":9999999999}`)},
		{"a name twice inside a claim", claiming(`{"exp":1714525200,"act":{"sub":"a","sub":"b"}}`)},
		{"exp NaN", claiming(`{"exp":NaN}`)},
		{"exp infinite", claiming(`{"exp":1e400}`)},
		{"exp huge", claiming(`{"exp":1e300}`)},
		{"exp past exact numbers", claiming(`{"exp":9007199254740993000}`)},
		{"exp a string", claiming(`{"exp":"1714525200"}`)},
		{"exp null", claiming(`{"exp":null}`)},
		{"exp an array", claiming(`{"exp":[1714525200]}`)},
		{"exp a boolean", claiming(`{"exp":true}`)},
		{"nbf a string", claiming(`{"nbf":"0"}`)},
		{"nbf null", claiming(`{"nbf":null}`)},
		{"nbf minus huge", claiming(`{"nbf":-1e300}`)},
		{"iat a string", claiming(`{"iat":"0"}`)},
		{"iat an object", claiming(`{"iat":{}}`)},
		{"longer than 8 KiB", claiming(`{"x":"` + strings.Repeat("x", 8<<10) + `"}`)},
	}
	return list
}
