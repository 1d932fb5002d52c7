package function_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/function"
	"postern/shared/memory"
)

// apiGateway is a REST or HTTP API of a test: an authorizer, and the proxy that it is in front of.
type apiGateway struct {
	t                 testing.TB
	kind              string // rest or http
	authorizer, proxy *bench
	requests          int
}

const guarded = `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    auth: [{hmac: {secret: "${env:STAGE}", skew: 60s}}]
    limits: {all: {per: api, quota: 6/day}}
    models: {Member: {schema: {type: object, required: [name]}}}
    backend: {mock: {status: 200, headers: {X-Stage: "${env:STAGE}"}, body: hello}}
    routes:
      - {path: /a, methods: [GET, PUT]}
      - {path: /b, methods: [GET], limits: none}
      - {path: /m, methods: [POST], validate: {body: Member}}
`

// newAPI has both functions on the same stores, if change says so.
func newAPI(t testing.TB, kind, definition string, change func(*function.Options)) *apiGateway {
	return &apiGateway{
		t: t, kind: kind,
		authorizer: newBench(t, given{definition: definition, change: change, env: map[string]string{"POSTERN_AUTHORIZER_MODE": "annotate"}}),
		proxy:      newBench(t, given{definition: definition, change: change, env: map[string]string{"POSTERN_AUTHORIZER": "annotate"}}),
	}
}

// message is a client's request.
type message struct {
	method, path string
	headers      map[string]string
	body         string
}

// signed is a request that the secret "test" signs, at the time of benches.
func signed(method, path string) message {
	const at = "2026-11-21T12:00:00Z"
	mac := hmac.New(sha256.New, []byte("test"))
	mac.Write([]byte(method + "\n" + path + "\n" + at))
	return message{method: method, path: path, headers: map[string]string{
		"x-nhn-date":    at,
		"authorization": fmt.Sprintf(`hmac algorithm="HmacSHA256", signature="%s"`, base64.StdEncoding.EncodeToString(mac.Sum(nil))),
	}}
}

func (m message) with(name, value string) message {
	m.headers = maps.Clone(m.headers)
	if m.headers == nil {
		m.headers = map[string]string{}
	}
	m.headers[name] = value
	return m
}

type object = map[string]any

// event is what either function gets of a request, without what only one of them does.
func (a *apiGateway) event(m message) object {
	a.requests++
	extended, epoch := fmt.Sprintf("ext-%d=", a.requests), 1718636523035+a.requests
	headers, lists := map[string]string{"Host": "h"}, map[string][]string{"Host": {"h"}}
	if len(m.body) > 0 {
		m = m.with("Content-Length", fmt.Sprint(len(m.body)))
	}
	for name, value := range m.headers {
		headers[name], lists[name] = value, []string{value}
	}
	if a.kind == "rest" {
		return object{
			"resource": "/{proxy+}", "path": m.path, "httpMethod": m.method, "headers": headers, "multiValueHeaders": lists,
			"requestContext": object{
				"stage": "live", "path": "/live" + m.path, "requestId": fmt.Sprintf("rest-%d", a.requests), "extendedRequestId": extended,
				"requestTimeEpoch": epoch, "identity": object{"sourceIp": "203.0.113.9"}, "domainName": "h", "apiId": "api",
			},
		}
	}
	return object{
		"version": "2.0", "rawPath": m.path, "rawQueryString": "", "headers": headers, "requestContext": object{
			"stage": "$default", "requestId": extended, "timeEpoch": epoch, "domainName": "h", "apiId": "api",
			"http": object{"method": m.method, "path": m.path, "sourceIp": "203.0.113.9"},
		},
	}
}

func clone(o object) object {
	out := maps.Clone(o)
	if context, ok := o["requestContext"].(object); ok {
		out["requestContext"] = maps.Clone(context)
	}
	return out
}

func text(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// said is an authorizer's answer, as a policy or simple.
type said struct {
	Allow          *bool  `json:"isAuthorized"`
	Principal      string `json:"principalId"`
	PolicyDocument struct {
		Statement []struct{ Effect, Resource string }
	}
	Context map[string]string
}

func (s said) allowed() bool {
	if s.Allow != nil {
		return *s.Allow
	}
	return len(s.PolicyDocument.Statement) == 1 && s.PolicyDocument.Statement[0].Effect == "Allow"
}

func (a *apiGateway) asks(event object) said {
	a.t.Helper()
	event = clone(event)
	event["type"] = "REQUEST"
	event["methodArn"], event["routeArn"] = "arn:aws:execute-api:r:1:api/live/GET/x", "arn:aws:execute-api:r:1:api/live/GET/x"
	return a.authorizer.ask(text(a.t, event))
}

func (b *bench) ask(event string) (s said) {
	b.t.Helper()
	out, err := function.Authorizer{Function: b.Function}.Invoke(b.t.Context(), []byte(event))
	if err != nil {
		b.t.Fatalf("Invoke(%.100s) = %v, want no error ever", event, err)
	}
	if err := json.Unmarshal(out, &s); err != nil || s.Context == nil {
		b.t.Fatalf("Invoke(%.100s) = %s: %v", event, out, err)
	}
	return s
}

// behind is the event of the proxy, with what the authorizer said.
func (a *apiGateway) behind(event object, m message, context map[string]string) object {
	event = clone(event)
	if m.body != "" {
		event["body"], event["isBase64Encoded"] = m.body, false
	}
	inner := event["requestContext"].(object)
	if a.kind == "rest" {
		inner["authorizer"] = context
	} else {
		inner["authorizer"] = object{"lambda": context}
	}
	return event
}

// call is what the client gets.
func (a *apiGateway) call(m message) answered {
	a.t.Helper()
	event := a.event(m)
	s := a.asks(event)
	if !s.allowed() {
		return answered{Status: 403}
	}
	return a.proxy.invoke(a.t.Context(), text(a.t, a.behind(event, m, s.Context)))
}

// keyed is a definition whose callers have API keys.
func keyed() string {
	return strings.Replace(members, "    backend:", "    auth: [api-key]\n    backend:", 1)
}

// oneKey knows a single API key.
type oneKey struct {
	id  string
	key auth.Key
}

func (k oneKey) Key(_ context.Context, id string) (*auth.Key, error) {
	if id != k.id {
		return nil, auth.ErrNoKey
	}
	return &k.key, nil
}

// keyStores are those in memory, with one API key that has a plan.
func keyStores(value, app, plan string) func(*config.Definition, function.Settings, function.Options) (function.Stores, error) {
	return func(*config.Definition, function.Settings, function.Options) (function.Stores, error) {
		known := oneKey{auth.KeyID(value), auth.Key{Name: "main", App: app, Grants: map[string]auth.Grant{"members": {Plan: plan}}}}
		return function.Stores{Keys: known, Plans: memory.NewRegistry(), Counter: memory.NewCounter(), Breaker: &memory.Breaker{}}, nil
	}
}
