package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"postern/shared/dialect"
	"postern/shared/gateway"
)

// TestAccessKeys: what a signed request meets, in the vendor's order.
func TestAccessKeys(t *testing.T) {
	v := sound(t, group(hello+"\nauth: [hmac]\nstages: {release: {}, test: {}}", "{name: list, path: /a, methods: [GET]}, {name: other, path: /b, methods: [GET]}"))
	other := func(r *gateway.Request) *gateway.Request { r.RawQuery = "x=1"; return r }
	for _, tt := range []struct {
		name    string
		request *gateway.Request
		want    string
	}{
		{"granted", asks(t, "GET", "/a", key("1")), "hello"},
		{"none", asks(t, "GET", "/a", nil), "auth.hmac.missing"},
		{"unknown", asks(t, "GET", "/a", &dialect.Signing{KeyID: "9", Secret: "x"}), "auth.hmac.key"},
		{"wrong secret", asks(t, "GET", "/a", &dialect.Signing{KeyID: "1", Secret: "x"}), "auth.hmac.mismatch string-to-sign="},
		{"another request, not granted", other(asks(t, "GET", "/a", key("2"))), "auth.hmac.mismatch string-to-sign="},
		{"late", at(asks(t, "GET", "/a", key("1")), 15*time.Minute+1), "auth.hmac.expired"},
		{"just in time", at(asks(t, "GET", "/a", key("1")), 15*time.Minute), "hello"},
		{"late, wrong secret", at(asks(t, "GET", "/a", &dialect.Signing{KeyID: "1", Secret: "x"}), time.Hour), "auth.hmac.expired"},
		{"unknown, late", at(asks(t, "GET", "/a", &dialect.Signing{KeyID: "9", Secret: "x"}), time.Hour), "auth.hmac.key"},
		{"granted nothing", asks(t, "GET", "/a", key("2")), "auth.grant.missing"},
		{"granted this route", asks(t, "GET", "/a", key("3")), "hello"},
		{"granted another route", asks(t, "GET", "/b", key("3")), "auth.grant.missing"},
		{"granted another stage", asks(t, "GET", "/a", &dialect.Signing{KeyID: "3", Secret: "secret-of-3", Stage: "test"}), "auth.grant.missing"},
		{"grant over", asks(t, "GET", "/a", key("4")), "auth.grant.expired"},
	} {
		if got := v.says(tt.request); got != tt.want && !(strings.HasSuffix(tt.want, "=") && strings.HasPrefix(got, tt.want)) {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestNonces: they are used once a key and route, in whatever stage; and only what was verified uses one up.
func TestNonces(t *testing.T) {
	v := sound(t, group(hello+"\nauth: [{any: [hmac, api-key]}]\nreplay: if-present\nstages: {release: {}, test: {}}",
		"{name: list, path: /a, methods: [GET]}, {name: forced, path: /f, methods: [GET], replay: required}, {name: free, path: /n, methods: [GET], replay: none}"))
	code := asks(t, "GET", "/f", &dialect.Signing{APIKey: "code-of-shop"})
	wrong := &dialect.Signing{KeyID: "1", Secret: "x", Nonce: "n"}
	staged := asks(t, "GET", "/a", nonce("1", "n"))
	staged.Header.Set("X-Ca-Stage", "TEST") // which the signature does not cover
	for i, tt := range []struct {
		request *gateway.Request
		want    string
	}{
		{asks(t, "GET", "/a", wrong), "auth.hmac.mismatch"},
		{asks(t, "GET", "/a", nonce("2", "m")), "auth.grant.missing"},
		{asks(t, "GET", "/a", nonce("1", "n")), "hello"},
		{asks(t, "GET", "/a", nonce("1", "n")), "auth.replay.used"},
		{at(asks(t, "GET", "/a", nonce("1", "n")), 14*time.Minute), "auth.replay.used"},
		{staged, "auth.replay.used"},
		{asks(t, "GET", "/a", nonce("3", "n")), "hello"},
		{asks(t, "GET", "/f", nonce("1", "n")), "hello"},
		{asks(t, "GET", "/a", key("1")), "hello"},
		{asks(t, "GET", "/a", key("1")), "hello"},
		{asks(t, "GET", "/f", key("1")), "auth.replay.missing"},
		{asks(t, "GET", "/n", nonce("1", "n")), "hello"},
		{asks(t, "GET", "/n", nonce("1", "n")), "hello"},
		{code, "hello"},
		{code, "hello"},
	} {
		if got, _, _ := strings.Cut(v.says(tt.request), " "); got != tt.want {
			t.Errorf("request %d: %s, want %s", i, got, tt.want)
		}
	}
}

// hs256 is a token of the secret in the registry of twoApps.
func hs256(t *testing.T, kid string, claims jwt.MapClaims) string {
	t.Helper()
	tok := jwt.NewWithClaims(jwt.SigningMethodHS256, claims)
	if kid != "" {
		tok.Header["kid"] = kid
	}
	text, err := tok.SignedString([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

const octKeys = `keys: [{kty: oct, kid: k1, k: "${secret:jwt}"}, {kty: oct, kid: k2, k: "b3RoZXItc2VjcmV0LW9mLXRoaXM"}]`

func TestTokens(t *testing.T) {
	v := sound(t, group(`backend: {url: "`+what(t, "X-User", "X-Tenant")+`"}`, `{name: a, path: /a, auth: [{jwt: {`+octKeys+`, forward: {sub: "header:X-User", tid: "query:tenant"}}}]},
      {path: /q, auth: [{jwt: {`+octKeys+`, from: "query:token"}}]}, {path: /o, auth: [{jwt: {`+octKeys+`, optional: true, forward: {sub: "header:X-User"}}}]},
      {path: /1, auth: [{jwt: {`+octKeys+`, once: true}}]}, {path: /2, auth: [{jwt: {`+octKeys+`, once: true, optional: true}}]}, {path: /e, auth: [{jwt: {`+octKeys+`, ignore-expiry: true}}]}`))
	good, over := hs256(t, "k1", jwt.MapClaims{"sub": "u 1", "tid": "t&1", "jti": "j", "exp": received.Unix()}), hs256(t, "k1", jwt.MapClaims{"sub": "u", "exp": received.Unix() - 1})
	bearer := func(path, token string, header ...string) *gateway.Request {
		return asks(t, "GET", path, nil, append(header, "Authorization", "Bearer "+token)...)
	}
	for i, tt := range []struct {
		request *gateway.Request
		want    string
	}{
		{bearer("/a?x=1&tenant=forged", good, "X-User", "root"), `/a?x=1&tenant=t%261 ["u 1"] []`},
		{bearer("/a?tenant=forged", hs256(t, "k1", jwt.MapClaims{}), "X-User", "root"), `/a [] []`},
		{asks(t, "GET", "/a", nil), "auth.jwt.missing"},
		{bearer("/a", "not.a.jwt"), "auth.jwt.malformed token=not.a.jwt"},
		{bearer("/a", hs256(t, "k3", nil)), "auth.jwt.key kid=k3"},
		{bearer("/a", hs256(t, "", nil)), "auth.jwt.key kid=null"},
		{bearer("/a", hs256(t, "k2", nil)), "auth.jwt.invalid problem=signature verification failed"},
		{bearer("/a", over), "auth.jwt.expired at=2024-04-30T23:59:59Z"},
		{bearer("/e", over), "/e [] []"},
		{asks(t, "GET", "/q?token="+good, nil), "/q?token=" + good + " [] []"},
		{bearer("/q", good), "auth.jwt.missing"},
		{asks(t, "GET", "/o", nil, "X-User", "root"), "/o [] []"},
		{bearer("/o", "x"), "auth.jwt.malformed token=x"},
		{bearer("/1", hs256(t, "k1", jwt.MapClaims{})), "auth.jwt.no-id"},
		{bearer("/1", good), "/1 [] []"},
		{bearer("/1", good), "auth.jwt.used"},
		{bearer("/2", good), "auth.jwt.used"},
		{asks(t, "GET", "/2", nil), "/2 [] []"},
		{bearer("/a", good), `/a?tenant=t%261 ["u 1"] []`},
	} {
		if got := v.says(tt.request); got != tt.want {
			t.Errorf("request %d: %s, want %s", i, got, tt.want)
		}
	}
}

func TestPasswordsOfRoutes(t *testing.T) {
	v := sound(t, group(hello+"\nauth: [{basic: {users: {ann: \"${secret:ann}\"}}}]", "{path: /a}"))
	for authorization, want := range map[string]string{
		"": "auth.basic.missing", "Basic YW5uOmh1bnRlcjI=": "hello", "Basic YW5uOmh1bnRlcjM=": "auth.basic.invalid", "Basic !": "auth.basic.invalid",
	} {
		if got := v.says(asks(t, "GET", "/a", nil, "Authorization", authorization)); got != want {
			t.Errorf("%q: %s, want %s", authorization, got, want)
		}
	}
}

func TestSchemeProblems(t *testing.T) {
	for _, tt := range []struct{ dialect, more, path, text string }{
		{"nhn", "auth: [hmac]", "auth[0].hmac.secret", "signatures need a secret"},
		{"nhn", "auth: [{hmac: {secret: x, quote: off}}]", "auth[0].hmac", "leaves no choice of hashes, quote or time"},
		{"nhn", "auth: [{jwt: {algorithm: HS256, secret: x, once: true}}]", "auth[0].jwt", "write them under keys"},
		{"nhn", "auth: [{jwt: {" + octKeys + ", once: true}}]", "auth", `dialect nhn has no step "jwt.once"`},
		{"nhn", "auth: [{jwt: {keys: [{kty: oct}]}}]", "auth[0].jwt.keys", "an oct key needs k"},
		{"nhn", "auth: [{basic: {users: {ann: x}}}]", "auth[0]", "dialect nhn has no scheme basic"},
		{"nhn", "auth: [{api-key: {in: header-or-query}}]", "auth[0].api-key", "remove in"},
		{"nhn", "replay: required\n    auth: [{hmac: {secret: x}}]", "replay", "clients of dialect nhn send no nonce"},
		{"aliyun", "replay: required\n    auth: [api-key]", "replay", "only signed requests have a nonce"},
		{"aliyun", "auth: [{jwt: {" + octKeys + ", forward: {sub: \"header:Host\"}}}]", "auth[0].jwt.forward.sub", "Host"},
	} {
		definition := strings.Replace(group(hello+"\n"+strings.ReplaceAll(tt.more, "\n    ", "\n"), "{path: /a}"), "dialect: aliyun", "dialect: "+tt.dialect, 1)
		v := newVendorUnchecked(t, strings.Replace(definition, ", kind: inner", "", 1))
		found := false
		for _, p := range v.problems.Fatal() {
			found = found || p.Path == "apis[0].routes[0]."+tt.path && strings.Contains(p.Text, tt.text)
		}
		if !found {
			t.Errorf("%s %s: problems %v, want %s: …%s…", tt.dialect, tt.more, v.problems, tt.path, tt.text)
		}
	}
	sound(t, group(hello+"\nreplay: if-present", "{path: /a}"))
}
