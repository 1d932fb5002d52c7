package app_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"postern/shared/app"
	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/dialect"
	"postern/shared/dialect/nhn"
	"postern/shared/gateway"
)

// served is the status and the code of the answer, 0 where it has none.
func served(t *testing.T, g *gateway.Gateway, r *gateway.Request) (status, code int) {
	t.Helper()
	g.Serve(context.Background(), r, func(a *gateway.Response) error {
		var envelope struct {
			Header struct {
				ResultCode int `json:"resultCode"`
			} `json:"header"`
		}
		if status = a.Status; status != http.StatusOK {
			if err := json.Unmarshal(a.Body, &envelope); err != nil {
				t.Errorf("body %q: %v", a.Body, err)
			}
		}
		code = envelope.Header.ResultCode
		return nil
	})
	return status, code
}

func token(t *testing.T, method jwt.SigningMethod, key any, header map[string]any) string {
	t.Helper()
	tok := jwt.NewWithClaims(method, jwt.MapClaims{"iss": "https://auth.example.com", "exp": received.Unix()})
	maps.Copy(tok.Header, header)
	text, err := tok.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const (
	hmacScheme = `{hmac: {secret: secret, skew: 60s}}`
	jwtScheme  = `{jwt: {algorithm: HS256, secret: "${secret:jwt}", claims: {iss: {values: ["https://auth.example.com"]}}}}`
	keyScheme  = `api-key`
)

func callers() *config.Registry {
	return &config.Registry{Version: 1, Secrets: map[string]string{"jwt": "jwt-secret"}, Apps: []config.App{
		{Name: "shop", Keys: []config.Key{{Name: "main", Primary: "key-of-shop"}}, Grants: map[string]config.Grant{"members": {}}},
	}}
}

// Whatever the order of the alternatives and of the vendor's checks, a request without a valid credential is refused.
func TestAnyOfSchemes(t *testing.T) {
	good := map[string]*gateway.Request{
		hmacScheme: signed("/members/7"),
		jwtScheme:  request("/members/7", "Authorization", "Bearer "+token(t, jwt.SigningMethodHS256, []byte("jwt-secret"), nil)),
		keyScheme:  request("/members/7", "X-Nhn-Apikey", "key-of-shop"),
	}
	bad := map[string]*gateway.Request{
		hmacScheme: signed("/members/8"),
		jwtScheme:  request("/members/7", "Authorization", "Bearer "+token(t, jwt.SigningMethodHS256, []byte("other"), nil)),
		keyScheme:  request("/members/7", "X-Nhn-Apikey", "guess"),
	}
	bad[hmacScheme].Path = "/members/7"
	for _, list := range [][]string{
		{hmacScheme},
		{jwtScheme},
		{keyScheme},
		{hmacScheme, keyScheme},
		{keyScheme, hmacScheme},
		{jwtScheme, keyScheme},
		{keyScheme, jwtScheme},
	} {
		t.Run(strings.Join(list, " or "), func(t *testing.T) {
			g := house(t, fmt.Sprintf(members, "{any: ["+strings.Join(list, ", ")+"]}", ""), callers())
			if status, code := served(t, g, request("/members/7")); status == http.StatusOK {
				t.Errorf("no credential = %d, %d, want a refusal", status, code)
			}
			for _, scheme := range list {
				if status, code := served(t, g, good[scheme]); status != http.StatusOK {
					t.Errorf("a good %s = %d, %d, want 200", scheme, status, code)
				}
				if status, code := served(t, g, bad[scheme]); status == http.StatusOK {
					t.Errorf("a bad %s = %d, %d, want a refusal", scheme, status, code)
				}
			}
		})
	}
}

func TestTheFirstOfAnyRefusesWhatHasNone(t *testing.T) {
	for list, want := range map[string]int{hmacScheme + "," + keyScheme: 4011001, keyScheme + "," + hmacScheme: 4031010} {
		g := house(t, fmt.Sprintf(members, "{any: ["+list+"]}", ""), callers())
		if _, code := served(t, g, request("/members/7")); code != want {
			t.Errorf("any of %s without a credential = %d, want %d", list, code, want)
		}
	}
}

func TestAllOfSchemes(t *testing.T) {
	g := house(t, fmt.Sprintf(members, hmacScheme+", "+keyScheme, ""), callers())
	both, late := signed("/members/7"), signed("/members/7")
	both.Header.Set("X-Nhn-Apikey", "key-of-shop")
	late.Received = received.Add(time.Minute + 1)
	for _, tt := range []struct {
		name    string
		request *gateway.Request
		want    int
	}{
		{"both", both, 0},
		{"signature alone", signed("/members/7"), 4031010},
		{"key alone", request("/members/7", "X-Nhn-Apikey", "key-of-shop"), 4011001},
		{"late", late, 4011007},
	} {
		if _, code := served(t, g, tt.request); code != tt.want {
			t.Errorf("%s = %d, want %d", tt.name, code, tt.want)
		}
	}
}

func TestAuthProblems(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weak := fmt.Sprintf(`{jwt: {algorithm: RS256, public-key: %q}}`, publicKeyPEM(t, small))
	for _, tt := range []struct{ dialect, auth, path, text string }{
		{"toast", `api-key`, "auth[0]", "dialect toast has no scheme api-key; it has: hmac, jwt"},
		{"toast", `{any: [{hmac: {secret: x}}, api-key]}`, "auth[0].any[1]", "has no scheme api-key"},
		{"nhn", `{any: [api-key, {any: [{hmac: {secret: x}}]}]}`, "auth[0].any[1]", "any inside any"},
		{"nhn", `{hmac: {secret: x}, api-key: {}}`, "auth[0]", "exactly one scheme; dialect nhn has: api-key, hmac, jwt"},
		{"nhn", `api-key, {hmac: {}}`, "auth[1].hmac.secret", "${secret:NAME}"},
		{"nhn", `{any: [api-key, {jwt: {algorithm: HS256}}]}`, "auth[0].any[1].jwt.secret", "takes a secret"},
		{"nhn", `{jwt: {algorithm: HS256, secret: x, jwks: "https://h/k"}}`, "auth[0].jwt.secret", "neither public-key nor jwks"},
		{"nhn", `{jwt: {algorithm: RS256}}`, "auth[0].jwt.public-key", "either public-key or jwks"},
		{"nhn", `{jwt: {algorithm: RS256, jwks: "https://h/k", secret: x}}`, "auth[0].jwt.public-key", "no secret"},
		{"nhn", `{jwt: {algorithm: RS256, jwks: "https://h/k", public-key: x}}`, "auth[0].jwt.public-key", "either"},
		{"nhn", `{jwt: {algorithm: RS256, public-key: nonsense}}`, "auth[0].jwt.public-key", "-----BEGIN PUBLIC KEY-----"},
		{"nhn", weak, "auth[0].jwt.public-key", "at least 2048"},
		{"nhn", `{jwt: {algorithm: RS256, jwks: "http://h.example/k"}}`, "auth[0].jwt.jwks", "use https"},
		{"nhn", `{jwt: {algorithm: RS256, jwks: "jwks.json"}}`, "auth[0].jwt.jwks", "write a URL"},
		{"nhn", `{jwt: {algorithm: RS256, jwks: "https://169.254.169.254/k"}}`, "auth[0].jwt.jwks", "not a public address"},
		{"nhn", `{jwt: {algorithm: HS256, secret: x, claims: {exp: {values: ["1"]}}}}`, "auth[0].jwt.claims.exp.values", "remove"},
	} {
		t.Run(tt.auth, func(t *testing.T) {
			text := strings.Replace(fmt.Sprintf(members, tt.auth, ""), "dialect: nhn", "dialect: "+tt.dialect, 1)
			def, source, problems := yaml.Load("postern.yaml", []byte(text))
			if len(problems) > 0 {
				t.Fatal(source.Report(problems))
			}
			_, problems = app.New(def, app.Options{Dialects: dialects(t)})
			for _, p := range problems {
				if strings.HasSuffix(p.Path, "."+tt.path) && strings.Contains(p.Text, tt.text) && !p.Defect {
					return
				}
			}
			t.Errorf("problems = %v, want %s: …%s…", problems, tt.path, tt.text)
		})
	}
}

func TestAuthProblemsBeyondTheReader(t *testing.T) {
	d := nhn.New()
	d.Schemes["hmac"] = func(rules auth.Rules) (auth.Reader, error) {
		return nil, fmt.Errorf("cannot sign %v", rules.RequireHeaders)
	}
	const entry = `{hmac: {secret: x, require-headers: [a]}}, {jwt: {algorithm: RS256, jwks: "https://h.example/k"}}`
	def, source, problems := yaml.Load("postern.yaml", fmt.Appendf(nil, members, entry, ""))
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	def.APIs[0].Routes[0].Auth[1].JWT.Algorithm = "ES256"
	_, problems = app.New(def, app.Options{Dialects: []*dialect.Dialect{d}})
	for path, text := range map[string]string{
		"auth[0].hmac": "cannot sign [a]", "auth[1].jwt.algorithm": `"ES256": use HS256 or RS256`,
	} {
		if !strings.Contains(problems.Error(), "apis[0].routes[0]."+path+": ") || !strings.Contains(problems.Error(), text) {
			t.Errorf("problems = %v, want %s: …%s…", problems, path, text)
		}
	}
}
