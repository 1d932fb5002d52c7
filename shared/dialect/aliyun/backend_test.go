package aliyun_test

import (
	"context"
	"crypto"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"postern/shared/auth"
	"postern/shared/dialect/aliyun"
	"postern/shared/fault"
	"postern/shared/gateway"
)

func TestSignBackend(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name    string
		out     gateway.Outbound
		sent    string // the client's body
		headers string
		want    string // the string to sign
	}{
		{
			"the vendor's sample, but for its headers",
			gateway.Outbound{Method: "POST", Path: "/demo/uri", RawQuery: "QueryKey2=QueryValue2&QueryKey1=QueryValue1", Header: http.Header{"Content-Type": {form}}},
			"FormKey1=FormValue1&FormKey2=FormValue2", "X-Ca-Proxy-Signature-Secret-Key",
			"POST\n\nx-ca-proxy-signature-secret-key:DemoKey1\n/demo/uri?FormKey1=FormValue1&FormKey2=FormValue2&QueryKey1=QueryValue1&QueryKey2=QueryValue2",
		},
		{
			"the vendor's headers alone, and no claim of the client's",
			gateway.Outbound{Method: "GET", Path: "/a%20b", RawQuery: "a=1&a=2&e", Header: http.Header{
				"X-Ca-Stage": {"TEST"}, "X-Ca-Key": {"k"}, "X-A": {"1"}, "X-Ca-Proxy-Signature": {"forged"}, "X-Ca-Proxy-Signature-Headers": {"X-A"},
			}},
			"", "X-Ca-Key,X-Ca-Proxy-Signature-Secret-Key,X-Ca-Stage",
			"GET\n\nx-ca-key:k\nx-ca-proxy-signature-secret-key:DemoKey1\nx-ca-stage:TEST\n/a%20b?a=1&e=",
		},
		{
			"a digest of the body",
			gateway.Outbound{Method: "PUT", Path: "/", Header: http.Header{"Content-Type": {"application/json"}}},
			`{"k":"v"}`,
			"X-Ca-Proxy-Signature-Secret-Key", "PUT\nRCRM4aFe5tTcJwABVky3WQ==\nx-ca-proxy-signature-secret-key:DemoKey1\n/",
		},
		{
			"a digest of the body as it goes on",
			gateway.Outbound{Method: "POST", Path: "/", Header: http.Header{}, Body: []byte(`{"k":"v"}`)},
			"other",
			"X-Ca-Proxy-Signature-Secret-Key", "POST\nRCRM4aFe5tTcJwABVky3WQ==\nx-ca-proxy-signature-secret-key:DemoKey1\n/",
		},
		{
			"no digest for other methods",
			gateway.Outbound{Method: "DELETE", Path: "/", Header: http.Header{}},
			`{"k":"v"}`,
			"X-Ca-Proxy-Signature-Secret-Key", "DELETE\n\nx-ca-proxy-signature-secret-key:DemoKey1\n/",
		},
		{
			"the query before the form",
			gateway.Outbound{Method: "POST", Path: "/", RawQuery: "a=q", Header: http.Header{"Content-Type": {form}}},
			"a=f",
			"X-Ca-Proxy-Signature-Secret-Key", "POST\n\nx-ca-proxy-signature-secret-key:DemoKey1\n/?a=q",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			secret := auth.NewSecret("DemoSecret1")
			x := &gateway.Exchange{Request: &gateway.Request{Body: []byte(tt.sent)}, Outbound: &tt.out}
			step := newDialect(t).SignBackend("DemoKey1", secret)
			if err := step.Run(context.Background(), x); err != nil || step.Name != "sign" || !step.Again {
				t.Fatalf("%s = %v", step.Name, err)
			}
			h := x.Outbound.Header
			mac, err := base64.StdEncoding.DecodeString(h.Get("X-Ca-Proxy-Signature"))
			if err != nil || !secret.Verify(crypto.SHA256, tt.want, mac) {
				t.Errorf("the signature %s is not over %q", h.Get("X-Ca-Proxy-Signature"), tt.want)
			}
			if got := h.Get("X-Ca-Proxy-Signature-Headers"); got != tt.headers || h.Get("X-Ca-Proxy-Signature-Secret-Key") != "DemoKey1" {
				t.Errorf("headers = %s of key %s, want %s", got, h.Get("X-Ca-Proxy-Signature-Secret-Key"), tt.headers)
			}
		})
	}
}

func TestSignNothing(t *testing.T) {
	step := newDialect(t).SignBackend("k", auth.NewSecret("s"))
	if err := step.Run(context.Background(), &gateway.Exchange{Request: &gateway.Request{}}); err != nil {
		t.Errorf("sign without a backend = %v, want nil", err)
	}
}

func TestSignBackendRefuses(t *testing.T) {
	out := &gateway.Outbound{Method: "GET", Path: "/", RawQuery: strings.Repeat("a&", 20_000), Header: http.Header{}}
	x := &gateway.Exchange{Request: &gateway.Request{}, Outbound: out}
	err := newDialect(t).SignBackend("k", auth.NewSecret("s")).Run(context.Background(), x)
	if err == nil || fault.From(err).Kind != fault.RequestURI || out.Header.Get("X-Ca-Proxy-Signature") != "" {
		t.Errorf("sign of too many parameters = %v, headers %v, want %s", err, out.Header, fault.RequestURI)
	}
}

// The data of the vendor's sample for backends (aliyun.md, 4.13).
func TestBackendVector(t *testing.T) {
	out := &gateway.Outbound{
		Method: "POST", Path: "/demo/uri", RawQuery: "QueryKey1=QueryValue1&QueryKey2=QueryValue2",
		Header: http.Header{"Headerkey1": {"HeaderValue1"}, "Headerkey2": {"HeaderValue2"}, "Content-Type": {"application/x-www-form-urlencoded"}},
	}
	text, err := aliyun.BackendString(out, []string{"HeaderKey1", "HeaderKey2"}, []byte("FormKey1=FormValue1&FormKey2=FormValue2"))
	const want = "POST\n\nheaderkey1:HeaderValue1\nheaderkey2:HeaderValue2\n" +
		"/demo/uri?FormKey1=FormValue1&FormKey2=FormValue2&QueryKey1=QueryValue1&QueryKey2=QueryValue2"
	signature := base64.StdEncoding.EncodeToString(auth.NewSecret("DemoSecret1").Sum(crypto.SHA256, text))
	if err != nil || text != want || signature != "C7Lqfn8Spz0DxQTfUJq0NrkEbwNUuTNtC9p3SzRWgv0=" {
		t.Errorf("string to sign = %q with signature %s, %v, want %q", text, signature, err, want)
	}
}
