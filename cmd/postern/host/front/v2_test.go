package front_test

import (
	"strings"
	"testing"

	"postern/cmd/postern/host"
	"postern/cmd/postern/host/front"
)

// TestHTTPEvent: as the captured event, whose path is decoded, and whose cookies stand beside the header.
func TestHTTPEvent(t *testing.T) {
	got, page := asks(t, newHTTP, capturedRequest())
	holds(t, got, `{
		"version":"2.0", "routeKey":"$default", "rawPath":"/capture/space value",
		"rawQueryString":"repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty=",
		"cookies":["session=abc123","theme=dark"],
		"headers":{"accept":"*/*","content-length":"10","content-type":"application/json","host":"api.example.com","user-agent":"curl/8.7.1",
			"x-forwarded-for":"127.0.0.1","x-forwarded-port":"443","x-forwarded-proto":"https","x-probe":"first,second","cookie":null},
		"queryStringParameters":{"empty":"","encodedPlus":"a+b","literalPlus":"a b","redirect":"https://example.com/a/b","repeat":"one,two"},
		"requestContext":{"authorizer":null,"domainName":"api.example.com",
			"http":{"method":"POST","path":"/capture/space value","protocol":"HTTP/1.1","sourceIp":"127.0.0.1","userAgent":"curl/8.7.1"},
			"routeKey":"$default","stage":"$default"},
		"body":"{\"a\":\"λ\"}", "isBase64Encoded":false}`)
	if !strings.Contains(page, "Apigw-Requestid: ") {
		t.Errorf("the answer has no request id:\n%s", page)
	}
}

// TestURLEvent: as the captured event, whose path is encoded, and whose cookies stand in both places.
func TestURLEvent(t *testing.T) {
	got, page := asks(t, newURL, capturedRequest())
	holds(t, got, `{
		"version":"2.0", "routeKey":"$default", "rawPath":"/capture/space%20value", "cookies":["session=abc123","theme=dark"],
		"headers":{"cookie":"session=abc123; theme=dark","host":"api.example.com","content-length":"10","x-probe":"first,second",
			"x-amzn-tls-version":"TLSv1.3","x-amzn-tls-cipher-suite":"TLS_AES_128_GCM_SHA256","x-forwarded-for":"127.0.0.1"},
		"requestContext":{"accountId":"anonymous","domainName":"abcdef1234.lambda-url.us-east-1.on.aws",
			"http":{"method":"POST","path":"/capture/space value"},"stage":"$default"},
		"body":"{\"a\":\"λ\"}", "isBase64Encoded":false}`)
	if !strings.Contains(page, "x-amzn-RequestId: ") {
		t.Errorf("the answer has no request id:\n%s", page)
	}
}

// TestHTTPPath is about paths that were sent to a real HTTP API (July 2026): it decodes twice, and cuts between.
func TestHTTPPath(t *testing.T) {
	for sent, want := range map[string]string{
		"/plain": "/plain", "/question%3Fvalue": "/question", "/percent%25done": "", "/hash%23value": "/hash#value",
		"/slash%2Fvalue": "/slash/value", "/%CE%BB-%E4%B8%96": "/λ-世", "/literal%252Fvalue": "/literal/value",
		"/literal%253Fvalue": "/literal?value", "/literal%2525value": "/literal%value", "/%b0%a1": "", "/a+b": "/a+b",
	} {
		got, page := asks(t, newHTTP, wire("GET "+sent+"?q HTTP/1.1\nHost: h", ""))
		switch {
		case want == "" && (got != nil || !strings.Contains(page, "not documented")):
			t.Errorf("%s is not refused:\n%s", sent, page)
		case want != "" && got["rawPath"] != want:
			t.Errorf("%s reaches the function as %v, want %s", sent, got["rawPath"], want)
		}
	}
}

// TestV2Connection: what is between a client and the door goes no further (RFC 9110, 7.6.1).
func TestV2Connection(t *testing.T) {
	for _, open := range []opener{newHTTP, newURL} {
		got, _ := asks(t, open, wire("GET / HTTP/1.1\nHost: h\nConnection: keep-alive\nKeep-Alive: timeout=5\nTE: trailers", ""))
		holds(t, got, `{"headers":{"host":"h","connection":null,"keep-alive":null,"te":null}}`)
	}
}

