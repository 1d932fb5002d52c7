package nhn_test

import (
	"crypto"
	"crypto/hmac"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

const secret = "postern-nhn-secret-0123456789abcdef"

const (
	membersLine = "GET /members?isEnable=false&type=public"
	membersText = "GET\n/members?isEnable=false&type=public\n2024-05-01T00:00:00Z\n" +
		"host:kr1-example.api.nhncloudservice.com\nx-nhn-client-id:nhn\nx-nhn-client-ip:10.0.0.1,10.0.0.2"
	filesLine = "GET /files/a%20b?name=%ED%99%8D%EA%B8%B8%EB%8F%99&tag=x%26y"
)

func authorization(headers, signature string) string {
	return fmt.Sprintf(`Authorization: hmac algorithm="HmacSHA256", headers="%s", signature="%s"`, headers, signature)
}

func members(signature string, more ...string) *gateway.Request {
	return request(membersLine, append([]string{
		"Host: kr1-example.api.nhncloudservice.com", "x-nhn-date: 2024-05-01T00:00:00Z", "x-nhn-client-id: nhn",
		authorization("host,x-nhn-client-id,x-nhn-client-ip", signature),
	}, more...)...)
}

func files(signature string) *gateway.Request {
	return request(filesLine, "x-nhn-date: 2024-05-01T09:00:00+09:00", "X-NHN-Client-Id: nhn",
		authorization("X-NHN-Client-Id", signature))
}

// verifies is the core's comparison, spelled out.
func verifies(secret string, c *gateway.Credential) bool {
	for _, text := range c.Candidates {
		mac := hmac.New(c.Hash.New, []byte(secret))
		mac.Write([]byte(text))
		if hmac.Equal(mac.Sum(nil), c.MAC) {
			return true
		}
	}
	return false
}

func TestSignatureVectors(t *testing.T) {
	const fine = "Dem0GFyJwulCHrWdO6BwBKIxOo0e8bK+oyylEcy3tKk="
	for _, tt := range []struct {
		name, secret string
		request      *gateway.Request
		candidates   []string
		holds        bool
	}{
		{
			name: "N0, official", secret: "test", holds: true,
			request: request("GET /api/method", "Host: kr1-fcxv3lsbk1.dev-apigw.cloud.toast.com",
				"x-nhn-date: 2021-01-28T13:35:54+09:00", "x-nhn-client-id: nhn", "x-nhn-client-ip: 10.0.0.1,10.0.0.2",
				`Authorization: hmac algorithm="HmacSHA256", headers="x-nhn-client-id,x-nhn-client-ip" , signature="V5Dye9kgG3tvZOOZertd5LXE0q8CcJGXCxEFCR71hUE="`),
			candidates: []string{"GET\n/api/method\n2021-01-28T13:35:54+09:00\nx-nhn-client-id:nhn\nx-nhn-client-ip:10.0.0.1,10.0.0.2"},
		},
		{
			name: "N1, the console guide's request", secret: "test", holds: true,
			request: request(membersLine, "Host: kr1-example.api.nhncloudservice.com", "x-nhn-date: 2021-02-23T00:00:00+09:00",
				"x-nhn-client-id: nhn", "x-nhn-client-ip: 10.0.0.1,10.0.0.2",
				authorization("host, x-nhn-client-id, x-nhn-client-ip", "TakslYvUqpUMOL7A+LkeiJMv401PVD61ny80QSPQA/8=")),
			candidates: []string{"GET\n/members?isEnable=false&type=public\n2021-02-23T00:00:00+09:00\n" +
				"host:kr1-example.api.nhncloudservice.com\nx-nhn-client-id:nhn\nx-nhn-client-ip:10.0.0.1,10.0.0.2"},
		},
		{
			name: "N2", secret: secret, holds: true,
			request: members(fine, "x-nhn-client-ip: 10.0.0.1,10.0.0.2"), candidates: []string{membersText},
		},
		{
			name: "N2 with two lines of a header", secret: secret, holds: true,
			request: members(fine, "x-nhn-client-ip: 10.0.0.1", "x-nhn-client-ip: 10.0.0.2"), candidates: []string{membersText},
		},
		{
			name: "N2 signed with a space after the colons", secret: secret,
			request:    members("m1cEurdz8ZpuVtYEXYN9KCz/Eeuk8zG02944DCvmzAU=", "x-nhn-client-ip: 10.0.0.1,10.0.0.2"),
			candidates: []string{membersText},
		},
		{
			name: "N2 signed with a line feed at the end", secret: secret,
			request:    members("ilzVljUqzV+qi7bloNr8HSpzhcxY2jfePkbxlm/wx8Y=", "x-nhn-client-ip: 10.0.0.1,10.0.0.2"),
			candidates: []string{membersText},
		},
		{
			name: "N4 raw", secret: secret, holds: true, request: files("VTmZ0mIGg0oUjUfVW7L5oNSSmGUwZ99TMSozcpsoEEg="),
			candidates: []string{
				"GET\n/files/a%20b?name=%ED%99%8D%EA%B8%B8%EB%8F%99&tag=x%26y\n2024-05-01T09:00:00+09:00\nx-nhn-client-id:nhn",
				"GET\n/files/a b?name=홍길동&tag=x&y\n2024-05-01T09:00:00+09:00\nx-nhn-client-id:nhn",
			},
		},
		{
			name: "N4 decoded", secret: secret, holds: true, request: files("RsG9JCQBsvmT18tZ0zUTq9Z2R42/uV5kqB4uar+4F+k="),
			candidates: []string{
				"GET\n/files/a%20b?name=%ED%99%8D%EA%B8%B8%EB%8F%99&tag=x%26y\n2024-05-01T09:00:00+09:00\nx-nhn-client-id:nhn",
				"GET\n/files/a b?name=홍길동&tag=x&y\n2024-05-01T09:00:00+09:00\nx-nhn-client-id:nhn",
			},
		},
		{
			name: "N7, UTF-8 secret and no headers", secret: "한글-비밀키", holds: true,
			request: request("GET /", "x-nhn-date: 2024-05-01T00:00:00Z",
				`Authorization: hmac algorithm="HmacSHA256", headers="", signature="yMtiJWCcChAU4a0/SqoX2VDWAd0Q/uBTmGcwuAvHhy0="`),
			candidates: []string{"GET\n/\n2024-05-01T00:00:00Z"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := reader(t, "hmac")(tt.request)
			if err != nil {
				t.Fatalf("read = %v, want a credential", err)
			}
			if strings.Join(c.Candidates, "\x00") != strings.Join(tt.candidates, "\x00") || c.StringToSign != tt.candidates[0] {
				t.Errorf("candidates = %q (canonical %q), want %q", c.Candidates, c.StringToSign, tt.candidates)
			}
			if got := verifies(tt.secret, c); got != tt.holds {
				t.Errorf("the signature holds: %v, want %v", got, tt.holds)
			}
		})
	}
}

func TestSignatureText(t *testing.T) {
	sent := []string{"Host: h", "x-nhn-date: 2024-05-01T00:00:00Z", "b: 2", "A: 1", "empty:"}
	for _, tt := range []struct{ name, line, headers, want string }{
		{"the order given, not sorted", "GET /", "b,a", "GET\n/\n2024-05-01T00:00:00Z\nb:2\na:1"},
		{"a header that is not sent is left out", "GET /", "b,c,a", "GET\n/\n2024-05-01T00:00:00Z\nb:2\na:1"},
		{"an empty value is one", "GET /", "empty", "GET\n/\n2024-05-01T00:00:00Z\nempty:"},
		{"host", "GET /", "Host", "GET\n/\n2024-05-01T00:00:00Z\nhost:h"},
		{"date named too", "GET /", "x-nhn-date", "GET\n/\n2024-05-01T00:00:00Z\nx-nhn-date:2024-05-01T00:00:00Z"},
		{"upper case method", "patch /", "", "PATCH\n/\n2024-05-01T00:00:00Z"},
		{"empty names", "GET /", ", a ,,", "GET\n/\n2024-05-01T00:00:00Z\na:1"},
		{"no query behind ?", "GET /x?", "", "GET\n/x\n2024-05-01T00:00:00Z"},
		{"query as sent", "GET /x?b=2&a=1&a", "", "GET\n/x?b=2&a=1&a\n2024-05-01T00:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := reader(t, "hmac")(request(tt.line, append(sent, authorization(tt.headers, "QUJD"))...))
			if err != nil {
				t.Fatalf("read = %v, want a credential", err)
			}
			if c.StringToSign != tt.want {
				t.Errorf("string to sign = %q, want %q", c.StringToSign, tt.want)
			}
			if c.Hash != crypto.SHA256 || string(c.MAC) != "ABC" || !c.At.Equal(time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)) {
				t.Errorf("credential = %v %q %v", c.Hash, c.MAC, c.At)
			}
		})
	}
}

