package toast_test

import (
	"testing"
	"time"

	"postern/shared/dialect"
)

// The vectors T0 and T1 of nhn.md, section 15.
func TestSign(t *testing.T) {
	for _, tt := range []struct{ name, secret, line, timestamp, want string }{
		{"T0", "test", "GET /test/1?query1=1&query2=2", "2016-07-23T12:20:02+09:00", "IqY8u/RZY8IMESwa/TPW9P9Z39Y="},
		{"T1", "postern-toast-secret", "GET /apigw/hello", "2019-05-01T09:00:00+09:00", "N8VR5qDuJWO6NfrjRjrHUF9ftk8="},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tt.timestamp)
			if err != nil {
				t.Fatal(err)
			}
			r := request(tt.line)
			if err := newDialect(t).Sign(r, dialect.Signing{Secret: tt.secret, At: at}); err != nil {
				t.Fatal(err)
			}
			if got := r.Header.Get("Authorization"); got != tt.want || r.Header.Get("X-TC-Timestamp") != tt.timestamp {
				t.Errorf("Authorization = %s, want %s; X-TC-Timestamp = %s", got, tt.want, r.Header.Get("X-TC-Timestamp"))
			}
			c, err := reader(t, "hmac")(r)
			if err != nil || !verifies(tt.secret, c) {
				t.Errorf("the reader does not accept it: %v", err)
			}
		})
	}
}

func TestSignWithToken(t *testing.T) {
	r := request("GET /")
	if err := newDialect(t).Sign(r, dialect.Signing{Token: "a.b.c"}); err != nil || r.Header.Get("Authorization") != "a.b.c" {
		t.Errorf("Sign = %v, Authorization %s, want the bare token", err, r.Header.Get("Authorization"))
	}
}

func TestSignRefuses(t *testing.T) {
	for _, s := range []dialect.Signing{
		{Secret: "s", Token: "t"},
		{Secret: "s", Algorithm: "HmacSHA256"},
		{Secret: "s", KeyID: "k"},
		{Secret: "s", Nonce: "n"},
		{Secret: "s", Stage: "test"},
		{Secret: "s", Headers: []string{"host"}},
		{APIKey: "k"},
	} {
		r := request("GET /")
		if err := newDialect(t).Sign(r, s); err == nil || len(r.Header) != 0 {
			t.Errorf("Sign(%+v) = %v, headers %v, want an error and no headers", s, err, r.Header)
		}
	}
}
