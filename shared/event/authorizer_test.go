package event_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
	"postern/shared/gateway"
)

const (
	arn = "arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/live/POST/members/a%20b"

	// The first three are made after events of real APIs: https, no body, the stage in requestContext.path alone.
	askedREST = `{"type":"REQUEST","methodArn":"` + arn + `","resource":"/{proxy+}","path":"/members/a%20b","httpMethod":"POST",
"headers":{"Host":"api.example.com","X-Nhn-Date":"2"},"multiValueHeaders":{"Host":["api.example.com"],"X-Nhn-Date":["1","2"],
"Content-Length":["5"],"X-Forwarded-For":["198.51.100.1, 203.0.113.9"],"X-Forwarded-Proto":["https"]},
"queryStringParameters":{"q":"a b"},"multiValueQueryStringParameters":{"q":["a b"]},"pathParameters":{},"stageVariables":{},
"requestContext":{"resourceId":"x","resourcePath":"/{proxy+}","httpMethod":"POST","extendedRequestId":"ZhFsxGQDDoEEMig=","path":"/live/members/a%20b",
"stage":"live","requestTimeEpoch":1718636523035,"requestId":"141d6671-99b4-40ca-9997-7a22f01eac74","identity":{"sourceIp":"203.0.113.9"},
"domainName":"api.example.com","apiId":"abcdef1234"}}`
	askedHTTP = `{"version":"2.0","type":"REQUEST","routeArn":"` + arn + `","identitySource":null,"routeKey":"$default","rawPath":"/members/a b",
"rawQueryString":"q=a%20b","headers":{"host":"api.example.com","x-nhn-date":"1","content-length":"5","x-forwarded-for":"203.0.113.9"},
"requestContext":{"accountId":"123456789012","domainName":"api.example.com","http":{"method":"POST","path":"/members/a b","sourceIp":"203.0.113.9"},
"requestId":"ZhNHJhhLjoEEPiw=","stage":"$default","timeEpoch":1718639559080}}`
	askedHTTP1 = `{"version":"1.0","type":"REQUEST","methodArn":"` + arn + `","identitySource":"","resource":"/{proxy+}","path":"/members/a b","httpMethod":"POST",
"headers":{"Host":"api.example.com","X-Nhn-Date":"1","Content-Length":"5"},"queryStringParameters":{"q":"a b"},
"requestContext":{"domainName":"api.example.com","extendedRequestId":"ZhNHJhhLjoEEPiw=","httpMethod":"POST","identity":{"sourceIp":"203.0.113.9"},
"requestId":"ZhNHJhhLjoEEPiw=","requestTimeEpoch":1718639559080,"stage":"live"}}`
	askedToken = `{"type":"TOKEN","methodArn":"` + arn + `","authorizationToken":"Bearer x"}`
)

func ask(t testing.TB, data string, o event.AuthorizerOptions) *event.AuthorizerEvent {
	t.Helper()
	e, err := event.ReadAuthorizer([]byte(data), time.Unix(7, 0), o)
	if err != nil {
		t.Fatalf("ReadAuthorizer(%s) = %v", data, err)
	}
	return e
}

