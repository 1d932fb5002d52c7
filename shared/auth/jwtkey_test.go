package auth_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
)

// A key of the wrong kind lets nobody in.
func TestKeyOfAnotherKind(t *testing.T) {
	tokens := []string{j1, hsToken(j1Secret, `{"alg":"RS256"}`, j1Claims), rsaToken(t, testKey(), j1Header, j1Claims)}
	keys := map[string]auth.TokenKey{"RS256": auth.SharedKey(j1Secret), "HS256": publicKey(t, &testKey().PublicKey)}
	for alg, key := range keys {
		v := verifier(t, alg, key, auth.TokenRules{})
		for _, token := range tokens {
			if got := kind(v.Verify(t.Context(), token, j1Time())); got != fault.AuthJWTInvalid {
				t.Errorf("%s: Verify = %q, want %q", alg, got, fault.AuthJWTInvalid)
			}
		}
	}
}

func TestPublicKeyRefuses(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecDER, err := x509.MarshalPKIXPublicKey(&ec.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(testKey())})
	for name, text := range map[string]string{
		"nothing": "", "no PEM": "ssh-rsa AAAA", "an empty block": "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
		"1024 bits":         publicPEM(t, &small.PublicKey),
		"an elliptic curve": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: ecDER})),
		"a private key":     string(private),
	} {
		if _, err := auth.PublicKey(text); err == nil {
			t.Errorf("PublicKey(%s) = nil error, want one", name)
		}
	}
}

func TestKeyFaultsAreAnswered(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want fault.Kind
	}{
		{fault.New(fault.AuthJWKSDown, nil, nil), fault.AuthJWKSDown},
		{errors.New("no such key"), fault.AuthJWTInvalid},
		{context.Canceled, fault.ClientGone},
		{context.DeadlineExceeded, fault.InternalTimeout},
	} {
		v := verifier(t, "HS256", func(context.Context, string, time.Time) (any, error) { return nil, tt.err }, auth.TokenRules{})
		if got := kind(v.Verify(t.Context(), j1, j1Time())); got != tt.want {
			t.Errorf("Verify with a key error %v = %q, want %q", tt.err, got, tt.want)
		}
	}
}
