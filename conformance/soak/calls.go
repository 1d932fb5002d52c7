//go:build dynamodb && linux

package soak

import (
	"net/http"
	"time"

	"postern/shared/dialect"
)

// call is a kind of request, and all that it may be answered with.
type call struct {
	name    string
	dialect string
	method  string   // "": GET
	path    string   // before caller and id
	callers []string // of which each request names one
	kind    string   // content type
	sign    dialect.Signing
	late    time.Duration // how long ago it was signed
	body    string
	weight  int               // how often it is chosen
	target  string            // what the backend gets before caller and id; "": the backend gets nothing
	twice   bool              // the backend may get it again
	counts  []string          // limits that it is charged to
	refused map[string]answer // by kind: what calm weather may answer
	never   bool              // it is never admitted
}

const (
	membersSecret = "soak-secret-of-the-members-service"
	apigwSecret   = "soak-secret-of-the-apigw-domain"
	tokensSecret  = "soak-secret-of-the-tokens-0123456789"
	plainKey      = "SoakPlainKey00000001"
	exactKey      = "SoakExactKey00000001"
	leasedKey     = "SoakLeasedKey0000001"
	asleepKey     = "SoakAsleepKey0000001"
	member        = `{"name":"somebody","text":"twenty more bytes"}`
	media         = "application/json"
)

// secrets are what no line of the log may show: those of the registry, and what clients send as proof.
func secrets(calls []*call) []string {
	all := []string{membersSecret, apigwSecret, tokensSecret, plainKey, exactKey, leasedKey, asleepKey, "signature=", "Bearer "}
	for _, c := range calls {
		if c.sign.Token != "" {
			all = append(all, c.sign.Token)
		}
	}
	return all
}

// calls are all kinds.
func calls(now time.Time) []*call {
	all := append(passing(now), failing()...)
	return append(append(all, refusable(now)...), limited()...)
}

func passing(now time.Time) []*call {
	members, apigw := dialect.Signing{Secret: membersSecret}, dialect.Signing{Secret: apigwSecret}
	bearer := dialect.Signing{Token: token(tokensSecret, now.Add(24*time.Hour))}
	return []*call{
		{name: "signed", dialect: "nhn", path: "/signed/", sign: members, weight: 10, target: "/echo/signed/"},
		{
			name: "signed POST", dialect: "nhn", method: http.MethodPost, path: "/signed/", sign: members, body: member, weight: 5,
			target: "/echo/signed/",
		},
		{
			name: "modelled", dialect: "nhn", method: http.MethodPost, path: "/create/", kind: media, body: member, weight: 5,
			target: "/echo/create/",
		},
		{name: "token", dialect: "nhn", path: "/token/", sign: bearer, weight: 5, target: "/echo/token/"},
		{name: "key", dialect: "nhn", path: "/key/", sign: dialect.Signing{APIKey: plainKey}, weight: 5, target: "/echo/key/"},
		{name: "toast", dialect: "toast", path: "/apigw/signed/", sign: apigw, weight: 5, target: "/echo/signed/"},
		{
			name: "toast POST", dialect: "toast", method: http.MethodPost, path: "/apigw/signed/", sign: apigw, body: member,
			weight: 3, target: "/echo/signed/",
		},
		{name: "hold", dialect: "nhn", path: "/hold/", weight: 1, target: "/hold/hold/"},
	}
}

// failing are admitted, and their backends do not answer.
func failing() []*call {
	return []*call{
		{
			name: "slow", dialect: "nhn", path: "/slow/", weight: 1, target: "/slow/slow/", never: true,
			refused: of("backend.timeout", nhn(504, 5040001, "Gateway Timeout (Upstream ReadTimeout. limit: 300ms)")),
		},
		{
			name: "lying", dialect: "nhn", path: "/lying/", weight: 3, target: "/lying/lying/", twice: true, never: true,
			refused: of("backend.closed", nhn(502, 5020001, "Upstream Bad Gateway (Connection prematurely closed BEFORE response)")),
		},
		{
			name: "dead", dialect: "nhn", path: "/dead/", weight: 3, never: true,
			refused: of("backend.refused", successLast(503, 5030001, "Upstream Service Unavailable (Connection refused)")),
		},
		{
			name: "toast, asked", dialect: "toast", path: "/apigw/asked/", weight: 2, never: true,
			refused: of("precall", toast(502, 20008, "Pre api connection failed")),
		},
	}
}

