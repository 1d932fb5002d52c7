package nhn_test

import (
	"crypto"
	"errors"
	"fmt"
	"strings"
	"testing"

	"postern/shared/fault"
)

// What cannot be a signature passes the checks of its order and ends as one that does not fit: 4011008.
func TestWhatIsNoSignature(t *testing.T) {
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf("x-%d", i)
	}
	for _, tt := range []struct{ name, value string }{
		{"not base64", `hmac algorithm="HmacSHA256", signature="!"`},
		{"no padding", `hmac algorithm="HmacSHA256", signature="QUI"`},
		{"URL-safe alphabet", `hmac algorithm="HmacSHA256", signature="_-__"`},
		{"loose bits", `hmac algorithm="HmacSHA256", signature="QUJ="`},
		{"something behind a value", `hmac algorithm="HmacSHA256", signature="QUJD", headers="" x`},
		{"no comma", `hmac algorithm="HmacSHA256", signature="QUJD", headers="" more="x"`},
		{"no value", `hmac algorithm="HmacSHA256", signature="QUJD", more`},
		{"no name", `hmac algorithm="HmacSHA256", signature="QUJD", my name=1`},
		{"unclosed", `hmac algorithm="HmacSHA256", signature="QUJD", headers="`},
		{"bare value with a space", `hmac algorithm=HmacSHA256, signature=QUJD, headers=a b`},
		{"signature twice", `hmac algorithm="HmacSHA256", signature="QUJD", signature="QUJD"`},
		{"algorithm twice", `hmac algorithm="HmacSHA256", signature="QUJD", algorithm="HmacSHA256"`},
		{"header twice", `hmac algorithm="HmacSHA256", headers="host,x,Host", signature="QUJD"`},
		{"too many headers", `hmac algorithm="HmacSHA256", headers="` + strings.Join(many, ",") + `", signature="QUJD"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := reader(t, "hmac")(request("GET /", "x-nhn-date: 2024-05-01T00:00:00Z", "Authorization: "+tt.value))
			if err != nil {
				t.Fatalf("read = %v, want a credential", err)
			}
			if c.MAC == nil || len(c.MAC) != 0 {
				t.Errorf("MAC = %q, want an empty one", c.MAC)
			}
		})
	}
	c, err := reader(t, "hmac")(request("GET /", "x-nhn-date: 2024-05-01T00:00:00Z", authorization("", "QUJD"),
		"Authorization: Basic eA=="))
	if err != nil || len(c.MAC) != 0 {
		t.Errorf("read of two lines of Authorization = %v, %v, want an empty MAC", c, err)
	}
	c, err = reader(t, "hmac")(request("GET /", "x-nhn-date: 2024-05-01T00:00:00Z",
		authorization(strings.Join(many[:100], ","), "QUJD")))
	if err != nil || len(c.MAC) != 3 {
		t.Errorf("read of 100 headers = %v, %v, want a MAC", c, err)
	}
}

func TestNotation(t *testing.T) {
	for _, value := range []string{
		`hmac algorithm="HmacSHA1",headers="",signature="QUJD"`,
		`hmac algorithm="HmacSHA1" , headers="" ,	signature="QUJD"`,
		`hmac algorithm = "HmacSHA1", signature = "QUJD"`,
		`hmac signature="QUJD", algorithm="HmacSHA1"`,
		`hmac algorithm=HmacSHA1, signature=QUJD`,
		`hmac algorithm="HmacSHA1", signature="QUJD", later="more, and more"`,
		`hmac	algorithm="HmacSHA1",, signature="QUJD",`,
	} {
		c, err := reader(t, "hmac")(request("GET /", "x-nhn-date: 2024-05-01T00:00:00Z", "Authorization: "+value))
		if err != nil || string(c.MAC) != "ABC" || c.Hash != crypto.SHA1 {
			t.Errorf("read of %s = %v, %v, want ABC with SHA-1", value, c, err)
		}
	}
}

func FuzzAuthorization(f *testing.F) {
	f.Add(`hmac algorithm="HmacSHA256", headers="a,b" , signature="V5Dye9kgG3tvZOOZertd5LXE0q8CcJGXCxEFCR71hUE="`,
		"2024-05-01T00:00:00Z", "/a%20b?c")
	f.Add(`hmac algorithm=HmacSHA1,signature==`, "2024-05-01T00:00:00+0900", "/")
	f.Add(`Bearer x`, "", "")
	read := reader(f, "hmac", "x-a")
	f.Fuzz(func(t *testing.T, value, date, target string) {
		r := request("GET "+target, "x-nhn-date:"+date, "X-A: 1", "Authorization:"+value)
		c, err := read(r)
		if err != nil {
			var f *fault.Fault
			if !errors.As(err, &f) || !f.Kind.Under(fault.AuthHMAC) {
				t.Errorf("read of %q = %v, want a fault of auth.hmac", value, err)
			}
			return
		}
		if !strings.HasPrefix(strings.TrimSpace(value), "hmac") || c.MAC == nil || c.At.Year() > 9999 {
			t.Errorf("read of %q, %q = %+v", value, date, c)
		}
		if len(c.Candidates) == 0 || len(c.Candidates) > 2 || c.StringToSign != c.Candidates[0] {
			t.Errorf("read of %q gives the candidates %q", value, c.Candidates)
		}
		for _, text := range c.Candidates {
			if !strings.HasPrefix(text, "GET\n") || len(text) > len(target)+len(date)+64 || !strings.Contains(text, "\nx-a:1") {
				t.Errorf("read of %q gives the string to sign %q", value, text)
			}
		}
	})
}
