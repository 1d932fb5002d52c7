package app_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"postern/shared/gateway"
)

const keySets = `version: 1
egress: {allow: [127.0.0.0/8], plain-jwks: true}
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    auth: [{jwt: {algorithm: RS256, jwks: %q}}]
    backend: {mock: {status: 200, body: hello}}
    routes: [{path: /a}, {path: /b}]
`

// bearer asks for path with a token of the key "1".
func bearer(t *testing.T, key *rsa.PrivateKey, path string) *gateway.Request {
	t.Helper()
	return request(path, "Authorization", "Bearer "+token(t, jwt.SigningMethodRS256, key, map[string]any{"kid": "1"}))
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestKeySetIsSharedByRoutes(t *testing.T) {
	key := newKey(t)
	var fetched atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fetched.Add(1)
		fmt.Fprintf(w, `{"keys":[{"kty":"RSA","kid":"1","n":%q,"e":"AQAB"}]}`, base64.RawURLEncoding.EncodeToString(key.N.Bytes()))
	}))
	defer server.Close()
	g := house(t, fmt.Sprintf(keySets, server.URL), callers())
	for _, path := range []string{"/a", "/b", "/a"} {
		if status, code := served(t, g, bearer(t, key, path)); status != http.StatusOK {
			t.Errorf("%s = %d, %d, want 200", path, status, code)
		}
	}
	if got := fetched.Load(); got != 1 {
		t.Errorf("the key set was fetched %d times, want once", got)
	}
	if _, code := served(t, g, bearer(t, newKey(t), "/a")); code != 4012001 {
		t.Errorf("a token of another key = %d, want 4012001", code)
	}
}

// blanks answers with so many of them.
func blanks(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(bytes.Repeat([]byte(" "), n)) }
}

func TestKeySetFailures(t *testing.T) {
	for name, tt := range map[string]struct {
		serve http.HandlerFunc
		want  int
	}{
		"status 500":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }, 5012001},
		"cut":          {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 5012001},
		"a redirect":   {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusFound) }, 5012001},
		"HTML":         {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, 5012002},
		"over 64 KiB":  {blanks(64<<10 + 1), 5012002},
		"over 128 KiB": {blanks(128 << 10), 5012002},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(tt.serve)
			defer server.Close()
			g := house(t, fmt.Sprintf(keySets, server.URL), callers())
			if _, code := served(t, g, bearer(t, newKey(t), "/a")); code != tt.want {
				t.Errorf("code = %d, want %d", code, tt.want)
			}
		})
	}
}

func publicKeyPEM(t *testing.T, key *rsa.PrivateKey) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestPublicKey(t *testing.T) {
	key := newKey(t)
	scheme := fmt.Sprintf(`{jwt: {algorithm: RS256, public-key: %q}}`, publicKeyPEM(t, key))
	g := house(t, fmt.Sprintf(members, scheme, ""), callers())
	if status, code := served(t, g, bearer(t, key, "/members/7")); status != http.StatusOK {
		t.Errorf("a token of the key = %d, %d, want 200", status, code)
	}
	if _, code := served(t, g, bearer(t, newKey(t), "/members/7")); code != 4012001 {
		t.Errorf("a token of another key = %d, want 4012001", code)
	}
}
