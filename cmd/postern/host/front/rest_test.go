package front_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"postern/cmd/postern/host"
	"postern/cmd/postern/host/front"
)

// TestRESTEvent: as the captured event, whose path is encoded, whose query is decoded, and whose names are the client's.
func TestRESTEvent(t *testing.T) {
	got, page := asks(t, func(i front.Invoke) front.Door { return &front.REST{Invoke: i, Binary: []string{"image/*"}} }, capturedRequest())
	holds(t, got, `{
		"version":null, "resource":"/{proxy+}", "path":"/capture/space%20value", "httpMethod":"POST",
		"headers":{"Host":"api.example.com","User-Agent":"curl/8.7.1","accept":"*/*","content-type":"application/json",
			"cookie":"session=abc123; theme=dark","x-probe":"second","X-Forwarded-For":"127.0.0.1","X-Forwarded-Port":"443",
			"X-Forwarded-Proto":"https","Content-Length":null},
		"multiValueHeaders":{"x-probe":["first","second"]},
		"queryStringParameters":{"empty":"","encodedPlus":"a+b","literalPlus":"a b","redirect":"https://example.com/a/b","repeat":"two"},
		"multiValueQueryStringParameters":{"repeat":["one","two"]},
		"pathParameters":{"proxy":"capture/space%20value"}, "stageVariables":null,
		"requestContext":{"authorizer":null,"domainName":"api.example.com","domainPrefix":"api","httpMethod":"POST",
			"identity":{"sourceIp":"127.0.0.1","userAgent":"curl/8.7.1"},"path":"/capture/space%20value","protocol":"HTTP/1.1",
			"resourcePath":"/{proxy+}","stage":"live"},
		"body":"{\"a\":\"λ\"}", "isBase64Encoded":false}`)
	if !strings.Contains(page, "x-amzn-RequestId: ") || !strings.Contains(page, "x-amz-apigw-id: ") {
		t.Errorf("the answer has no request id:\n%s", page)
	}
}

