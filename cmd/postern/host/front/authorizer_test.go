package front_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/cmd/postern/host"
	"postern/cmd/postern/host/front"
)

// gate is an authorizer in front of a function, and what both were asked.
type gate struct {
	front.Authorizer
	says  string // what the authorizer answers
	fails error

	mu     sync.Mutex
	asked  []map[string]any
	passed []map[string]any
	now    time.Time
}

func newGate(kind string) *gate {
	g := &gate{now: time.Unix(0, 0)}
	g.Authorizer = front.Authorizer{
		Kind: kind, Now: func() time.Time { return g.now },
		Invoke: func(event []byte) ([]byte, error) { g.keep(&g.asked, event); return []byte(g.says), g.fails },
	}
	return g
}

func (g *gate) keep(list *[]map[string]any, event []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var e map[string]any
	_ = json.Unmarshal(event, &e)
	*list = append(*list, e)
}

func (g *gate) function(event []byte) ([]byte, error) {
	g.keep(&g.passed, event)
	return []byte(`{"statusCode":200,"body":"passed"}`), nil
}

// door is the one that this kind of authorizer is for.
func (g *gate) door() front.Door {
	if g.Kind == front.KindToken || g.Kind == front.KindRequest {
		return &front.REST{Invoke: g.function, Authorizer: &g.Authorizer}
	}
	return &front.HTTP{Invoke: g.function, Authorizer: &g.Authorizer}
}

// call sends a request, and is what came back: "STATUS BODY".
func (g *gate) call(t *testing.T, target, header string) string {
	t.Helper()
	page := talk(t, g.door(), wire("GET "+target+" HTTP/1.1\nHost: h"+header, ""))
	head, body, _ := strings.Cut(page, "\r\n\r\n")
	return head[len("HTTP/1.1 "):len("HTTP/1.1 200")] + " " + body
}

const (
	allowAll = `"policyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}]}`
	denyAll  = `"policyDocument":{"Statement":{"Effect":"Deny","Action":["execute-api:*"],"Resource":["arn:*"]}}`
	nothing  = `"policyDocument":{"Statement":[]}`
	withKey  = "\nAuthorization: key\nX-Other: o"
)

func all() []string {
	return []string{front.KindToken, front.KindRequest, front.KindV1, front.KindV2, front.KindSimple}
}

func kept() string {
	return `"context":{"text":"a","number":1.5,"truth":true}`
}

// TestAuthorizerEvents spells what each kind is asked. None has the body.
func TestAuthorizerEvents(t *testing.T) {
	const route = `arn:aws:execute-api:us-east-1:123456789012:abcdef1234/`
	for kind, want := range map[string]string{
		front.KindToken: `{"type":"TOKEN","methodArn":"` + route + `live/GET/a%20b","authorizationToken":"key","headers":null}`,
		front.KindRequest: `{"type":"REQUEST","methodArn":"` + route + `live/GET/a%20b","resource":"/{proxy+}","path":"/a%20b","httpMethod":"GET",` +
			`"headers":{"Authorization":"key"},"multiValueHeaders":{"Authorization":["key"]},"queryStringParameters":{"q":"1"},` +
			`"requestContext":{"path":"/a%20b","identity":{"sourceIp":"127.0.0.1"},"authorizer":null},"body":null,"isBase64Encoded":null}`,
		front.KindV1: `{"version":"1.0","type":"REQUEST","methodArn":"` + route + `$default/GET/a b","identitySource":"key,1","authorizationToken":"key,1",` +
			`"resource":"$default","path":"/a b","httpMethod":"GET","headers":{"authorization":"key"},"queryStringParameters":{"q":"1"},` +
			`"requestContext":{"httpMethod":"GET","stage":"$default","identity":{"sourceIp":"127.0.0.1"}},"body":null}`,
		front.KindV2: `{"version":"2.0","type":"REQUEST","routeArn":"` + route + `$default/GET/a b","identitySource":["key","1"],"routeKey":"$default",` +
			`"rawPath":"/a b","rawQueryString":"q=1","headers":{"authorization":"key"},"requestContext":{"http":{"method":"GET"}},"body":null,"isBase64Encoded":null}`,
	} {
		t.Run(kind, func(t *testing.T) {
			g := newGate(kind)
			g.says = `{"principalId":"p",` + allowAll + `}`
			if kind != front.KindToken {
				g.Identity = []string{"header.authorization", "querystring.q"}
			}
			if got := g.call(t, "/a%20b?q=1", withKey); got != "200 passed" {
				t.Fatalf("the answer is %s", got)
			}
			holds(t, g.asked[0], want)
		})
	}
}

// TestAuthorizerContext reaches the function where its door puts it.
func TestAuthorizerContext(t *testing.T) {
	for kind, want := range map[string]string{
		front.KindToken:   `{"requestContext":{"authorizer":{"principalId":"p","text":"a","number":"1.5","truth":"true"}}}`,
		front.KindRequest: `{"requestContext":{"authorizer":{"principalId":"p","text":"a","number":"1.5","truth":"true"}}}`,
		front.KindV1:      `{"requestContext":{"authorizer":{"lambda":{"text":"a","number":1.5,"truth":true}}}}`,
		front.KindV2:      `{"requestContext":{"authorizer":{"lambda":{"text":"a","number":1.5,"truth":true}}}}`,
		front.KindSimple:  `{"requestContext":{"authorizer":{"lambda":{"text":"a","number":1.5,"truth":true}}}}`,
	} {
		t.Run(kind, func(t *testing.T) {
			g := newGate(kind)
			g.says = `{"isAuthorized":true,"principalId":"p",` + kept() + `,` + allowAll + `}`
			if got := g.call(t, "/", withKey); got != "200 passed" {
				t.Fatalf("the answer is %s", got)
			}
			holds(t, g.passed[0], want)
		})
	}
}