func refusable(now time.Time) []*call {
	members, other := dialect.Signing{Secret: membersSecret}, dialect.Signing{Secret: "another secret"}
	all := []*call{
		{name: "unsigned", path: "/signed/", refused: of("auth.hmac.missing", nhn(401, 4011001, "Authorization is empty."))},
		{
			name: "late", path: "/signed/", sign: members, late: 2 * time.Hour,
			refused: of("auth.hmac.expired", nhn(401, 4011007, "expired")),
		},
		{
			name: "forged", path: "/signed/", sign: other,
			refused: of("auth.hmac.mismatch", nhn(401, 4011008, "Authorization is invalid.")),
		},
		{name: "no token", path: "/token/", refused: of("auth.jwt.missing", nhn(401, 4012002, "Authorization is empty."))},
		{
			name: "forged token", path: "/token/", sign: dialect.Signing{Token: token("another secret", now.Add(24*time.Hour))},
			refused: of("auth.jwt.invalid", nhn(401, 4012001, "Token is invalid.")),
		},
		{
			name: "old token", path: "/token/", sign: dialect.Signing{Token: token(tokensSecret, now.Add(-time.Hour))},
			refused: of("auth.jwt.expired", nhn(401, 4012001, "Token is invalid.")),
		},
		{name: "no key", path: "/key/", refused: of("auth.key.missing", nhn(403, 4031010, "Request api key is empty."))},
		{
			name: "key asleep", path: "/key/", sign: dialect.Signing{APIKey: asleepKey},
			refused: of("auth.key.inactive", nhn(403, 4031011, "Request api key is inactive.")),
		},
		{
			name: "no such key", path: "/key/", sign: dialect.Signing{APIKey: "SoakNobodysKey000001"},
			refused: of("auth.key.unknown", nhn(403, 4031012, "Request api key is invalid.")),
		},
		{name: "nowhere", path: "/nowhere/", refused: of("route.path", nhn(404, 4041007, "URL Not Found"))},
		{name: "private", path: "/private/", refused: of("access.address", nhn(403, 4031007, "Request IP not allowed"))},
		{
			name: "misfit", method: http.MethodPost, path: "/create/", kind: media, body: `{"name":7}`,
			refused: of("request.model", nhn(400, 4000007, "Bad Request ($.name: must be string)")),
		},
	}
	for _, c := range all {
		c.dialect, c.weight, c.never = "nhn", 2, true
	}
	return append(all,
		&call{
			name: "toast, unsigned", dialect: "toast", path: "/apigw/signed/", weight: 2, never: true,
			refused: of("auth.hmac.no-date", toast(401, 20001, "HMAC authentication failed (The timestamp field is empty)")),
		},
		&call{
			name: "toast, forged", dialect: "toast", path: "/apigw/signed/", sign: other, weight: 2, never: true,
			refused: of("auth.hmac.mismatch", toast(401, 20001, "HMAC authentication failed (Invalid authorization)")),
		},
	)
}

// limited are charged to limits, well over which they are sent.
func limited() []*call {
	rate, quota := nhn(429, 4291000, "Too Many Requests"), nhn(429, 4291001, "Usage quota exceeded.")
	all := []*call{
		{
			name: "rate", path: "/rate/", callers: []string{"a", "b", "c"}, counts: []string{"rate"},
			refused: of("limit.path.rate", rate),
		},
		{name: "leased", path: "/leased/", counts: []string{"leased"}, refused: of("limit.route.rate", rate)},
		{
			name: "minute", path: "/minute/", callers: []string{"a", "b"}, counts: []string{"minute"},
			refused: of("limit.path.quota", quota),
		},
		{
			name: "both", path: "/both/", callers: []string{"a", "b", "c", "d"}, counts: []string{"both, all", "both, caller"},
			refused: map[string]answer{"limit.route.rate": rate, "limit.path.rate": rate},
		},
		{
			name: "exact plan", path: "/exact/", sign: dialect.Signing{APIKey: exactKey},
			counts: []string{"exact rate", "exact quota"}, refused: map[string]answer{"limit.app.rate": rate, "limit.app.quota": quota},
		},
		{
			name: "leased plan", path: "/plan/", sign: dialect.Signing{APIKey: leasedKey},
			counts: []string{"leased quota"}, refused: of("limit.app.quota", quota),
		},
	}
	for _, c := range all {
		c.dialect, c.weight, c.target = "nhn", 8, "/echo"+c.path
	}
	return all
}
