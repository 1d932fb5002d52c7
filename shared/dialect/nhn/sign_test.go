package nhn_test

import (
	"testing"
	"time"

	"postern/shared/dialect"
	"postern/shared/gateway"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	got, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// The vectors of nhn.md, section 15, that sign the target as it is sent.
func TestSign(t *testing.T) {
	clients := []string{
		"x-nhn-client-id: nhn", "x-nhn-client-ip: 10.0.0.1,10.0.0.2",
		"Host: kr1-example.api.nhncloudservice.com",
	}
	for _, tt := range []struct {
		name    string
		request *gateway.Request
		signing dialect.Signing
		want    string
	}{
		{
			"N0", request("GET /api/method", clients...),
			dialect.Signing{
				Secret: "test", Headers: []string{"x-nhn-client-id", "x-nhn-client-ip"},
				At: at(t, "2021-01-28T13:35:54+09:00"),
			},
			`hmac algorithm="HmacSHA256", headers="x-nhn-client-id,x-nhn-client-ip", signature="V5Dye9kgG3tvZOOZertd5LXE0q8CcJGXCxEFCR71hUE="`,
		},
		{
			"N1", request(membersLine, clients...),
			dialect.Signing{
				Secret: "test", Headers: []string{"host", "x-nhn-client-id", "x-nhn-client-ip"},
				At: at(t, "2021-02-23T00:00:00+09:00"),
			},
			`hmac algorithm="HmacSHA256", headers="host,x-nhn-client-id,x-nhn-client-ip", signature="TakslYvUqpUMOL7A+LkeiJMv401PVD61ny80QSPQA/8="`,
		},
		{
			"N2", request(membersLine, clients...),
			dialect.Signing{
				Secret: secret, Algorithm: "HmacSHA256",
				Headers: []string{"host", "x-nhn-client-id", "x-nhn-client-ip"}, At: at(t, "2024-05-01T00:00:00Z"),
			},
			`hmac algorithm="HmacSHA256", headers="host,x-nhn-client-id,x-nhn-client-ip", signature="Dem0GFyJwulCHrWdO6BwBKIxOo0e8bK+oyylEcy3tKk="`,
		},
		{
			"N4 raw", request(filesLine, clients...),
			dialect.Signing{Secret: secret, Headers: []string{"X-NHN-Client-Id"}, At: at(t, "2024-05-01T09:00:00+09:00")},
			`hmac algorithm="HmacSHA256", headers="X-NHN-Client-Id", signature="VTmZ0mIGg0oUjUfVW7L5oNSSmGUwZ99TMSozcpsoEEg="`,
		},
		{
			"N7", request("GET /"),
			dialect.Signing{Secret: "한글-비밀키", At: at(t, "2024-05-01T00:00:00Z")},
			`hmac algorithm="HmacSHA256", headers="", signature="yMtiJWCcChAU4a0/SqoX2VDWAd0Q/uBTmGcwuAvHhy0="`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := newDialect(t).Sign(tt.request, tt.signing); err != nil {
				t.Fatal(err)
			}
			if got := tt.request.Header.Get("Authorization"); got != tt.want {
				t.Errorf("Authorization = %s, want %s", got, tt.want)
			}
			c, err := reader(t, "hmac", tt.signing.Headers...)(tt.request)
			if err != nil || !verifies(tt.signing.Secret, c) {
				t.Errorf("the reader does not accept it: %v", err)
			}
		})
	}
}

func TestSignWithSHA1(t *testing.T) {
	r := request("GET /a?b=c")
	if err := newDialect(t).Sign(r,
		dialect.Signing{Secret: "s", Algorithm: "HmacSHA1", At: at(t, "2024-05-01T00:00:00Z")}); err != nil {
		t.Fatal(err)
	}
	c, err := reader(t, "hmac")(r)
	if err != nil || len(c.MAC) != 20 || !verifies("s", c) {
		t.Errorf("the reader does not accept it: %v, %v", c, err)
	}
}

func TestSignWithTokenAndKey(t *testing.T) {
	r := request("GET /")
	if err := newDialect(t).Sign(r, dialect.Signing{Token: "a.b.c", APIKey: "k"}); err != nil {
		t.Fatal(err)
	}
	if got := r.Header.Get("Authorization") + " " + r.Header.Get("x-nhn-apikey"); got != "Bearer a.b.c k" {
		t.Errorf("headers = %s, want Bearer a.b.c and k", got)
	}
	r = request("GET /")
	if err := newDialect(t).Sign(r, dialect.Signing{}); err != nil || len(r.Header) != 0 {
		t.Errorf("Sign with nothing = %v, headers %v, want none", err, r.Header)
	}
}

func TestSignRefuses(t *testing.T) {
	for _, s := range []dialect.Signing{
		{Secret: "s", Token: "t"},
		{Secret: "s", KeyID: "k"},
		{Secret: "s", Nonce: "n"},
		{Secret: "s", Stage: "test"},
		{Secret: "s", Algorithm: "HmacMD5"},
		{Secret: "s", Headers: []string{"x-absent"}},
	} {
		if err := newDialect(t).Sign(request("GET /"), s); err == nil {
			t.Errorf("Sign(%+v) = nil, want an error", s)
		}
	}
}