// TestAuthorizerRefuses: what the client sees, and that the function is never asked.
func TestAuthorizerRefuses(t *testing.T) {
	const (
		null    = `500 {"message":null}`
		failed  = `500 {"message":"Internal Server Error"}`
		denied  = `403 {"message":"User is not authorized to access this resource with an explicit deny"}`
		ignored = `403 {"message":"User is not authorized to access this resource"}`
	)
	tests := []struct {
		name, says string
		err        error
		rest, http string // "": not asked of this door
	}{
		{"denied", `{"principalId":"p",` + denyAll + `}`, nil, denied, `403 {"message":"Forbidden"}`},
		{"not allowed", `{"principalId":"p",` + nothing + `}`, nil, ignored, `403 {"message":"Forbidden"}`},
		{"no JSON", `hello`, nil, null, failed},
		{"no policy", `{"principalId":"p"}`, nil, null, failed},
		{"no principal", `{` + allowAll + `}`, nil, null, failed},
		{"no statement", `{"principalId":"p","policyDocument":{}}`, nil, null, failed},
		{"condition", `{"principalId":"p","policyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}]}}`, nil, null, failed},
		{"effect", `{"principalId":"p","policyDocument":{"Statement":[{"Effect":"allow","Action":"*","Resource":"*"}]}}`, nil, null, failed},
		{"long resource", `{"principalId":"p","policyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":"` + pad(513) + `"}]}}`, nil, null, failed},
		{"nested context", `{"principalId":"p",` + allowAll + `,"context":{"a":{}}}`, nil, null, ""},
		{"Unauthorized", ``, &host.FunctionError{Type: "errorString", Message: "Unauthorized"}, `401 {"message":"Unauthorized"}`, failed},
		{"another error", ``, &host.FunctionError{Type: "errorString", Message: "unauthorized"}, null, failed},
		{"throttled", ``, host.ErrThrottled, null, failed},
	}
	for _, tt := range tests {
		for _, kind := range all()[:4] {
			want := tt.http
			if kind == front.KindToken || kind == front.KindRequest {
				want = tt.rest
			}
			if want == "" {
				continue
			}
			t.Run(tt.name+" "+kind, func(t *testing.T) {
				g := newGate(kind)
				g.says, g.fails = tt.says, tt.err
				if got := g.call(t, "/", withKey); got != want {
					t.Errorf("the answer is %s, want %s", got, want)
				}
				if len(g.passed) > 0 {
					t.Error("the function is asked")
				}
			})
		}
	}
	for says, want := range map[string]string{`{"isAuthorized":false}`: `403 {"message":"Forbidden"}`, `{"principalId":"p",` + allowAll + `}`: failed} {
		g := newGate(front.KindSimple)
		g.says = says
		if got := g.call(t, "/", withKey); got != want || len(g.passed) > 0 {
			t.Errorf("after %s the answer is %s, want %s", says, got, want)
		}
	}
}

func TestAuthorizerCheck(t *testing.T) {
	tests := []struct {
		a    *front.Authorizer
		says string
	}{
		{&front.Authorizer{Kind: front.KindV2}, "write TOKEN, REQUEST"},
		{&front.Authorizer{Kind: front.KindRequest, TTL: time.Hour + 1}, "an hour"},
		{&front.Authorizer{Kind: front.KindRequest, TTL: -1}, "an hour"},
		{&front.Authorizer{Kind: front.KindRequest, TTL: 1}, "name its sources"},
		{&front.Authorizer{Kind: front.KindRequest, Identity: []string{"cookie.a"}}, "no identity source"},
		{&front.Authorizer{Kind: front.KindRequest, Identity: []string{"header."}}, "no identity source"},
		{&front.Authorizer{Kind: front.KindToken, TTL: time.Hour}, ""},
	}
	for _, tt := range tests {
		err := tt.a.Check(front.KindToken, front.KindRequest)
		if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("Check(%v, %v, %v) = %v, want %q", tt.a.Kind, tt.a.TTL, tt.a.Identity, err, tt.says)
		}
	}
}

// TestRouteKey is an identity source of HTTP APIs.
func TestRouteKey(t *testing.T) {
	g := newGate(front.KindV2)
	g.Identity, g.says = []string{"context.routeKey", "context.nothing"}, `{"principalId":"p",`+allowAll+`}`
	if got := g.call(t, "/", ""); !strings.HasPrefix(got, "401") {
		t.Errorf("with a source that does not exist: %s, want 401", got)
	}
	g.Identity = g.Identity[:1]
	g.call(t, "/", "")
	holds(t, g.asked[0], `{"identitySource":["$default"]}`)
}
