package aliyun_test

import (
	"crypto"
	"strings"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/dialect"
	"postern/shared/gateway"
)

func signing() dialect.Signing {
	return dialect.Signing{Secret: appSecret, KeyID: appKey, At: time.UnixMilli(1525872629832)}
}

// The vectors of aliyun.md, 8.4, whose clients name the headers that this one names.
func TestSign(t *testing.T) {
	java := func(line, date string, millis int64, nonce, stage, algorithm, signature string, headers ...string) (r *gateway.Request, s dialect.Signing, want string) {
		r = request(line, append([]string{javaJSON, "date: " + date}, headers...)...)
		return r, dialect.Signing{
			Secret: appSecret, KeyID: appKey, Algorithm: algorithm, At: time.UnixMilli(millis), Nonce: nonce, Stage: stage,
		}, signature
	}
	for _, sample := range []func() (*gateway.Request, dialect.Signing, string){
		func() (*gateway.Request, dialect.Signing, string) {
			return java("GET /j/users/42?arr=x&arr=y&a=1&b=2&name=%E6%B5%8B%E8%AF%95&empty=", "Fri, 20 Nov 2026 09:15:07 GMT", 1795166107522,
				"c1faaf2c-05ca-4f8b-a9e4-182d7e60ff26", "", "", "KM4l7IRUas4VKtZVwv15Z3JMpzNcocz3/SpyXiXRsdc=", "content-type: "+bothForms)
		},
		func() (*gateway.Request, dialect.Signing, string) {
			return java("PUT /j/put", "Fri, 20 Nov 2026 09:15:08 GMT", 1795166108651, "fba20f30-45a6-4579-afaa-ac33ed26b269", "", "HmacSHA1",
				"gOabIxDV0O/M1cRI+R5R4Ag5bpQ=", "content-type: application/json; charset=utf-8", "", `{"k":"v"}`)
		},
		func() (*gateway.Request, dialect.Signing, string) {
			return java("POST /j/body", "Fri, 20 Nov 2026 09:15:08 GMT", 1795166108621, "06376519-3e24-4b3e-ad24-3468eb41df45", "test", "HmacSHA256",
				"gSni22QAoNYmM4Ayhoyfrc1ZHc6f6iApAmsziZVDCoQ=", "content-type: application/octet-stream; charset=utf-8", "", `{"k":"v"}`)
		},
		func() (*gateway.Request, dialect.Signing, string) {
			r, s, want := java("POST /http2test/test?param1=test", "Wed, 09 May 2018 13:30:29 GMT+00:00", 1525872629832,
				"c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44", "", "", "FJbhmAFYz9zfl1FrThxzxBt79BvaHQIzy8Wpctn+xXE=", "content-type: "+bothForms,
				"", "username=xiaoming&password=123456789")
			s.Secret = "123456"
			return r, s, want
		},
	} {
		r, s, want := sample()
		if err := newDialect(t).Sign(r, s); err != nil {
			t.Fatal(err)
		}
		if got := r.Header.Get("X-Ca-Signature"); got != want {
			t.Errorf("signature of %s %s = %s, want %s", r.Method, r.Path, got, want)
		}
		accepted(t, r, s.Secret)
	}
}

func accepted(t *testing.T, r *gateway.Request, secret string) {
	t.Helper()
	c, err := reader(t, "hmac", auth.Rules{Hashes: []crypto.Hash{crypto.SHA1, crypto.SHA256}, RequireTime: true})(r)
	if err != nil || !verifies(secret, c) {
		t.Errorf("the reader does not accept %s %s with %v: %v", r.Method, r.Path, r.Header, err)
	}
}

func TestSignCompletes(t *testing.T) {
	r := request("POST /a?b=&c=%20d", "X-Tag: blue", "", "{}")
	s := signing()
	s.Headers, s.Nonce, s.Stage, s.Token = []string{"X-Tag", "x-tag"}, "n", "pre", "a.b.c"
	if err := newDialect(t).Sign(r, s); err != nil {
		t.Fatal(err)
	}
	accepted(t, r, appSecret)
	for name, want := range map[string]string{
		"Accept": "application/json", "Content-Type": "application/octet-stream", "Content-MD5": "mZFLkyvTelC5g8XnyQrpOw==",
		"X-Ca-Stage": "PRE", "X-Ca-Nonce": "n", "X-Ca-Timestamp": "1525872629832", "Authorization": "Bearer a.b.c",
		"X-Ca-Signature-Headers": "x-ca-key,x-ca-nonce,x-ca-signature-method,x-ca-stage,x-ca-timestamp,x-tag",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
	r = request("GET /", "Accept: text/html")
	if err := newDialect(t).Sign(r, signing()); err != nil || r.Header.Get("Accept") != "text/html" || len(r.Header.Values("Content-Type")) != 0 {
		t.Errorf("Sign = %v, headers %v, want what was there to stay", err, r.Header)
	}
	accepted(t, r, appSecret)
}

func TestSignWithAppCode(t *testing.T) {
	r := request("GET /v1/simple?kahao=621")
	if err := newDialect(t).Sign(r, dialect.Signing{APIKey: "3F2504E04F8911D39A0C0305E82C3301"}); err != nil {
		t.Fatal(err)
	}
	if got := r.Header.Get("Authorization"); got != "APPCODE 3F2504E04F8911D39A0C0305E82C3301" || len(r.Header) != 1 {
		t.Errorf("headers = %v, want the AppCode alone", r.Header)
	}
}

func TestSignRefuses(t *testing.T) {
	for name, s := range map[string]dialect.Signing{
		"no key":                {Secret: "s"},
		"both in one header":    {APIKey: "c", Token: "t"},
		"unknown algorithm":     {Secret: "s", KeyID: "k", Algorithm: "HmacMD5"},
		"a header that is not":  {Secret: "s", KeyID: "k", Headers: []string{"x-absent"}},
		"a query nobody reads":  {Secret: "s", KeyID: "k", Stage: "query"},
		"a form that is broken": {Secret: "s", KeyID: "k", Stage: "form"},
	} {
		r := request("POST /", "Content-Type: application/x-www-form-urlencoded", "", map[bool]string{true: "a=%zz"}[s.Stage == "form"])
		r.RawQuery = strings.Repeat("a=%zz", len(s.Stage)/len("query"))
		if err := newDialect(t).Sign(r, s); err == nil {
			t.Errorf("Sign with %s = nil, want an error", name)
		}
	}
}
