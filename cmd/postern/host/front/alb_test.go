package front_test

import (
	"encoding/base64"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"postern/cmd/postern/host/front"
)

const answered = `{"statusCode":200,"isBase64Encoded":false,"multiValueHeaders":{},"headers":{}}`

// wire writes the line ends of HTTP into a head.
func wire(head, body string) string {
	return strings.ReplaceAll(strings.TrimPrefix(head, "\n"), "\n", "\r\n") + "\r\n\r\n" + body
}

// seen is the event that a function gets of a request, or the page that the client gets.
func seen(t *testing.T, alb *front.ALB, raw string) (event, page string) {
	t.Helper()
	alb.Invoke = func(data []byte) ([]byte, error) {
		event = string(data)
		return []byte(answered), nil
	}
	page = talk(t, alb, raw)
	event = regexp.MustCompile(`"((?:Root|Self)=)1-[0-9a-f]{8}-[0-9a-f]{24}`).ReplaceAllString(event, `"${1}1-t-i`)
	return event, page
}

// TestEvent spells the events of the load balancer's guide and of captured ones: what is raw stays raw.
func TestEvent(t *testing.T) {
	const context = `{"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/local/0123456789abcdef"}},`
	const added = `"x-amzn-trace-id":["Root=1-t-i"],"x-forwarded-proto":["http"],"x-forwarded-port":["80"],"x-forwarded-for":["127.0.0.1"]}`
	const addedOnce = `"x-amzn-trace-id":"Root=1-t-i","x-forwarded-proto":"http","x-forwarded-port":"80","x-forwarded-for":"127.0.0.1"}`
	multi := front.ALB{MultiValue: true}
	tests := []struct {
		name, head, body string
		alb              front.ALB
		want             string
	}{
		{
			"captured", "GET /capture/space%20value?repeat=one&repeat=two&redirect=https%3A%2F%2Fa&literalPlus=a+b&encodedPlus=a%2Bb&empty= HTTP/1.1\n" +
				"Host: h\nX-Twice: first\nCookie: a=1; b=2\nx-twice: second", "", multi,
			`"httpMethod":"GET","path":"/capture/space%20value","multiValueQueryStringParameters":{"repeat":["one","two"],` +
				`"redirect":["https%3A%2F%2Fa"],"literalPlus":["a+b"],"encodedPlus":["a%2Bb"],"empty":[""]},"multiValueHeaders":{"host":["h"],` +
				`"x-twice":["first","second"],"cookie":["a=1; b=2"],` + added + `,"body":"","isBase64Encoded":false}`,
		},
		{
			"single value: the last one", "GET /?a=1&b&a=2 HTTP/1.1\nHost: h\nX-Twice: first\nx-twice: second", "",
			front.ALB{},
			`"httpMethod":"GET","path":"/","queryStringParameters":{"a":"2","b":""},"headers":{"host":"h","x-twice":"second",` +
				addedOnce + `,"body":"","isBase64Encoded":false}`,
		},
		{
			"odd target", `GET //a/../%zz/<&>%2f?&&=x&y==z?w HTTP/1.1` + "\nHost: h", "", multi,
			`"httpMethod":"GET","path":"//a/../%zz/<&>%2f","multiValueQueryStringParameters":{"":["x"],"y":["=z?w"]},` +
				`"multiValueHeaders":{"host":["h"],` + added + `,"body":"","isBase64Encoded":false}`,
		},
		{
			"text", "POST / HTTP/1.1\nHost: h\nContent-Type: Text/CSV; charset=utf-8\nContent-Length: 4", "é\"\n", multi,
			`"httpMethod":"POST","path":"/","multiValueQueryStringParameters":{},"multiValueHeaders":{"host":["h"],` +
				`"content-type":["Text/CSV; charset=utf-8"],"content-length":["4"],` + added + `,"body":"é\"\n","isBase64Encoded":false}`,
		},
		{
			"JSON in chunks", "POST / HTTP/1.1\nHost: h\nContent-Type: application/json\nTransfer-Encoding: chunked", "2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n", multi,
			`"httpMethod":"POST","path":"/","multiValueQueryStringParameters":{},"multiValueHeaders":{"host":["h"],` +
				`"content-type":["application/json"],` + added + `,"body":"{}","isBase64Encoded":false}`,
		},
		{
			"length and chunks", "POST / HTTP/1.1\nHost: h\nContent-Type: text/plain\nContent-Length: 1\nTransfer-Encoding: chunked",
			"2\r\nab\r\n0\r\n\r\n", multi,
			`"httpMethod":"POST","path":"/","multiValueQueryStringParameters":{},"multiValueHeaders":{"host":["h"],` +
				`"content-type":["text/plain"],` + added + `,"body":"ab","isBase64Encoded":false}`,
		},
		{
			"one length twice, and a control byte", "PUT / HTTP/1.1\nHost: h\nContent-Length: 0\nA: \x01\nContent-Length: 0", "", multi,
			`"httpMethod":"PUT","path":"/","multiValueQueryStringParameters":{},"multiValueHeaders":{"host":["h"],` +
				`"a":["\u0001"],"content-length":["0"],` + added + `,"body":"","isBase64Encoded":false}`,
		},
		{
			"without a type", "POST / HTTP/1.1\nHost: h\nContent-Length: 3", "\xff\x00a", multi,
			`"httpMethod":"POST","path":"/","multiValueQueryStringParameters":{},"multiValueHeaders":{"host":["h"],` +
				`"content-length":["3"],` + added + `,"body":"/wBh","isBase64Encoded":true}`,
		},
		{
			"encoded text", "POST / HTTP/1.1\nHost: h\nContent-Encoding: gzip\nContent-Type: text/plain\nContent-Length: 1", "a", multi,
			`"httpMethod":"POST","path":"/","multiValueQueryStringParameters":{},"multiValueHeaders":{"host":["h"],` +
				`"content-encoding":["gzip"],"content-type":["text/plain"],"content-length":["1"],` + added + `,"body":"YQ==","isBase64Encoded":true}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, page := seen(t, &tt.alb, wire(tt.head, tt.body))
			if want := context + tt.want; got != want {
				t.Errorf("event\n%s\nwant\n%s\n%s", got, want, page)
			}
		})
	}
}

// TestAdded is about the headers that the load balancer changes.
func TestAdded(t *testing.T) {
	tests := []struct {
		name, target, header string
		alb                  front.ALB
		want                 string
	}{
		{"address appended", "/", "\nX-Forwarded-For: 203.0.113.7, 198.51.100.1", front.ALB{}, `"x-forwarded-for":"203.0.113.7, 198.51.100.1, 127.0.0.1"`},
		{"address appended to lines", "/", "\nX-Forwarded-For: a\nX-Forwarded-For: b", front.ALB{ClientMode: "append"}, `"x-forwarded-for":"a, b, 127.0.0.1"`},
		{"address appended to nothing", "/", "\nX-Forwarded-For:", front.ALB{}, `"x-forwarded-for":", 127.0.0.1"`},
		{"address preserved", "/", "\nX-Forwarded-For: 203.0.113.7", front.ALB{ClientMode: "preserve"}, `"x-forwarded-for":"203.0.113.7"}`},
		{"address removed", "/", "\nX-Forwarded-For: 203.0.113.7", front.ALB{ClientMode: "remove"}, `"x-forwarded-port":"80"}`},
		{"thirty addresses", "/", "\nX-Forwarded-For: a" + strings.Repeat(",a", 29), front.ALB{}, `,a, 127.0.0.1"`},
		{"forged", "/", "\nX-Forwarded-Proto: https\nX-Forwarded-Port: 443", front.ALB{Port: 8080}, `"x-forwarded-proto":"http","x-forwarded-port":"8080"`},
		{"traced by the client", "/", "\nX-Amzn-Trace-Id: Root=1-a-b", front.ALB{}, `"x-amzn-trace-id":"Self=1-t-i;Root=1-a-b"`},
		{"port of the host taken away", "/", "", front.ALB{}, `"host":"h"`},
		{"port of the host added", "http://other/", "", front.ALB{Port: 8080}, `"host":"other:8080"`},
		{"port of the host kept", "/", "", front.ALB{Port: 8080}, `"host":"h:81"`},
		{"host of the target", "http://[::1]:81/", "", front.ALB{}, `"host":"[::1]"`},
		{"host preserved", "http://other/", "", front.ALB{PreserveHost: true}, `"host":"h:81"`},
		{"target group", "/", "", front.ALB{TargetGroup: "arn"}, `{"targetGroupArn":"arn"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, page := seen(t, &tt.alb, wire("GET "+tt.target+" HTTP/1.1\nHost: h:81"+tt.header, ""))
			if !strings.Contains(got, tt.want) {
				t.Errorf("event\n%s\nwant in it\n%s\n%s", got, tt.want, page)
			}
		})
	}
}

const page400 = "<html>\r\n<head><title>400 Bad Request</title></head>\r\n<body bgcolor=\"white\">\r\n" +
	"<center><h1>400 Bad Request</h1></center>\r\n</body>\r\n</html>\r\n"

// TestRefused: what the load balancer answers by itself never reaches the function.
func TestRefused(t *testing.T) {
	pad := func(n int) string { return strings.Repeat("x", n) }
	get := "GET / HTTP/1.1\nHost: h"
	tests := []struct{ name, raw, want string }{
		{"no HTTP", "hello\r\n\r\n", "400"},
		{"four words", wire("GET / x HTTP/1.1\nHost: h", ""), "400"},
		{"no method", wire(" / HTTP/1.1\nHost: h", ""), "400"},
		{"NUL in the target", wire("GET /\x00 HTTP/1.1\nHost: h", ""), "400"},
		{"control byte in the target", wire("GET /\x01 HTTP/1.1\nHost: h", ""), "not documented"},
		{"carriage return in a value", wire(get+"\nA: b\rC: d", ""), "400"},
		{"no such version", wire("GET / HTTP/3\nHost: h", ""), "505"},
		{"no version", wire("GET / FTP/1.1\nHost: h", ""), "400"},
		{"no header line", wire(get+"\nhello", ""), "400"},
		{"space before the colon", wire(get+"\nA : b", ""), "400"},
		{"folded line", wire(get+"\nA: b\n c", ""), "400"},
		{"NUL in a value", wire(get+"\nA: \x00", ""), "400"},
		{"no host", wire("GET / HTTP/1.1", ""), "400"},
		{"two hosts", wire(get+"\nHost: h", ""), "400"},
		{"request line", wire("GET /"+pad(16<<10)+" HTTP/1.1\nHost: h", ""), "414"},
		{"header line", wire(get+"\nA: "+pad(16<<10), ""), "400"},
		{"header", wire(get+strings.Repeat("\nA: "+pad(15<<10), 5), ""), "400"},
		{"body", wire("POST / HTTP/1.1\nHost: h\nContent-Length: 1048577", pad(1<<20+1)), "413"},
		{"body in chunks", wire("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked", "100001\r\n"+pad(1<<20+1)+"\r\n0\r\n\r\n"), "413"},
		{"no length", wire("POST / HTTP/1.1\nHost: h\nContent-Length: +1", "x"), "400"},
		{"two lengths", wire("POST / HTTP/1.1\nHost: h\nContent-Length: 1\nContent-Length: 2", "x"), "400"},
		{"chunks twice", wire("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked", "0\r\n\r\n"), "400"},
		{"unknown coding", wire("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: gzip", ""), "501"},
		{"broken chunk", wire("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked", "zz\r\n"), "400"},
		{"endless trailer", wire("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked", "0\r\n"+strings.Repeat("a: b\r\n", 200)), "400"},
		{"TRACE", wire("TRACE / HTTP/1.1\nHost: h", ""), "405"},
		{"CONNECT", wire("CONNECT h:443 HTTP/1.1\nHost: h", ""), "400"},
		{"upgrade", wire(get+"\nConnection: keep-alive, Upgrade\nUpgrade: websocket", ""), "400"},
		{"31 addresses", wire(get+"\nX-Forwarded-For: a"+strings.Repeat(",a", 30), ""), "463"},
		{"asterisk", wire("OPTIONS * HTTP/1.1\nHost: h", ""), "not documented"},
		{"head in another encoding", wire(get+"\nA: \xb0\xa1", ""), "not documented"},
		{"path in another encoding", wire("GET /\xb0\xa1 HTTP/1.1\nHost: h", ""), "not documented"},
		{"text in another encoding", wire("POST / HTTP/1.1\nHost: h\nContent-Type: text/plain\nContent-Length: 2", "\xb0\xa1"), "not documented"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			event, got := seen(t, &front.ALB{}, tt.raw)
			if event != "" {
				t.Errorf("the function is asked: %s", event)
			}
			if _, err := strconv.Atoi(tt.want); err == nil {
				tt.want = "HTTP/1.1 " + tt.want + " "
				if !strings.Contains(got, "\r\nServer: awselb/2.0\r\nContent-Type: text/html\r\n") {
					t.Errorf("the answer is no page of the load balancer:\n%s", got)
				}
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("the answer is\n%s\nwant %s", got, tt.want)
			}
			if strings.HasSuffix(tt.want, "400 ") && !strings.HasSuffix(got, "\r\n\r\n"+page400) {
				t.Errorf("the page is\n%s\nwant\n%s", got, page400)
			}
		})
	}
	if len(page400) != 138 { // as measured
		t.Errorf("the page of status 400 has %d bytes, want 138", len(page400))
	}
}

// TestLargest is just below the limits.
func TestLargest(t *testing.T) {
	pad := func(n int) string { return strings.Repeat("x", n) }
	for _, raw := range []string{
		wire("GET /"+pad(16<<10-len("GET / HTTP/1.1"))+" HTTP/1.1\nHost: h", ""),
		wire("GET / HTTP/1.1\nHost: h\nA: "+pad(16<<10-len("A: ")), ""),
		wire("POST / HTTP/1.1\nHost: h\nContent-Length: 1048576", pad(1<<20)),
	} {
		if event, page := seen(t, &front.ALB{}, raw); event == "" {
			t.Errorf("%.40q is refused:\n%s", raw, page)
		}
	}
}

func TestAnswer(t *testing.T) {
	answer := func(more string) string { return `{"statusCode":200,"isBase64Encoded":false,` + more + `}` }
	multi := front.ALB{MultiValue: true}
	tests := []struct {
		name   string
		alb    front.ALB
		answer string
		want   string // its status line, headers in order, and body
	}{
		{"single", front.ALB{}, answer(`"headers":{"b":"2","a":"1"},"body":"hi"`), "200 OK|a: 1|b: 2|Content-Length: 2||hi"},
		{"multi", multi, answer(`"multiValueHeaders":{"Set-Cookie":["a","b"]},"headers":{"c":"d"}`), "200 OK|Set-Cookie: a|Set-Cookie: b|Content-Length: 0||"},
		{"binary", front.ALB{}, `{"statusCode":200,"isBase64Encoded":true,"headers":{},"body":"/wA="}`, "200 OK|Content-Length: 2||\xff\x00"},
		{"unregistered", front.ALB{}, `{"statusCode":481,"statusDescription":"481 Own","isBase64Encoded":false,"headers":{}}`, "481 Own|Content-Length: 0||"},
		{"hop by hop", front.ALB{}, answer(`"headers":{"Connection":"close","Content-Length":"7","Upgrade":"x","Date":"never"}`), "200 OK|Date: never|Content-Length: 0||"},
		{"no content", front.ALB{}, `{"statusCode":204,"isBase64Encoded":false,"headers":{},"body":"x"}`, "204 No Content||"},
		{"no JSON", front.ALB{}, `hello`, ""},
		{"null", front.ALB{}, `null`, ""},
		{"no status", front.ALB{}, `{"isBase64Encoded":false,"headers":{}}`, ""},
		{"status in a string", front.ALB{}, `{"statusCode":"200","isBase64Encoded":false,"headers":{}}`, ""},
		{"status 199", front.ALB{}, `{"statusCode":199,"isBase64Encoded":false,"headers":{}}`, ""},
		{"status 600", front.ALB{}, `{"statusCode":600,"isBase64Encoded":false,"headers":{}}`, ""},
		{"no encoding", front.ALB{}, `{"statusCode":200,"headers":{}}`, ""},
		{"the other header", front.ALB{}, answer(`"multiValueHeaders":{}`), ""},
		{"the other header again", multi, answer(`"headers":{}`), ""},
		{"number in a header", front.ALB{}, answer(`"headers":{"a":1}`), ""},
		{"line end in a header", front.ALB{}, answer(`"headers":{"a":"\r\nb: c"}`), ""},
		{"space in a name", front.ALB{}, answer(`"headers":{"a b":"c"}`), ""},
		{"large header", front.ALB{}, answer(`"headers":{"a":"` + strings.Repeat("x", 32<<10) + `"}`), ""},
		{"no base64", front.ALB{}, `{"statusCode":200,"isBase64Encoded":true,"headers":{},"body":"*"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.alb.Invoke = func([]byte) ([]byte, error) { return []byte(tt.answer), nil }
			got := flat(talk(t, &tt.alb, wire("GET / HTTP/1.1\nHost: h", "")))
			if tt.want == "" {
				if !strings.HasPrefix(got, "502 Bad Gateway|Server: awselb/2.0|Content-Type: text/html|") {
					t.Errorf("the answer is %.200s, want the page of status 502", got)
				}
				return
			}
			if got != tt.want {
				t.Errorf("the answer is %.200s, want %.200s", got, tt.want)
			}
		})
	}
}

func TestLargestAnswer(t *testing.T) {
	const frame = `{"statusCode":200,"isBase64Encoded":false,"headers":{},"body":""}`
	for size, want := range map[int]string{1 << 20: "HTTP/1.1 200 ", 1<<20 + 1: "HTTP/1.1 502 "} {
		alb := &front.ALB{Invoke: func([]byte) ([]byte, error) {
			return []byte(strings.Replace(frame, `""`, `"`+strings.Repeat("x", size-len(frame))+`"`, 1)), nil
		}}
		if got := talk(t, alb, wire("GET / HTTP/1.1\nHost: h", "")); !strings.HasPrefix(got, want) {
			t.Errorf("an answer of %d bytes is %.40q, want %s", size, got, want)
		}
	}
}

func TestFunctionFails(t *testing.T) {
	alb := &front.ALB{Invoke: func([]byte) ([]byte, error) { return nil, errors.New("secret") }}
	if got := talk(t, alb, wire("GET / HTTP/1.1\nHost: h", "")); !strings.HasPrefix(got, "HTTP/1.1 502 Bad Gateway\r\n") || strings.Contains(got, "secret") {
		t.Errorf("the answer is\n%s\nwant the page of status 502", got)
	}
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