func TestReadAuthorizer(t *testing.T) {
	for _, tt := range []struct {
		name, data string
		want       gateway.Request
		stamp      event.Stamp
		client     string
	}{
		{
			"rest", askedREST, gateway.Request{
				ID: "ZhFsxGQDDoEEMig=", RawQuery: "q=a%20b", Length: 5,
				Header: http.Header{"X-Nhn-Date": {"1", "2"}, "Content-Length": {"5"}, "X-Forwarded-For": {"198.51.100.1"}},
			}, event.Stamp{Extended: "ZhFsxGQDDoEEMig=", Epoch: "1718636523035"}, "203.0.113.9",
		},
		{
			"http", askedHTTP, gateway.Request{
				ID: "ZhNHJhhLjoEEPiw=", RawQuery: "q=a%20b", Length: 5, Header: http.Header{"X-Nhn-Date": {"1"}, "Content-Length": {"5"}},
			}, event.Stamp{Extended: "ZhNHJhhLjoEEPiw=", Epoch: "1718639559080"}, "203.0.113.9",
		},
		{
			"http", askedHTTP1, gateway.Request{
				ID: "ZhNHJhhLjoEEPiw=", RawQuery: "q=a%20b", Length: 5, Header: http.Header{"X-Nhn-Date": {"1"}, "Content-Length": {"5"}},
			}, event.Stamp{Extended: "ZhNHJhhLjoEEPiw=", Epoch: "1718639559080"}, "203.0.113.9",
		},
		{
			"rest", askedToken,
			gateway.Request{Host: "api.example.com", Length: -1, Header: http.Header{"Authorization": {"Bearer x"}}},
			event.Stamp{},
			"invalid IP",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := ask(t, tt.data, event.AuthorizerOptions{Host: "api.example.com"})
			r := *e.Request
			if _, err := r.Load(1000); err == nil {
				t.Error("Load reads a body, which no authorizer sees")
			}
			if r.Client.String() != tt.client {
				t.Errorf("client %s, want %s", r.Client, tt.client)
			}
			tt.want.Method, tt.want.Scheme, tt.want.Host, tt.want.Path = "POST", "https", "api.example.com", "/members/a%20b"
			tt.want.Received, tt.want.Door.Name = time.Unix(7, 0), tt.name
			r.Load, r.Client = nil, tt.want.Client
			if !reflect.DeepEqual(r, tt.want) {
				t.Errorf("request\n%+v\nwant\n%+v", r, tt.want)
			}
			if e.Stamp != tt.stamp {
				t.Errorf("stamp %+v, want %+v", e.Stamp, tt.stamp)
			}
		})
	}
}

// TestAnnounced: what an authorizer takes the body for. Without a length there may be one.
func TestAnnounced(t *testing.T) {
	for _, tt := range []struct {
		method, header string
		annotate       int64 // and is not to be read unless 0
		enforce        int64 // and is not to be read if -1
	}{
		{"POST", `"content-length":"0"`, 0, 0},
		{"POST", `"content-length":"12"`, 12, 12},
		{"POST", `"x":"y"`, -1, -1},
		{"PUT", `"content-length":"+12"`, -1, -1},
		{"PUT", `"content-length":"12,12"`, -1, -1},
		{"PUT", `"content-length":"99999999999999999999"`, -1, -1},
		{"PUT", `"content-length":""`, -1, -1},
		{"GET", `"x":"y"`, -1, 0},
		{"HEAD", `"x":"y"`, -1, 0},
		{"DELETE", `"x":"y"`, -1, 0},
		{"OPTIONS", `"x":"y"`, -1, 0},
		{"GET", `"content-length":"12"`, 12, 12},
		{"GET", `"content-length":"x"`, -1, 0},
	} {
		data := strings.NewReplacer(`"content-length":"5"`, tt.header, `"method":"POST"`, `"method":"`+tt.method+`"`).Replace(askedHTTP)
		for enforce, want := range map[bool]int64{false: tt.annotate, true: tt.enforce} {
			r := ask(t, data, event.AuthorizerOptions{Enforce: enforce}).Request
			unread := want < 0 || want > 0 && !enforce
			if r.Length != want || (r.Load != nil) != unread || r.Body != nil {
				t.Errorf("%s %s, enforce %v: length %d, to be read %v, want %d, %v", tt.method, tt.header, enforce, r.Length, r.Load != nil, want, unread)
			}
		}
	}
}

func TestReadAuthorizerRefuses(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":                 "",
		"no JSON":                 "{",
		"no authorizer":           strings.Replace(askedREST, `"type":"REQUEST",`, "", 1),
		"another type":            strings.Replace(askedREST, "REQUEST", "CUSTOM", 1),
		"no method":               strings.Replace(askedREST, arn, "arn:aws:execute-api:eu-west-1:1:a", 1),
		"an empty method":         strings.Replace(askedREST, arn, "arn:aws:execute-api:eu-west-1:1:a/live//x", 1),
		"a number":                strings.Replace(askedREST, `"`+arn+`"`, "1", 1),
		"a token that is no text": strings.Replace(askedToken, `"Bearer x"`, "{}", 1),
		"an id that is no text":   strings.Replace(askedREST, `"ZhFsxGQDDoEEMig="`, "7", 1),
		"another version":         strings.Replace(askedHTTP, `"2.0"`, `"3.0"`, 1),
		"1.0 without a path":      strings.Replace(askedHTTP1, `"path":"/members/a b"`, `"path":""`, 1),
		"a websocket's":           `{"type":"REQUEST","methodArn":"` + arn + `","requestContext":{"routeKey":"$connect","stage":"live"}}`,
	} {
		if e, err := event.ReadAuthorizer([]byte(data), time.Time{}, event.AuthorizerOptions{}); err == nil {
			t.Errorf("%s: %+v, want an error", name, e.Request)
		}
	}
}