// TestV2Body: what is text, and what is base64.
func TestV2Body(t *testing.T) {
	for _, open := range []opener{newHTTP, newURL} {
		for header, want := range map[string]string{
			"\nContent-Type: text/csv":                          `{"body":"a","isBase64Encoded":false}`,
			"\nContent-Type: Application/XML; x":                `{"body":"a","isBase64Encoded":false}`,
			"\nContent-Type: application/javascript":            `{"body":"a","isBase64Encoded":false}`,
			"\nContent-Type: application/x-www-form-urlencoded": `{"body":"YQ==","isBase64Encoded":true}`,
			"": `{"body":"YQ==","isBase64Encoded":true}`,
		} {
			got, _ := asks(t, open, wire("POST / HTTP/1.1\nHost: h\nContent-Length: 1"+header, "a"))
			holds(t, got, want)
		}
		got, _ := asks(t, open, wire("GET / HTTP/1.1\nHost: h", ""))
		holds(t, got, `{"body":null,"isBase64Encoded":false,"cookies":null,"queryStringParameters":null}`)
	}
	got, _ := asks(t, newHTTP, wire("GET / HTTP/1.1\nHost: h", ""))
	holds(t, got, `{"headers":{"content-length":"0"}}`)
}

func TestV2Refuses(t *testing.T) {
	tests := []struct {
		name, raw, status, says string
		open                    []opener
	}{
		{"broken query", wire("GET /?a=%zz HTTP/1.1\nHost: h", ""), "400", "broken", []opener{newHTTP, newURL}},
		{"text in another encoding", wire("POST / HTTP/1.1\nHost: h\nContent-Type: text/plain\nContent-Length: 1", "\xff"), "400", "UTF-8", []opener{newHTTP, newURL}},
		{"malformed", "hello\r\n\r\n", "400", "request line", []opener{newHTTP, newURL}},
		{"long head", wire("GET / HTTP/1.1\nHost: h\nA: "+pad(10_240), ""), "431", "10,240", []opener{newHTTP}},
		{"broken path", wire("GET /%zz HTTP/1.1\nHost: h", ""), "400", "broken", []opener{newHTTP, newURL}},
		{"path in another encoding", wire("GET /%b0 HTTP/1.1\nHost: h", ""), "400", "UTF-8", []opener{newURL}},
		{"body over 10 MB", wire("POST / HTTP/1.1\nHost: h\nContent-Length: 10485761", ""), "413", `{"message":"Request Entity Too Large"}`, []opener{newHTTP}},
		{"body over 6 MB", wire("POST / HTTP/1.1\nHost: h\nContent-Length: 6291457", ""), "413", `{"message":"Request must be smaller than 6291456 bytes`, []opener{newURL}},
	}
	for _, tt := range tests {
		for _, open := range tt.open {
			t.Run(tt.name, func(t *testing.T) {
				event, page := asks(t, open, tt.raw)
				if event != nil || !strings.HasPrefix(page, "HTTP/1.1 "+tt.status+" ") || !strings.Contains(page, tt.says) {
					t.Errorf("asked with %v; the answer is\n%s\nwant %s and %q", event, page, tt.status, tt.says)
				}
				if documented := strings.HasPrefix(tt.says, "{"); strings.Contains(page, "not documented") == documented {
					t.Errorf("whether that is documented is wrong:\n%s", page)
				}
			})
		}
	}
}

