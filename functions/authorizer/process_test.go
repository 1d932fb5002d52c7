package main_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"postern/functions/internal/functiontest"
)

const members = `version: 1
apis:
  - name: members
    hosts: [members.example.com]
    dialect: nhn
    auth: [{hmac: {secret: "${env:SECRET}", skew: 876000h}}]
    limits: {caller: {per: client, rate: 1000000/s}}
    backend: {mock: {status: 200, headers: {Content-Type: text/plain}, body: hello}}
    routes: [{path: "/members/{id}", methods: [GET]}]
`

// signed is an event of an HTTP API's authorizer, about a request that is signed with this secret.
func signed(secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("GET\n/members/7\n2024-05-01T00:00:00Z"))
	return fmt.Sprintf(`{"version":"2.0","type":"REQUEST","routeArn":"arn:aws:execute-api:us-east-1:123456789012:abcdef1234/$default/GET/members/7",`+
		`"identitySource":null,"routeKey":"$default","rawPath":"/members/7","rawQueryString":"","headers":{"accept":"*/*",`+
		`"authorization":"hmac algorithm=\"HmacSHA256\", signature=\"%s\"","host":"members.example.com","user-agent":"curl/8.5.0",`+
		`"x-nhn-date":"2024-05-01T00:00:00Z","x-forwarded-for":"203.0.113.9","x-forwarded-port":"443","x-forwarded-proto":"https"},`+
		`"requestContext":{"accountId":"123456789012","apiId":"abcdef1234","domainName":"members.example.com","http":{"method":"GET",`+
		`"path":"/members/7","protocol":"HTTP/1.1","sourceIp":"203.0.113.9","userAgent":"curl/8.5.0"},"requestId":"ZhNHJhhLjoEEPiw=",`+
		`"routeKey":"$default","stage":"$default","timeEpoch":1718639559080}}`, base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

type said struct {
	Allow   bool              `json:"isAuthorized"`
	Context map[string]string `json:"context"`
}

func ask(t *testing.T, p *functiontest.Process, event string) (s said) {
	t.Helper()
	answer, _ := p.Invoke(t, event)
	if err := json.Unmarshal([]byte(answer), &s); err != nil {
		t.Fatalf("answer %s: %v", answer, err)
	}
	return s
}

func TestEnforcing(t *testing.T) {
	p := functiontest.Start(t, bootstraps.Build(t, "authorizer", "."), functiontest.Variables(t, "memory", members)...)
	if s := ask(t, p, signed("secret")); !s.Allow {
		t.Errorf("rightly signed: %+v", s)
	}
	if s := ask(t, p, signed("other")); s.Allow || s.Context["posternStatus"] != "401" || s.Context["posternDialect"] != "nhn" {
		t.Errorf("wrongly signed: %+v", s)
	}
	if s := ask(t, p, "no event"); s.Allow {
		t.Errorf("no event: %+v", s)
	}
	p.Kill()
	if log := p.Out.String(); strings.Count(log, `"message":"verdict"`) != 2 {
		t.Errorf("log %s, want a record of each request", log)
	}
}

// TestAnnotating: the proxy, another process, goes on where the authorizer stopped.
func TestAnnotating(t *testing.T) {
	env := functiontest.Variables(t, "memory", members)
	authorizer := functiontest.Start(t, bootstraps.Build(t, "authorizer", "."), append(env, "POSTERN_AUTHORIZER_MODE=annotate")...)
	proxy := functiontest.Start(t, bootstraps.Build(t, "proxy", "../proxy"), append(env, "POSTERN_AUTHORIZER=annotate")...)
	for secret, want := range map[string]string{"secret": `"body":"hello"`, "other": `"statusCode":401`} {
		s := ask(t, authorizer, signed(secret))
		context, err := json.Marshal(s.Context)
		if err != nil || !s.Allow {
			t.Fatalf("%+v, %v", s, err)
		}
		event := strings.Replace(signed(secret), `"type":"REQUEST",`, "", 1)
		if answer, _ := proxy.Invoke(t, event); !strings.Contains(answer, `"statusCode":500`) {
			t.Errorf("%s: without a verdict: %s", secret, answer)
		}
		event = strings.Replace(event, `"requestContext":{`, `"requestContext":{"authorizer":{"lambda":`+string(context)+`},`, 1)
		if answer, _ := proxy.Invoke(t, event); !strings.Contains(answer, want) {
			t.Errorf("%s: %s, want %s", secret, answer, want)
		}
	}
}

// TestProcessWithoutDefinition: it starts, and nothing passes.
func TestProcessWithoutDefinition(t *testing.T) {
	p := functiontest.Start(t, bootstraps.Build(t, "authorizer", "."))
	if s := ask(t, p, signed("secret")); s.Allow || s.Context["posternStatus"] != "500" {
		t.Errorf("answer %+v", s)
	}
}