func TestTokenAuthorizer(t *testing.T) {
	for _, tt := range []struct{ arn, method, path string }{
		{"arn:aws:execute-api:r:1:api/live/GET/", "GET", "/"},
		{"arn:aws:execute-api:r:1:api/live/GET", "GET", "/"},
		{"arn:aws:execute-api:r:1:api/live/GET/a//b/", "GET", "/a//b/"},
	} {
		data := strings.Replace(askedToken, arn, tt.arn, 1)
		r := ask(t, data, event.AuthorizerOptions{Header: "x-token", Enforce: true}).Request
		if r.Method != tt.method || r.Path != tt.path || r.Header.Get("X-Token") != "Bearer x" || r.Malformed != nil || r.Length != 0 {
			t.Errorf("%s: %+v", tt.arn, r)
		}
	}
	if r := ask(t, strings.Replace(askedToken, "members", "a?b", 1), event.AuthorizerOptions{}).Request; r.Malformed == nil {
		t.Errorf("a question mark in the path: %+v, want it malformed", r)
	}
}

func TestStamp(t *testing.T) {
	full := event.Stamp{Extended: "e", Epoch: "1"}
	for _, tt := range []struct {
		name      string
		own, with event.Stamp
		want      bool
	}{
		{"the same", full, full, true},
		{"another id", full, event.Stamp{Extended: "f", Epoch: "1"}, false},
		{"another time", full, event.Stamp{Extended: "e", Epoch: "2"}, false},
		{"none there", full, event.Stamp{}, false},
		{"none asked", event.Stamp{}, full, false},
		{"none at all", event.Stamp{}, event.Stamp{}, false},
		{"the id alone", event.Stamp{Extended: "e"}, full, true},
		{"the time alone", event.Stamp{Epoch: "1"}, full, true},
		{"the time alone, another", event.Stamp{Epoch: "2"}, full, false},
	} {
		if got := tt.own.Covers(tt.with); got != tt.want {
			t.Errorf("%s: Covers = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestStampOfTheFunctionBehind: it is what its authorizer was told, whatever the client sends.
func TestStampOfTheFunctionBehind(t *testing.T) {
	for _, data := range []string{askedREST, askedHTTP} {
		behind := strings.Replace(data, `"type":"REQUEST",`, "", 1)
		behind = strings.Replace(behind, `"requestContext":{`, `"body":"12345","requestContext":{"authorizer":{"principalId":"p","n":7,"lambda":{"k":"v"},"k":"v"},`, 1)
		e, err := event.Read([]byte(behind), time.Time{}, event.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if want := ask(t, data, event.AuthorizerOptions{}).Stamp; e.Stamp != want || e.Authorizer["k"] != "v" {
			t.Errorf("stamp %+v, want %+v; context %v", e.Stamp, want, e.Authorizer)
		}
	}
}

// FuzzReadAuthorizer: whatever comes is an error or a request without a body, and every answer is JSON.
func FuzzReadAuthorizer(f *testing.F) {
	for _, data := range []string{askedREST, askedHTTP, askedHTTP1, askedToken} {
		f.Add(data, "shop", "say \"no\"")
	}
	f.Fuzz(func(t *testing.T, data, principal, value string) {
		e, err := event.ReadAuthorizer([]byte(data), time.Time{}, event.AuthorizerOptions{Policy: len(value)%2 == 0})
		if err != nil {
			return
		}
		if r := e.Request; r.Body != nil || r.Method == "" || !strings.HasPrefix(r.Path, "/") || (r.Length == 0) != (r.Load == nil) {
			t.Errorf("request %+v", r)
		}
		out := e.Encode(event.Decision{Allow: true, Principal: principal, Context: map[string]string{"k": value}})
		var got struct{ Context map[string]string }
		if err := json.Unmarshal(out, &got); err != nil || len(got.Context) != 1 {
			t.Errorf("answer %s: %v", out, err)
		}
		if value = strings.ToValidUTF8(value, "\ufffd"); got.Context["k"] != value {
			t.Errorf("answer %s, want %q in it", out, value)
		}
	})
}
