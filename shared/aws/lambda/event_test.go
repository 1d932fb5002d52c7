package lambda_test

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"reflect"
	"testing"

	"postern/shared/gateway"
)

// TestEvent: the event is that of the API Gateway developer guide, payload format 2.0, without what postern does not know.
func TestEvent(t *testing.T) {
	const want = `{
  "version": "2.0",
  "routeKey": "POST /v1/users/{id}",
  "rawPath": "/v1/users/4%2F2",
  "rawQueryString": "a=1&a=2&b=%20x&c",
  "cookies": ["k=1", "l=2", "m=3"],
  "headers": {
    "accept": "a/b,c/d", "content-length": "4", "content-type": "text/plain", "host": "api.example.com:8443",
    "user-agent": "curl/8", "x-forwarded-for": "203.0.113.9"
  },
  "queryStringParameters": {"a": "1,2", "b": " x", "c": ""},
  "pathParameters": {"id": "4/2", "odd": "%zz"},
  "requestContext": {
    "accountId": "anonymous", "apiId": "members", "domainName": "api.example.com", "domainPrefix": "api",
    "http": {"method": "PUT", "path": "/v1/users/4%2F2", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.9", "userAgent": "curl/8"},
    "requestId": "r1", "routeKey": "POST /v1/users/{id}", "stage": "test",
    "time": "21/Nov/2040:12:00:00 +0000", "timeEpoch": 2237112000000
  },
  "body": "Zoë",
  "isBase64Encoded": false
}`
	s := serve(t, reply{status: 200, body: plain})
	x := exchange()
	x.Request.Method, x.Stage, x.Route = "POST", "test", &gateway.Route{Path: "/v1/users/{id}"}
	x.Params = map[string]string{"id": "4%2F2", "odd": "%zz"}
	out := x.Outbound
	out.Method, out.RawQuery, out.Body = "PUT", "a=1&a=2&b=%20x&c", []byte("Zoë")
	out.Header = http.Header{
		"Accept": {"a/b", "c/d"}, "Cookie": {"k=1; l=2", "m=3;"}, "Content-Type": {"text/plain"}, "User-Agent": {"curl/8"},
		"X-Forwarded-For": {"203.0.113.9"}, "X-Nothing": nil,
	}
	call(t, s, x)
	var wanted map[string]any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(s.event, wanted) {
		got, _ := json.MarshalIndent(s.event, "", "  ")
		t.Errorf("the event is %s, want %s", got, want)
	}
}

func call(t *testing.T, s *service, x *gateway.Exchange) {
	t.Helper()
	if _, err := function(t, s.URL, "users").Call(t.Context(), x, limits()); err != nil {
		t.Fatal(err)
	}
}

// TestSmallEvent: what is not there is left out or has its usual name.
func TestSmallEvent(t *testing.T) {
	s := serve(t, reply{status: 200, body: plain})
	x := exchange()
	x.Request.Host, x.Outbound.RawQuery, x.Client = "localhost", "", netip.Addr{}
	call(t, s, x)
	for _, name := range []string{"cookies", "queryStringParameters", "pathParameters", "body"} {
		if v, found := s.event[name]; found {
			t.Errorf("%s is %v, want none", name, v)
		}
	}
	c := s.event["requestContext"].(map[string]any)
	if s.event["routeKey"] != "$default" || c["stage"] != "$default" || c["domainName"] != "localhost" || c["http"].(map[string]any)["sourceIp"] != "" {
		t.Errorf("the event is %v", s.event)
	}
}

// TestBinary: what is no text is in base64.
func TestBinary(t *testing.T) {
	s := serve(t, reply{status: 200, body: plain})
	x := exchange()
	x.Outbound.Body = []byte("\x1f\x8b\x00\xff")
	call(t, s, x)
	if s.event["body"] != "H4sA/w==" || s.event["isBase64Encoded"] != true {
		t.Errorf("body %v, in base64 %v, want H4sA/w==", s.event["body"], s.event["isBase64Encoded"])
	}
}