func TestRESTEventDetails(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"root", wire("GET / HTTP/1.1\nHost: h:3001", ""), `{"resource":"/","path":"/","queryStringParameters":null,"pathParameters":null,"body":null,` +
			`"isBase64Encoded":false,"requestContext":{"domainName":"h","resourcePath":"/"}}`},
		{"all types are binary", wire("POST / HTTP/1.1\nHost: h\nContent-Type: text/plain\nContent-Length: 1", "a"), `{"body":"YQ==","isBase64Encoded":true}`},
		{"binary without a type", wire("POST / HTTP/1.1\nHost: h\nContent-Length: 1", "\xff"), `{"body":"/w==","isBase64Encoded":true}`},
		{
			"another method", wire("GET / HTTP/1.1\nHost: h\nX-HTTP-Method-Override: DELETE", ""),
			`{"httpMethod":"DELETE","headers":{"X-HTTP-Method-Override":"DELETE"},"requestContext":{"httpMethod":"DELETE"}}`,
		},
		{
			"forwarded", wire("GET / HTTP/1.1\nHost: h\nX-Forwarded-For: 192.0.2.1\nx-forwarded-proto: http\nX-Amzn-Trace-Id: Root=1-a-b\nConnection: keep-alive", ""),
			`{"headers":{"X-Forwarded-For":"192.0.2.1, 127.0.0.1","x-forwarded-proto":null,"X-Forwarded-Proto":"https","Connection":null}}`,
		},
		{"dots and slashes", wire("GET //a/../%2f%7E HTTP/1.1\nHost: h", ""), `{"path":"//a/../%2f%7E"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, page := asks(t, newREST, tt.raw)
			if got == nil {
				t.Fatalf("the function is not asked:\n%s", page)
			}
			holds(t, got, tt.want)
		})
	}
}

// TestRESTRefuses: what a REST API could not carry is refused with the reason, or as it is documented.
func TestRESTRefuses(t *testing.T) {
	tests := []struct{ name, raw, status, says string }{
		{"pipe", wire("GET /?a=|b HTTP/1.1\nHost: h", ""), "400", "percent-encoded"},
		{"braces", wire("GET /{a} HTTP/1.1\nHost: h", ""), "400", "percent-encoded"},
		{"broken path", wire("GET /%zz HTTP/1.1\nHost: h", ""), "400", "broken"},
		{"semicolon", wire("GET /?a;b HTTP/1.1\nHost: h", ""), "400", "semicolon"},
		{"broken query", wire("GET /?a=%zz HTTP/1.1\nHost: h", ""), "400", "broken"},
		{"cut query", wire("GET /?a=%z HTTP/1.1\nHost: h", ""), "400", "broken"},
		{"query in another encoding", wire("GET /?a=%b0%a1 HTTP/1.1\nHost: h", ""), "400", "UTF-8"},
		{"health check", wire("GET /ping HTTP/1.1\nHost: h", ""), "400", "/ping"},
		{"long URL", wire("GET /"+pad(10_240)+" HTTP/1.1\nHost: h", ""), "414", "10,240"},
		{"long header", wire("GET / HTTP/1.1\nHost: h\nA: "+pad(10_240), ""), "431", "10,240"},
		{"no host", wire("GET / HTTP/1.0", ""), "400", "no host"},
		{"whole URL", wire("GET http://h/ HTTP/1.1\nHost: h", ""), "400", "whole URL"},
		{"TRACE", wire("TRACE / HTTP/1.1\nHost: h", ""), "400", "TRACE"},
		{"upgrade", wire("GET / HTTP/1.1\nHost: h\nConnection: Upgrade\nUpgrade: websocket", ""), "400", "protocol"},
		{"head in another encoding", wire("GET / HTTP/1.1\nHost: h\nA: \xb0\xa1", ""), "400", "UTF-8"},
		{"override of nothing", wire("GET / HTTP/1.1\nHost: h\nX-HTTP-Method-Override: a b", ""), "400", "names no method"},
		{"malformed", "hello\r\n\r\n", "400", "request line"},
		{"body over 10 MB", wire("POST / HTTP/1.1\nHost: h\nContent-Length: 10485761", ""), "413", `{"message":"Request Too Long"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			event, page := asks(t, newREST, tt.raw)
			if event != nil {
				t.Errorf("the function is asked: %v", event)
			}
			if !strings.HasPrefix(page, "HTTP/1.1 "+tt.status+" ") || !strings.Contains(page, tt.says) {
				t.Errorf("the answer is\n%s\nwant %s and %q", page, tt.status, tt.says)
			}
			if documented := strings.HasPrefix(tt.says, "{"); strings.Contains(page, "not documented") == documented {
				t.Errorf("whether that is documented is wrong:\n%s", page)
			}
		})
	}
}

func TestRESTTextInAnotherEncoding(t *testing.T) {
	open := func(i front.Invoke) front.Door { return &front.REST{Invoke: i, Binary: []string{}} }
	if _, page := asks(t, open, wire("POST / HTTP/1.1\nHost: h\nContent-Type: text/plain\nContent-Length: 2", "\xb0\xa1")); !strings.Contains(page, "not UTF-8") {
		t.Errorf("the answer is\n%s", page)
	}
}

