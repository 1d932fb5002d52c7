package nhn_test

import (
	"errors"
	"testing"

	"postern/shared/auth"
	"postern/shared/fault"
)

func TestToken(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []string
		token  string
		want   fault.Kind // "" for a token
		absent bool
	}{
		{"bearer", []string{"Bearer a.b.c"}, "a.b.c", "", false},
		{"the word's case does not count", []string{"bearer a.b.c"}, "a.b.c", "", false},
		{"quoted", []string{`Bearer "a.b.c"`}, "a.b.c", "", false},
		{"several spaces", []string{"Bearer   a.b.c"}, "a.b.c", "", false},
		{"one quote belongs to the token", []string{`Bearer "`}, `"`, "", false},
		{"two lines are one token, an invalid one", []string{"Bearer a", "Bearer b"}, "a,Bearer b", "", false},
		{"nothing", nil, "", fault.AuthJWTMissing, true},
		{"empty", []string{" "}, "", fault.AuthJWTMissing, true},
		{"bare token", []string{"a.b.c"}, "", fault.AuthJWTScheme, true},
		{"another scheme", []string{"Basic dXNlcjpwdw=="}, "", fault.AuthJWTScheme, true},
		{"a signature", []string{`hmac algorithm="HmacSHA256"`}, "", fault.AuthJWTScheme, true},
		{"longer word", []string{"Bearers a"}, "", fault.AuthJWTScheme, true},
		{"no token", []string{"Bearer"}, "", fault.AuthJWTInvalid, false},
		{"no token behind the space", []string{"Bearer "}, "", fault.AuthJWTInvalid, false},
		{"quotes around nothing", []string{`Bearer ""`}, "", fault.AuthJWTInvalid, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := request("GET /")
			for _, v := range tt.values {
				r.Header.Add("Authorization", v)
			}
			c, err := reader(t, "jwt")(r)
			if tt.want == "" {
				if err != nil || c.Token != tt.token {
					t.Errorf("read of %q = %+v, %v, want token %q", tt.values, c, err, tt.token)
				}
				return
			}
			var f *fault.Fault
			if !errors.As(err, &f) || f.Kind != tt.want || errors.Is(err, auth.ErrAbsent) != tt.absent {
				t.Errorf("read of %q = %v, want %s, absent %v", tt.values, err, tt.want, tt.absent)
			}
		})
	}
}

func TestAPIKey(t *testing.T) {
	for _, headers := range [][]string{nil, {"x-nhn-apikey: "}, {"Authorization: abc"}} {
		_, err := reader(t, "api-key")(request("GET /", headers...))
		var f *fault.Fault
		if !errors.As(err, &f) || f.Kind != fault.AuthKeyMissing || !errors.Is(err, auth.ErrAbsent) {
			t.Errorf("read of %q = %v, want auth.key.missing, absent", headers, err)
		}
	}
	r := request("GET /", "x-nhn-apikey: Abc123", "Authorization: Basic eA==")
	c, err := reader(t, "api-key")(r)
	if err != nil || c.APIKey != "Abc123" || r.Header.Get("Authorization") == "" {
		t.Errorf("read = %+v, %v, want key Abc123, and Authorization left alone", c, err)
	}
	c, err = reader(t, "api-key")(request("GET /", "x-nhn-apikey: a", "x-nhn-apikey: b"))
	if err != nil || c.APIKey != "a,b" {
		t.Errorf("read of two keys = %+v, %v, want one that nobody has", c, err)
	}
}