func TestSignatureIsRefused(t *testing.T) {
	const date = "x-nhn-date: 2024-05-01T00:00:00Z"
	good := authorization("", "QUJD")
	for _, tt := range []struct {
		name    string
		headers []string
		require []string
		want    fault.Kind
		absent  bool
	}{
		{"no Authorization", nil, nil, fault.AuthHMACMissing, true},
		{"empty Authorization", []string{"Authorization: ", date}, nil, fault.AuthHMACMissing, true},
		{"another scheme", []string{"Authorization: Bearer abc"}, nil, fault.AuthHMACScheme, true},
		{
			"the scheme's case counts",
			[]string{`Authorization: HMAC algorithm="HmacSHA256", signature="x"`, date},
			nil,
			fault.AuthHMACScheme, true,
		},
		{"another scheme on the first line", []string{"Authorization: Basic eA==", good, date}, nil, fault.AuthHMACScheme, true},
		{"nothing but the scheme", []string{"Authorization: hmac"}, nil, fault.AuthHMACAlgorithm, false},
		{"no parameters", []string{"Authorization: hmac abc", date}, nil, fault.AuthHMACAlgorithm, false},
		{"no algorithm", []string{`Authorization: hmac headers="", signature="QUJD"`, date}, nil, fault.AuthHMACAlgorithm, false},
		{
			"empty algorithm",
			[]string{`Authorization: hmac algorithm="", signature="QUJD"`, date},
			nil,
			fault.AuthHMACAlgorithm, false,
		},
		{
			"unknown algorithm",
			[]string{`Authorization: hmac algorithm="HmacMD5", signature="x"`, date},
			nil,
			fault.AuthHMACAlgorithm, false,
		},
		{"algorithm before signature", []string{"Authorization: hmac algorithm=x"}, nil, fault.AuthHMACAlgorithm, false},
		{
			"no signature",
			[]string{`Authorization: hmac algorithm="HmacSHA256", headers="host"`, date},
			nil,
			fault.AuthHMACSignature, false,
		},
		{
			"empty signature",
			[]string{`Authorization: hmac algorithm="HmacSHA1", signature=""`, date},
			nil,
			fault.AuthHMACSignature, false,
		},
		{
			"unclosed signature",
			[]string{`Authorization: hmac algorithm="HmacSHA1", signature="QUJD`, date},
			nil,
			fault.AuthHMACSignature, false,
		},
		{
			"no comma behind the signature",
			[]string{`Authorization: hmac algorithm="HmacSHA1", signature="QUJD" headers=""`, date},
			nil,
			fault.AuthHMACSignature, false,
		},
		{
			"signature before required headers",
			[]string{`Authorization: hmac algorithm="HmacSHA1"`},
			[]string{"x-a"},
			fault.AuthHMACSignature, false,
		},
		{"required header not sent", []string{authorization("x-a", "QUJD"), date}, []string{"x-a"}, fault.AuthHMACHeaders, false},
		{"required header not signed", []string{good, date, "x-a: 1"}, []string{"X-A"}, fault.AuthHMACHeaders, false},
		{
			"one of two not signed",
			[]string{authorization("x-a", "QUJD"), date, "x-a: 1", "x-b: 2"},
			[]string{"x-a", "x-b"},
			fault.AuthHMACHeaders, false,
		},
		{"required host not sent", []string{authorization("host", "QUJD"), date}, []string{"host"}, fault.AuthHMACHeaders, false},
		{"required date not sent", []string{good}, []string{"x-nhn-date"}, fault.AuthHMACHeaders, false},
		{"required headers before date", []string{good}, []string{"x-a"}, fault.AuthHMACHeaders, false},
		{"no date", []string{good}, nil, fault.AuthHMACNoDate, false},
		{"empty date", []string{good, "x-nhn-date: "}, nil, fault.AuthHMACNoDate, false},
		{"seconds", []string{good, "x-nhn-date: 1714521600"}, nil, fault.AuthHMACDate, false},
		{"RFC 1123", []string{good, "x-nhn-date: Wed, 01 May 2024 00:00:00 GMT"}, nil, fault.AuthHMACDate, false},
		{"fraction", []string{good, "x-nhn-date: 2024-05-01T00:00:00.000Z"}, nil, fault.AuthHMACDate, false},
		{"two dates", []string{good, date, date}, nil, fault.AuthHMACDate, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := reader(t, "hmac", tt.require...)(request("GET /", tt.headers...))
			var f *fault.Fault
			if !errors.As(err, &f) || f.Kind != tt.want || errors.Is(err, auth.ErrAbsent) != tt.absent {
				t.Errorf("read = %v, want %s, absent %v", err, tt.want, tt.absent)
			}
		})
	}
}

func TestRequiredHeaders(t *testing.T) {
	r := request("GET /", "Host: h", "x-nhn-date: 2024-05-01T00:00:00Z", "X-A: 1", authorization("HOST, x-A", "QUJD"))
	for _, require := range [][]string{{"Authorization"}, {"x-nhn-date"}, {"X-a", "host"}} {
		if _, err := reader(t, "hmac", require...)(r); err != nil {
			t.Errorf("read with %q required = %v, want a credential", require, err)
		}
	}
	for _, name := range []string{"", "x-a, x-b", "x a"} {
		if _, err := newDialect(t).Schemes["hmac"](auth.Rules{RequireHeaders: []string{name}}); err == nil {
			t.Errorf("hmac with %q required = nil, want an error", name)
		}
	}
}
