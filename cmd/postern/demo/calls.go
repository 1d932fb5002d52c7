package demo

import (
	"fmt"
	"net/http"
	"time"

	"postern/shared/dialect"
)

func header(name, value string) http.Header {
	return http.Header{http.CanonicalHeaderKey(name): {value}}
}

func nhn(now time.Time) []plan {
	signed := func(secret string, at time.Time) *dialect.Signing { return &dialect.Signing{Secret: secret, At: at} }
	const secret = "demo-secret-of-the-members-service"
	refused := func(code int, message string) string {
		return fmt.Sprintf(`{"header":{"isSuccessful":false,"resultCode":%d,"resultMessage":%q}}`, code, message)
	}
	return []plan{
		{
			title: "admitted: signed with HmacSHA256, the backend gets another path", path: "/members/7?type=public",
			sign: signed(secret, now), status: 200, answer: "the backend got GET /backend/people/7?type=public\n",
		},
		{
			title: "admitted: an API key with a plan of two calls a day", path: "/planned",
			header: header("x-nhn-apikey", "demoKeyPrimary01"), status: 200, answer: "the backend got GET /backend/planned\n",
		},
		{title: "not signed", path: "/members/7", status: 401, answer: refused(4011001, "Authorization is empty.")},
		{
			title: "signed two hours ago", path: "/members/7", sign: signed(secret, now.Add(-2*time.Hour)),
			status: 401, answer: refused(4011007, "expired"),
		},
		{
			title: "signed with another secret", path: "/members/7", sign: signed("another secret", now),
			status: 401, answer: refused(4011008, "Authorization is invalid."),
		},
		{title: "no API key", path: "/planned", status: 403, answer: refused(4031010, "Request api key is empty.")},
		{
			title: "an API key that was switched off", path: "/planned", header: header("x-nhn-apikey", "demoKeyRetired01"),
			status: 403, answer: refused(4031011, "Request api key is inactive."),
		},
		{
			title: "a plan of two calls a day, called three times", path: "/planned", header: header("x-nhn-apikey", "demoKeySecondary1"), repeat: 3,
			status: 429, answer: refused(4291001, "Usage quota exceeded."),
		},
		{title: "two calls in a second", path: "/limited", repeat: 2, status: 429, answer: refused(4291000, "Too Many Requests")},
		{
			title: "a body that does not fit its model", method: http.MethodPost, path: "/members",
			header: header("Content-Type", "application/json"), body: `{"name":7}`,
			status: 400, answer: refused(4000007, "Bad Request ($.name: must be string)"),
		},
		{title: "an address that is not admitted", path: "/private", status: 403, answer: refused(4031007, "Request IP not allowed")},
		{title: "nothing is there", path: "/nowhere", status: 404, answer: refused(4041007, "URL Not Found")},
		{
			title: "a backend that answers too late", path: "/slow",
			status: 504, answer: refused(5040001, "Gateway Timeout (Upstream ReadTimeout. limit: 500ms)"),
		},
		{
			title: "a backend that does not listen", path: "/dead", status: 503,
			answer: `{"header":{"resultCode":5030001,"resultMessage":"Upstream Service Unavailable (Connection refused)","isSuccessful":false}}`,
		},
		{
			title: "a backend that hangs up", path: "/lying", status: 502,
			answer: refused(5020001, "Upstream Bad Gateway (Connection prematurely closed BEFORE response)"),
		},
	}
}

func toast(now time.Time) []plan {
	signed := func(secret string, at time.Time) *dialect.Signing { return &dialect.Signing{Secret: secret, At: at} }
	const secret = "demo-secret-of-the-apigw-domain"
	refused := func(code int, message string) string {
		return fmt.Sprintf(`{"header":{"resultCode":%d,"resultMessage":"%d %s","isSuccessful":false}}`, code, code, message)
	}
	hmac := func(why string) string { return refused(20001, "HMAC authentication failed ("+why+")") }
	jwt := func(why string) string { return refused(20002, "JWT authentication failed ("+why+")") }
	return []plan{
		{
			title: "admitted: signed with HMAC-SHA1", path: "/apigw/hello?q=1", sign: signed(secret, now),
			status: 200, answer: "the backend got GET /backend/hello?q=1\n",
		},
		{
			title: "admitted: rewritten", path: "/apigw/api/v2.0/members", sign: signed(secret, now),
			status: 200, answer: "the backend got GET /backend/api/v1.0/members\n",
		},
		{title: "not signed", path: "/apigw/hello", status: 401, answer: hmac("The timestamp field is empty")},
		{
			title: "a timestamp that is none", path: "/apigw/hello", header: header("X-TC-Timestamp", "1556668800"),
			status: 401, answer: hmac("Invalid timestamp format"),
		},
		{
			title: "signed two hours ago", path: "/apigw/hello", sign: signed(secret, now.Add(-2*time.Hour)),
			status: 401, answer: hmac("Exceeded expiration time"),
		},
		{
			title: "signed with another secret", path: "/apigw/hello", sign: signed("another secret", now),
			status: 401, answer: hmac("Invalid authorization"),
		},
		{
			title: "two calls in a second", path: "/apigw/limited", sign: signed(secret, now), repeat: 2,
			status: 403, answer: refused(20004, "Usage quota exceeded"),
		},
		{title: "no token", path: "/tokens/hello", status: 401, answer: jwt("The authorization field is empty")},
		{
			title: "a token that is none", path: "/tokens/hello", header: header("Authorization", "not.a.token"),
			status: 401, answer: jwt("Invalid authorization"),
		},
		{title: "a service asked beforehand that does not listen", path: "/apigw/asked", status: 502, answer: refused(20008, "Pre api connection failed")},
	}
}
