package demo

import (
	"fmt"
	"net/http"
	"time"

	"postern/shared/dialect"
)

func aliyun(now time.Time) []plan {
	const key, secret = "203753385", "demo-secret-of-the-app-shop"
	signed := func(secret string, at time.Time) *dialect.Signing {
		return &dialect.Signing{KeyID: key, Secret: secret, At: at}
	}
	refused := func(title, path string, sign *dialect.Signing, status int, code, message string) plan {
		return plan{
			title: title, path: path, sign: sign, status: status, headers: []string{"X-Ca-Error-Code", "X-Ca-Error-Message"},
			answer: fmt.Sprintf("X-Ca-Error-Code: %s, X-Ca-Error-Message: %s", code, message),
		}
	}
	twice := func(p plan) plan { p.repeat = 2; return p }
	byShop, once := signed(secret, now), signed(secret, now)
	byGuest := &dialect.Signing{KeyID: "203753386", Secret: "demo-secret-of-the-app-guest", At: now}
	once.Nonce = "c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44"
	stringToSign := fmt.Sprintf("GET#application/json####x-ca-key:203753385#x-ca-signature-method:HmacSHA256#"+
		"x-ca-timestamp:%d#/users/7?type=public", now.UnixMilli())
	return []plan{
		{
			title: "admitted: signed with HmacSHA256, the backend gets another path", path: "/users/7?type=public", sign: byShop,
			status: 200, answer: "the backend got GET /backend/people/7?type=public\n",
		},
		{
			title: "admitted: the fields of a form are signed with the query", method: http.MethodPost, path: "/orders?express=",
			header: header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"), body: "item=%E8%8C%B6&count=2",
			sign:   byShop,
			status: 200, answer: "the backend got POST /backend/orders?express=\n",
		},
		{
			title: "admitted: an AppCode instead of a signature", path: "/quick",
			sign:   &dialect.Signing{APIKey: "3F2504E04F8911D39A0C0305E82C3301"},
			status: 200, answer: "the backend got GET /backend/quick\n",
		},
		refused("neither signed nor with an AppCode", "/users/7", nil,
			400, "A400MA", "Need authorization, `X-Ca-Key` or `Authorization: APPCODE ...` is required"),
		refused("signed with a key that nobody has", "/users/7", &dialect.Signing{KeyID: "999", Secret: secret, At: now},
			400, "A400IK", "Invalid AppKey"),
		refused("signed with another secret", "/users/7?type=public", signed("another secret", now),
			403, "A403IS", "Invalid Signature, Server StringToSign:`"+stringToSign+"`"),
		refused("signed two hours ago", "/users/7", signed(secret, now.Add(-2*time.Hour)), 403, "S403TE", "X-Ca-Timestamp is expired"),
		twice(refused("the same signed request twice, where a nonce is asked for", "/orders/7", once, 403, "S403NU", "Nonce Used")),
		refused("an app without a grant", "/users/7", byGuest, 403, "A403PR", "Plugin Authorization Needed"),
		twice(refused("two calls in a second", "/limited", byShop, 429, "T429PA", "Throttled by API Flow Control")),
		refused("a parameter that is not sent", "/search", byShop, 400, "I400MP", "Parameter `word` is required"),
		refused("nothing is there", "/nowhere", byShop, 404, "I404NF", "API not found with `GET /nowhere`"),
		refused("a backend that answers too late", "/slow", byShop, 504, "D504TO", "Backend service request timeout"),
		refused("a backend that does not listen", "/dead", byShop, 504, "D504CO", "Backend service connect failed `connection refused`"),
	}
}
