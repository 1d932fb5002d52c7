package forward_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/forward"
)

// certificate is self-signed, for these names, until end.
func certificate(t *testing.T, end time.Time, names ...string) (tls.Certificate, string) {
	t.Helper()
	return certificateFor(t, x509.ExtKeyUsageServerAuth, end, names...)
}

func certificateFor(t *testing.T, use x509.ExtKeyUsage, end time.Time, names ...string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, DNSNames: names,
		NotBefore: end.Add(-48 * time.Hour), NotAfter: end, IsCA: true, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{use},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, string(text)
}

func TestTLS(t *testing.T) {
	tomorrow := time.Now().Add(24 * time.Hour)
	good, goodCA := certificate(t, tomorrow, "localhost")
	wrong, wrongCA := certificate(t, tomorrow, "example.com")
	early, earlyCA := certificate(t, tomorrow.Add(72*time.Hour), "localhost")
	odd, oddCA := certificateFor(t, x509.ExtKeyUsageClientAuth, tomorrow, "localhost")
	old, oldCA := certificate(t, tomorrow.Add(-36*time.Hour), "localhost")
	serving := func(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }
	old11, asks := serving(good), serving(good)
	old11.MinVersion, old11.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	asks.ClientAuth = tls.RequireAnyClientCert
	tests := []struct {
		name   string
		config *tls.Config
		ca     string
		want   string // the problem; "": none
	}{
		{"trusted", serving(good), goodCA, ""},
		{"self-signed", serving(good), "", "certificate signed by unknown authority"},
		{"another's CA", serving(good), wrongCA, "certificate signed by unknown authority"},
		{"wrong host", serving(wrong), wrongCA, "certificate for another host"},
		{"expired", serving(old), oldCA, "certificate expired"},
		{"not yet valid", serving(early), earlyCA, "certificate not yet valid"},
		{"for clients alone", serving(odd), oddCA, "certificate invalid"},
		{"TLS 1.1", old11, goodCA, "protocol version not supported"},
		{"asks for our certificate", asks, goodCA, "certificate required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			backend := &recorder{answer: ok}
			address := listen(t, func(c net.Conn) {
				secured := tls.Server(c, tt.config)
				if secured.Handshake() == nil {
					backend.handle(secured)
				}
				_, _ = io.Copy(io.Discard, c) // an alert must not be overtaken by a reset
			})
			_, port, _ := net.SplitHostPort(address)
			calls, err := client().With(0, tt.ca)
			if err != nil {
				t.Fatal(err)
			}
			out := get(net.JoinHostPort("localhost", port))
			out.Scheme = "https"
			_, err = calls.Do(t.Context(), out, limits(time.Minute))
			if tt.want == "" && err != nil || tt.want != "" && (kindOf(err) != fault.BackendTLS || fault.From(err).Args["problem"] != tt.want) {
				t.Errorf("Do = %v, want %q", err, tt.want)
			}
			if tt.want != "" && len(backend.requests()) > 0 {
				t.Errorf("the backend got %q", backend.requests())
			}
		})
	}
}

func TestNoHandshake(t *testing.T) {
	wait := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
	plain := func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") }
	closes := func(net.Conn) {}
	for name, tt := range map[string]struct {
		handle func(net.Conn)
		want   string
	}{
		"silent":     {wait, "handshake timed out"},
		"plain HTTP": {plain, "not TLS"},
		"closed":     {closes, "connection closed"},
	} {
		t.Run(name, func(t *testing.T) {
			calls, err := client().With(100*time.Millisecond, "")
			if err != nil {
				t.Fatal(err)
			}
			out := get(listen(t, tt.handle))
			out.Scheme = "https"
			_, err = calls.Do(t.Context(), out, limits(time.Minute))
			if f := fault.From(err); f.Kind != fault.BackendTLS || f.Args["problem"] != tt.want {
				t.Errorf("Do = %v, %v, want %s: %s", err, f.Args, fault.BackendTLS, tt.want)
			}
		})
	}
}

func TestHTTPSRefused(t *testing.T) {
	out := get("10.0.0.1:443")
	out.Scheme = "https"
	if _, err := client().Do(t.Context(), out, limits(time.Minute)); kindOf(err) != fault.BackendForbidden {
		t.Errorf("Do = %v, want %s", err, fault.BackendForbidden)
	}
}

func TestWith(t *testing.T) {
	calls := client()
	same, err := calls.With(0, "")
	if err != nil || same != calls {
		t.Errorf("With(0, none) = %p, %v, want %p itself", same, err, calls)
	}
	_, ca := certificate(t, time.Now().Add(time.Hour), "a")
	one, err := calls.With(time.Second, ca)
	if err != nil {
		t.Fatal(err)
	}
	two, err := one.With(time.Second, ca)
	if err != nil || one != two || one == calls {
		t.Errorf("With = %p, then %p, %v, want one client of its own", one, two, err)
	}
	if _, err := calls.With(0, "no PEM"); !errors.Is(err, forward.ErrCA) {
		t.Errorf("With(no PEM) = %v, want ErrCA", err)
	}
}