func TestV2Answer(t *testing.T) {
	const failed = "failed"
	tests := []struct{ name, said, http, url string }{
		{
			"full", `{"statusCode":201,"headers":{"Content-Type":"text/x","A":"1","Content-Length":"9"},"cookies":["a=1","b=2"],"body":"hi"}`,
			"201 Created|A: 1|Content-Type: text/x|Set-Cookie: a=1|Set-Cookie: b=2|Content-Length: 2||hi", "",
		},
		{"bytes", `{"statusCode":200,"headers":{"content-type":"x"},"isBase64Encoded":true,"body":"/wA="}`, "200 OK|content-type: x|Content-Length: 2||\xff\x00", ""},
		{"without a type", `{"statusCode":200}`, "200 OK|Content-Type: text/plain; charset=utf-8|Content-Length: 0||", "200 OK|Content-Type: application/json|Content-Length: 0||"},
		{"inferred object", `{"a": 1}`, `200 OK|Content-Type: application/json|Content-Length: 8||{"a": 1}`, ""},
		{"inferred text", `"hello"`, "200 OK|Content-Type: application/json|Content-Length: 5||hello", ""},
		{
			"renamed", `{"statusCode":401,"headers":{"www-authenticate":"Basic","content-type":"x"}}`,
			"401 Unauthorized|content-type: x|www-authenticate: Basic|Content-Length: 0||",
			"401 Unauthorized|content-type: x|x-amzn-Remapped-www-authenticate: Basic|Content-Length: 0||",
		},
		{"no JSON", `hello`, failed, failed},
		{"status that is none", `{"statusCode":"x"}`, failed, failed},
		{"header that is none", `{"statusCode":200,"headers":{"a":[]}}`, failed, failed},
		{"headers that are none", `{"statusCode":200,"headers":[]}`, failed, failed},
		{"cookie that is none", `{"statusCode":200,"cookies":["\n"]}`, failed, failed},
		{"no base64", `{"statusCode":200,"isBase64Encoded":true,"body":"*"}`, failed, failed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.url == "" {
				tt.url = tt.http
			}
			if tt.http == failed {
				tt.http = `500 Internal Server Error|Content-Type: application/json|Content-Length: 35||{"message":"Internal Server Error"}`
				tt.url = "502 Bad Gateway|Content-Type: application/json|Content-Length: 21||Internal Server Error"
			}
			if got := answers(t, newHTTP, tt.said, ""); got != tt.http {
				t.Errorf("at the HTTP API the answer is\n%s\nwant\n%s", got, tt.http)
			}
			if got := answers(t, newURL, tt.said, ""); got != tt.url {
				t.Errorf("at the function URL the answer is\n%s\nwant\n%s", got, tt.url)
			}
		})
	}
}

func TestV2Failures(t *testing.T) {
	tests := []struct {
		open opener
		err  error
		want string
	}{
		{newHTTP, host.ErrThrottled, `503 Service Unavailable|Content-Type: application/json|Content-Length: 33||{"message":"Service Unavailable"}`},
		{newHTTP, &host.FunctionError{}, `500 Internal Server Error|Content-Type: application/json|Content-Length: 35||{"message":"Internal Server Error"}`},
		{newHTTP, host.ErrTooLarge, `413 Request Entity Too Large|`},
		{
			newURL, host.ErrThrottled, `429 Too Many Requests|Content-Type: application/json|x-amzn-ErrorType: TooManyRequestsException|Content-Length: 103||` +
				`{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}`,
		},
		{newURL, &host.FunctionError{}, "502 Bad Gateway|Content-Type: application/json|Content-Length: 21||Internal Server Error"},
		{newURL, host.ErrTooLarge, `413 Request Entity Too Large|Content-Type: application/json|`},
	}
	for _, tt := range tests {
		if got := fails(t, tt.open, tt.err); !strings.HasPrefix(got, tt.want) {
			t.Errorf("after %v the answer is\n%s\nwant\n%s", tt.err, got, tt.want)
		}
	}
}

// TestStream: a prelude, eight NUL, and the body.
func TestStream(t *testing.T) {
	rest := func(i front.Invoke) front.Door { return &front.REST{Invoke: i, Stream: true} }
	url := func(i front.Invoke) front.Door { return &front.URL{Invoke: i, Stream: true} }
	const nul = "\x00\x00\x00\x00\x00\x00\x00\x00"
	tests := []struct {
		name string
		open opener
		said string
		want string
	}{
		{"REST", rest, `{"statusCode":201,"multiValueHeaders":{"A":["1","2"],"Content-Type":["x"]}}` + nul + "b\x00y", "201 Created|A: 1|A: 2|Content-Type: x|Content-Length: 3||b\x00y"},
		{"REST without a prelude", rest, `{"statusCode":201}`, `502 Bad Gateway|Content-Type: application/json|x-amzn-ErrorType: InternalServerErrorException|Content-Length: 35||{"message":"Internal server error"}`},
		{"URL", url, `{"statusCode":201,"headers":{"Content-Type":"x"},"cookies":["a=1"]}` + nul + "body", "201 Created|Content-Type: x|Set-Cookie: a=1|Content-Length: 4||body"},
		{"URL without a status", url, `{}` + nul, "200 OK|Content-Type: application/octet-stream|Content-Length: 0||"},
		{"URL with the envelope", url, `{"statusCode":201,"body":"x"}`, `200 OK|Content-Type: application/octet-stream|Content-Length: 29||{"statusCode":201,"body":"x"}`},
		{"URL with a prelude that is none", url, `[]` + nul, "502 Bad Gateway|Content-Type: application/json|Content-Length: 21||Internal Server Error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := answers(t, tt.open, tt.said, ""); got != tt.want {
				t.Errorf("the answer is\n%q\nwant\n%q", got, tt.want)
			}
		})
	}
}