func TestRESTAnswer(t *testing.T) {
	images := func(i front.Invoke) front.Door { return &front.REST{Invoke: i, Binary: []string{"image/*"}} }
	const failed = `502 Bad Gateway|Content-Type: application/json|x-amzn-ErrorType: InternalServerErrorException|Content-Length: 35||{"message":"Internal server error"}`
	tests := []struct {
		name         string
		open         opener
		said, header string
		want         string
	}{
		{"least", newREST, `{"statusCode":200}`, "", "200 OK|Content-Type: application/json|Content-Length: 0||"},
		{"status in a text", newREST, `{"statusCode":"404","body":"no"}`, "", "404 Not Found|Content-Type: application/json|Content-Length: 2||no"},
		{
			"header of both kinds", newREST, `{"statusCode":200,"headers":{"a":1,"Content-Type":"x"},"multiValueHeaders":{"A":["2","3"],"b":[true]}}`, "",
			"200 OK|A: 2|A: 3|Content-Type: x|b: true|Content-Length: 0||",
		},
		{
			"renamed and dropped", newREST, `{"statusCode":401,"headers":{"WWW-Authenticate":"Basic","Date":"d","Server":"s","Via":"v","Content-Type":"x"}}`, "",
			"401 Unauthorized|Content-Type: x|x-amzn-Remapped-Date: d|x-amzn-Remapped-Server: s|x-amzn-Remapped-WWW-Authenticate: Basic|Content-Length: 0||",
		},
		{"bytes", newREST, `{"statusCode":200,"isBase64Encoded":true,"body":"/wA="}`, "", "200 OK|Content-Type: application/json|Content-Length: 2||\xff\x00"},
		{
			"bytes that the client accepts", images, `{"statusCode":200,"isBase64Encoded":true,"body":"/wA="}`, "\nAccept: image/png;q=1, text/plain",
			"200 OK|Content-Type: application/json|Content-Length: 2||\xff\x00",
		},
		{
			"bytes that the client does not", images, `{"statusCode":200,"isBase64Encoded":true,"body":"/wA="}`, "",
			"200 OK|Content-Type: application/json|Content-Length: 4||/wA=",
		},
		{"no JSON", newREST, `hello`, "", failed},
		{"no status", newREST, `{"body":"x"}`, "", failed},
		{"status 99", newREST, `{"statusCode":99}`, "", failed},
		{"object as a body", newREST, `{"statusCode":200,"body":{}}`, "", failed},
		{"object as a header", newREST, `{"statusCode":200,"headers":{"a":{}}}`, "", failed},
		{"line end in a header", newREST, `{"statusCode":200,"headers":{"a":"\r\n"}}`, "", failed},
		{"no base64", newREST, `{"statusCode":200,"isBase64Encoded":true,"body":"*"}`, "", failed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := answers(t, tt.open, tt.said, tt.header); got != tt.want {
				t.Errorf("the answer is\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestRESTFailures: Lambda's guide says 500 where it refuses to run a function, and 502 where that fails.
func TestRESTFailures(t *testing.T) {
	for want, err := range map[string]error{
		`500 Internal Server Error|{"message":"Internal server error"}`: host.ErrThrottled,
		`502 Bad Gateway|{"message":"Internal server error"}`:           &host.FunctionError{Type: "Sandbox.Timedout"},
		`413 Request Entity Too Large|not documented`:                   host.ErrTooLarge,
	} {
		status, says, _ := strings.Cut(want, "|")
		if got := fails(t, newREST, err); !strings.HasPrefix(got, status+"|") || !strings.Contains(got, says) {
			t.Errorf("after %v the answer is %s, want %s", err, got, want)
		}
	}
}

// TestSlowFunction: an API waits no longer than it does, and a client that comes next is served.
func TestSlowFunction(t *testing.T) {
	hold := make(chan struct{})
	defer close(hold)
	slow := func([]byte) ([]byte, error) { <-hold; return nil, errors.New("late") }
	for want, door := range map[string]front.Door{
		`504 Gateway Timeout|{"message":"Endpoint request timed out"}`: &front.REST{Invoke: slow, Timeout: time.Millisecond},
		`503 Service Unavailable|{"message":"Service Unavailable"}`:    &front.HTTP{Invoke: slow, Timeout: time.Millisecond},
	} {
		status, says, _ := strings.Cut(want, "|")
		if got := flat(talk(t, door, wire("GET / HTTP/1.1\nHost: h", ""))); !strings.HasPrefix(got, status+"|") || !strings.HasSuffix(got, "||"+says) {
			t.Errorf("the answer is %s, want %s", got, want)
		}
	}
}
