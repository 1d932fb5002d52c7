//go:build dynamodb && linux

package soak

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"
)

// answer is what a client gets.
type answer struct {
	status int
	body   string
}

func of(kind string, a answer) map[string]answer { return map[string]answer{kind: a} }

// nhn is an answer in its envelope, as seed 000 documents it.
func nhn(status, code int, message string) answer {
	return answer{status, fmt.Sprintf(`{"header":{"isSuccessful":false,"resultCode":%d,"resultMessage":%q}}`, code, message)}
}

// successLast is nhn's where its sample has the members in another order.
func successLast(status, code int, message string) answer {
	return answer{status, fmt.Sprintf(`{"header":{"resultCode":%d,"resultMessage":%q,"isSuccessful":false}}`, code, message)}
}

// toast is an answer in its envelope, as seed 003 documents it.
func toast(status, code int, message string) answer {
	const envelope = `{"header":{"resultCode":%d,"resultMessage":"%d %s","isSuccessful":false}}`
	return answer{status, fmt.Sprintf(envelope, code, code, message)}
}

// stormy is what a frozen or slow part may make of any request, by kind; the timeout is that of most backends.
func stormy(dialect string) map[string]answer {
	if dialect == "toast" {
		return map[string]answer{
			"internal.store":   toast(503, 503, "Service Unavailable"),
			"internal.verdict": toast(500, 500, "Internal Server Error"),
			"backend.timeout":  toast(504, 504, "Gateway Timeout"),
			"backend.connect":  toast(502, 502, "Bad Gateway"),
		}
	}
	return map[string]answer{
		"internal.store":   unavailable(),
		"internal.verdict": nhn(500, 5000000, "Internal Server Error"),
		"backend.timeout":  nhn(504, 5040001, "Gateway Timeout (Upstream ReadTimeout. limit: 10000ms)"),
		"backend.connect":  successLast(503, 5030001, "Upstream Service Unavailable (connection timed out)"),
	}
}

// unavailable is also what a function says that could not read its secrets yet.
func unavailable() answer { return nhn(503, 5030000, "Service Unavailable") }

// Why a door answers by itself.
const (
	throttled = "throttled" // every environment is busy
	killed    = "killed"    // the environment ended
)

// page says why a door would answer so by itself; "": it would not.
func page(door string, a answer) string {
	const (
		alb = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body bgcolor=\"white\">\r\n" +
			"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
		url    = `{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}`
		either = throttled + " or " + killed // an authorizer failed, or a load balancer does not tell
	)
	type key struct {
		door string
		answer
	}
	return map[key]string{
		{"alb", answer{502, alb}}:                                    either,
		{"rest", answer{500, `{"message":null}`}}:                    either,
		{"rest", answer{500, `{"message":"Internal server error"}`}}: throttled,
		{"rest", answer{502, `{"message":"Internal server error"}`}}: killed,
		{"http", answer{503, `{"message":"Service Unavailable"}`}}:   throttled,
		{"http", answer{500, `{"message":"Internal Server Error"}`}}: either,
		{"url", answer{502, "Internal Server Error"}}:                killed,
		{"url", answer{429, url}}:                                    throttled,
	}[key{door, a}]
}

// token is a JWT that ends at this time.
func token(secret string, end time.Time) string {
	encode := base64.RawURLEncoding.EncodeToString
	claims := fmt.Appendf(nil, `{"iss":"soak","exp":%d}`, end.Unix())
	text := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(claims)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil))
}
