package conformance

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	_ "embed" // the keys
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
)

// The keys of the tests. They protect nothing.
var (
	//go:embed keys/rsa.pem
	rsaPEM string
	//go:embed keys/tls.pem
	tlsPEM string
)

const keyID = "test" // of the RSA key in a key set

// tokenHS256 signs a token as a client would. The key pem is the text of the RSA public key: what a forger would try.
func tokenHS256(key, header, claims string) (string, error) {
	if key == "pem" {
		var err error
		if key, err = publicKeyPEM(); err != nil {
			return "", err
		}
	}
	body := unsigned(header, claims)
	return body + "." + base64.RawURLEncoding.EncodeToString(sum(sha256.New, key, body)), nil
}

func tokenRS256(header, claims string) (string, error) {
	key, err := privateKey()
	if err != nil {
		return "", err
	}
	body := unsigned(header, claims)
	digest := sha256.Sum256([]byte(body))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	return body + "." + base64.RawURLEncoding.EncodeToString(signature), err
}

func unsigned(header, claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(claims))
}

func privateKey() (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(rsaPEM))
	if block == nil {
		return nil, errors.New("keys/rsa.pem is no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	return key.(*rsa.PrivateKey), nil
}

func publicKeyPEM() (string, error) {
	key, err := privateKey()
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), err
}

// keySet is a JWKS of the RSA key.
func keySet() ([]byte, error) {
	key, err := privateKey()
	if err != nil {
		return nil, err
	}
	encode := base64.RawURLEncoding.EncodeToString
	return json.Marshal(map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": keyID,
		"n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes()),
	}}})
}

// certificatePEM is what a gateway must trust to call a backend of the kind tls.
func certificatePEM() string {
	certificate, _, _ := strings.Cut(tlsPEM, "-----BEGIN PRIVATE")
	return certificate
}

func tlsConfig() (*tls.Config, error) {
	pair, err := tls.X509KeyPair([]byte(tlsPEM), []byte(tlsPEM))
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, err
}
