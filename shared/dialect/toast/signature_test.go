package toast_test

import (
	"crypto"
	"crypto/hmac"
	"errors"
	"strings"
	"testing"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

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
	for _, tt := range []struct {
		name, secret, line, timestamp, authorization string
		candidates                                   []string
		holds                                        bool
	}{
		{
			"T0, official", "test", "GET /test/1?query1=1&query2=2", "2016-07-23T12:20:02+09:00", "IqY8u/RZY8IMESwa/TPW9P9Z39Y=",
			[]string{"GET\n/test/1?query1=1&query2=2\n2016-07-23T12:20:02+09:00"},
			true,
		},
		{
			"T1", "postern-toast-secret", "GET /apigw/hello", "2019-05-01T09:00:00+09:00", "N8VR5qDuJWO6NfrjRjrHUF9ftk8=",
			[]string{"GET\n/apigw/hello\n2019-05-01T09:00:00+09:00"},
			true,
		},
		{
			"T1 signed with a space behind the line feeds", "postern-toast-secret", "GET /apigw/hello", "2019-05-01T09:00:00+09:00",
			"S8wtIH6WKPCDRkCmeWtndH+G5wI=",
			[]string{"GET\n/apigw/hello\n2019-05-01T09:00:00+09:00"},
			false,
		},
		{
			"T3, zone without a colon", "hmac_scret_key", "DELETE /example_apigw/v1.0/apigw/items/7", "2019-05-01T09:00:00+0900",
			"39eQtFuG7P+XAWe++MhlIvq4fEE=",
			[]string{"DELETE\n/example_apigw/v1.0/apigw/items/7\n2019-05-01T09:00:00+0900"},
			true,
		},
		{
			"raw and decoded", "test", "get /a%20b?c=%26", "2016-07-23T12:20:02Z", "IqY8u/RZY8IMESwa/TPW9P9Z39Y=",
			[]string{"GET\n/a%20b?c=%26\n2016-07-23T12:20:02Z", "GET\n/a b?c=&\n2016-07-23T12:20:02Z"},
			false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := reader(t, "hmac")(request(tt.line, "X-TC-Timestamp: "+tt.timestamp, "Authorization: "+tt.authorization))
			if err != nil {
				t.Fatalf("read = %v, want a credential", err)
			}
			if strings.Join(c.Candidates, "\x00") != strings.Join(tt.candidates,
				"\x00") || c.StringToSign != tt.candidates[0] || c.Hash != crypto.SHA1 {
				t.Errorf("candidates = %q (canonical %q), want %q", c.Candidates, c.StringToSign, tt.candidates)
			}
			if got := verifies(tt.secret, c); got != tt.holds {
				t.Errorf("the signature holds: %v, want %v", got, tt.holds)
			}
		})
	}
}

func TestSignatureIsRefused(t *testing.T) {
	const good = "Authorization: N8VR5qDuJWO6NfrjRjrHUF9ftk8="
	for _, tt := range []struct {
		name    string
		headers []string
		want    fault.Kind
		absent  bool
	}{
		{"nothing", nil, fault.AuthHMACNoDate, true},
		{"no timestamp, so perhaps a token", []string{good}, fault.AuthHMACNoDate, true},
		{"empty timestamp", []string{good, "X-TC-Timestamp: "}, fault.AuthHMACNoDate, true},
		{"seconds", []string{good, "X-TC-Timestamp: 1556668800"}, fault.AuthHMACDate, false},
		{"format before a missing Authorization", []string{"X-TC-Timestamp: 1556668800"}, fault.AuthHMACDate, false},
		{
			"two timestamps",
			[]string{good, "X-TC-Timestamp: 2019-05-01T09:00:00Z", "X-TC-Timestamp: 2019-05-01T09:00:00Z"},
			fault.AuthHMACDate, false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := reader(t, "hmac")(request("GET /", tt.headers...))
			var f *fault.Fault
			if !errors.As(err, &f) || f.Kind != tt.want || errors.Is(err, auth.ErrAbsent) != tt.absent {
				t.Errorf("read = %v, want %s, absent %v", err, tt.want, tt.absent)
			}
		})
	}
	if _, err := newDialect(t).Schemes["hmac"](auth.Rules{RequireHeaders: []string{"x-a"}}); err == nil {
		t.Error("hmac with required headers = nil, want an error")
	}
}

// The core answers 20001 for both, after the clock: nothing as an empty field, the rest as an invalid one.
func TestWhatIsNoSignature(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		missing     bool
	}{
		{"empty", "", true},
		{"spaces", "  ", true},
		{"token", "Bearer abc", false},
		{"not base64", "!!!!!!!!!!!!!!!!!!!!!!!!!!!=", false},
		{"no padding", "N8VR5qDuJWO6NfrjRjrHUF9ftk8", false},
		{"too short", "QUJD", false},
		{"that of SHA-256", "V5Dye9kgG3tvZOOZertd5LXE0q8CcJGXCxEFCR71hUE=", false},
		{"loose bits", "N8VR5qDuJWO6NfrjRjrHUF9ftk9=", false},
	} {
		c, err := reader(t, "hmac")(request("GET /", "X-TC-Timestamp: 2019-05-01T09:00:00Z", "Authorization: "+tt.value))
		if err != nil || (c.MAC == nil) != tt.missing || len(c.MAC) != 0 {
			t.Errorf("%s: read = %+v, %v, want no MAC, missing %v", tt.name, c, err, tt.missing)
		}
	}
}

func TestToken(t *testing.T) {
	_, err := reader(t, "jwt")(request("GET /"))
	var f *fault.Fault
	if !errors.As(err, &f) || f.Kind != fault.AuthJWTMissing || !errors.Is(err, auth.ErrAbsent) {
		t.Errorf("read of nothing = %v, want auth.jwt.missing, absent", err)
	}
	for _, token := range []string{"a.b.c", "Bearer a.b.c"} { // the second is no token, which the core finds out
		if c, err := reader(t, "jwt")(request("GET /", "Authorization: "+token)); err != nil || c.Token != token {
			t.Errorf("read of %q = %+v, %v, want it as it is", token, c, err)
		}
	}
}

func FuzzSignature(f *testing.F) {
	f.Add("2019-05-01T09:00:00+09:00", "N8VR5qDuJWO6NfrjRjrHUF9ftk8=", "/apigw/hello?a=%20")
	f.Add("1556668800", "Bearer x", "/")
	f.Add("2019-05-01T09:00:00Z", "", "%")
	read := reader(f, "hmac")
	f.Fuzz(func(t *testing.T, timestamp, authorization, target string) {
		r := request("GET "+target, "X-TC-Timestamp:"+timestamp, "Authorization:"+authorization)
		c, err := read(r)
		if err != nil {
			var f *fault.Fault
			if !errors.As(err, &f) || f.Kind != fault.AuthHMACNoDate && f.Kind != fault.AuthHMACDate {
				t.Errorf("read of %q = %v", timestamp, err)
			}
			return
		}
		if n := len(c.MAC); n != 0 && n != 20 {
			t.Errorf("read of %q gives a MAC of %d bytes", authorization, n)
		}
		if (c.MAC == nil) != (strings.TrimSpace(authorization) == "") {
			t.Errorf("read of %q: MAC missing is %v", authorization, c.MAC == nil)
		}
		for _, text := range c.Candidates {
			if !strings.HasPrefix(text, "GET\n") || !strings.HasSuffix(text, "\n"+strings.TrimSpace(timestamp)) {
				t.Errorf("read of %q gives the string to sign %q", target, text)
			}
		}
	})
}
