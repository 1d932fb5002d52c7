package event_test

import (
	"net/http"
	"net/netip"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
	"postern/shared/gateway"
)

type reader = func([]byte, time.Time, event.Options) (*event.Event, error)

// readers are those of the doors, by name.
func readers() map[string]reader {
	return map[string]reader{"alb": event.ALB, "rest": event.REST, "http": event.HTTP, "url": event.URL}
}

const (
	restID, restTrace = "ATfSdF7nPHcErRA=", "Root=1-6a5145a8-536f3e792f6be9b44c1f46fa"
	httpID, v2Trace   = "ATfSmjLgPHcESJw=", "Root=1-6a5145a9-1bae89e2512ec92d5d9438a0"
	urlID             = "d16a6b55-dea9-4b23-8499-eb85c3d2d904"
	urlHost           = "2cxn22odiwguak4feg4jtt7cwm0ziblr.lambda-url.us-west-2.on.aws"
	v2Query           = "repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&literalPlus=a+b&encodedPlus=a%2Bb&empty=&flag&;x"
)

// expected is what an event reads as, but for what all have in common.
type expected struct {
	gateway.Request
	malformed  string
	authorizer map[string]string
}

func restFixtures() map[string]expected {
	h := func(more http.Header) http.Header { more["X-Amzn-Trace-Id"] = []string{restTrace}; return more }
	return map[string]expected{
		"rest/encodings": {Request: gateway.Request{
			Method: "GET", Path: "/a%20b/%2F/../%ED%99%8D;v=1//x",
			RawQuery: "literalPlus=a%20b&encodedPlus=a%2Bb&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb&" +
				"k%5B0%5D=~%C3%A9%F0%9F%98%80-_.&repeat=two&repeat=one&repeat=two&empty=&percent=100%25&a%26b%3Dc=d%26e%3Df",
			Header: h(http.Header{
				"Accept": {"*/*"}, "Cookie": {"session=abc123; theme=dark"}, "X-Date": {"Mon, 21 Sep 2026 10:00:00 GMT"},
				"X-Repeat": {"first", "second", "third"},
			}),
		}},
		"rest/post": {
			Request: gateway.Request{
				Method: "POST", Path: "/capture", Body: []byte("{\"a\":\"é\\n\"}"),
				Header: h(http.Header{"Content-Type": {"application/json"}, "X-Forwarded-For": {"203.0.113.9, 192.0.2.8"}}),
			},
			authorizer: map[string]string{
				"principalId": "admin", "clientId": "1", "ok": "true", "none": "null", "text": "é\"", "integrationLatency": "12",
				"list": "[\n        1,\n        \"\\\\u0041 b\"\n      ]",
			},
		},
		"rest/binary": {
			Request: gateway.Request{
				Method: "PUT", Path: "/b", Body: []byte{0, 1, 2, 0xfd, 0xfe, 0xff}, Header: h(http.Header{"Content-Type": {"image/png"}}),
			},
			authorizer: map[string]string{},
		},
		"rest/remapped": {Request: gateway.Request{Method: "GET", Path: "/r", Header: h(http.Header{
			"Content-Md5": {"1B2M2Y8AsgTpgAmY7PhCfg=="}, "Date": {"a", "b"}, "Accept": {"text/plain"}, "X-Amzn-Remapped-": {"x"},
		})}},
		"rest/override": {
			Request:   gateway.Request{Method: "DELETE", Path: "/o", Header: h(http.Header{"X-Http-Method-Override": {"DELETE"}})},
			malformed: "X-HTTP-Method-Override",
		},
		"rest/console": {Request: gateway.Request{Method: "GET", Path: "/t", Header: http.Header{}}},
		"rest/single":  {Request: gateway.Request{Method: "GET", Path: "/s", RawQuery: "z=%C3%A9", Header: h(http.Header{"A": {"1"}})}},
		"rest/samlocal": {
			Request: gateway.Request{
				Method: "GET", Path: "/a b/c?d", RawQuery: "q=a%20b",
				Header: http.Header{"User-Agent": {"curl/8.5.0"}, "X-Repeat": {"1,2"}},
			},
			malformed: "question mark",
		},
	}
}

func v2Fixtures() map[string]expected {
	h := func(more http.Header) http.Header { more["X-Amzn-Trace-Id"] = []string{v2Trace}; return more }
	return map[string]expected{
		"http/encodings": {Request: gateway.Request{
			Method: "GET", RawQuery: v2Query,
			Path: "/capture/space%20value/%ED%99%8D;v=1/a+b:c@d!$&'()*,=~-._/%22%3C%3E%5B%5D%5E%60%7B%7C%7D%5C",
			Header: h(http.Header{
				"Cookie": {`session=abc123; theme=dark "x"`}, "X-Repeat": {"first,second"}, "Date": {"Tue, 15 Nov 1994 08:12:31 GMT"},
			}),
		}},
		"http/post": {
			Request: gateway.Request{
				Method: "POST", Path: "/capture", Body: []byte("{\"a\":\"é\\n\"}"),
				Header: h(http.Header{
					"Content-Type": {"application/json"}, "Content-Length": {"12"}, "X-Forwarded-For": {"203.0.113.9"},
				}),
			},
			authorizer: map[string]string{
				"postern.v": "1", "n": "1.5", "yes": "true",
				"deep": "{\n          \"a\": [\n            \"\\\\u0062\"\n          ]\n        }",
			},
		},
		"http/binary": {Request: gateway.Request{
			Method: "PUT", Path: "/b", Body: []byte{0, 1, 2, 0xfd, 0xfe, 0xff},
			Header: h(http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}),
		}},
		"http/doubtful": {
			Request:   gateway.Request{Method: "GET", Path: "/a%3Fadmin=true%23x%25%01%7F", RawQuery: "real=1", Header: h(http.Header{})},
			malformed: "decoded on the way",
		},
		"http/replaced": {
			Request:   gateway.Request{Method: "GET", Path: "/a%EF%BF%BDb", Header: h(http.Header{})},
			malformed: "decoded on the way",
		},
		"http/forged": {Request: gateway.Request{Method: "GET", Path: "/f", Header: h(http.Header{
			"X-Http-Method-Override": {"DELETE"}, "X-Amzn-Remapped-Date": {"kept"}, "Cookie": {"a=1;b=2"},
		})}},
		"http/samlocal": {Request: gateway.Request{Method: "GET", Path: "/a%20b", RawQuery: "q=a%20b", Header: http.Header{"Cookie": {"a=1"}}}},
		"url/encodings": {Request: gateway.Request{
			Method: "GET", Path: "/capture/space%20value/%2F/..//%3F", RawQuery: v2Query,
			Header: h(http.Header{
				"Cookie": {"session=abc123; theme=dark"}, "X-Repeat": {"first,second"},
				"X-Amzn-Tls-Version": {"TLSv1.3"}, "X-Amzn-Tls-Cipher-Suite": {"TLS_AES_128_GCM_SHA256"},
			}),
		}},
		"url/binary": {Request: gateway.Request{
			Method: "PUT", Path: "/b", Body: []byte{0, 1, 2, 0xfd, 0xfe, 0xff},
			Header: h(http.Header{"Content-Type": {"image/png"}, "Cookie": {"a=1; b=2"}}),
		}},
		"url/decoded": {Request: gateway.Request{Method: "GET", Path: "/a?b", Header: h(http.Header{})}, malformed: "question mark"},
	}
}

// complete adds what the fixtures of a door have in common.
func (e *expected) complete(name string) {
	door, _, _ := strings.Cut(name, "/")
	e.ID = map[string]string{"rest": restID, "http": httpID, "url": urlID}[door]
	e.Host, e.Client = "api.example.com", netip.MustParseAddr("198.51.100.7")
	e.Scheme, e.Received, e.Door, e.Length = "https", received, gateway.Door{Name: door}, int64(len(e.Body))
	switch name {
	case "rest/console":
		e.Client = netip.Addr{}
	case "rest/samlocal":
		e.ID = "7c2af7db-31f3-42b5-8a6d-9ffc74e3b9e0"
		e.Host, e.Client = "127.0.0.1:3000", netip.MustParseAddr("127.0.0.1")
	case "http/samlocal":
		e.Host, e.Client = "127.0.0.1:3000", netip.MustParseAddr("127.0.0.1")
	case "url/encodings", "url/binary", "url/decoded":
		e.Host = urlHost
	}
}

// TestGatewayFixtures reads each event as its door's, and as any door's.
func TestGatewayFixtures(t *testing.T) {
	tests := restFixtures()
	for name, want := range v2Fixtures() {
		tests[name] = want
	}
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil || len(files) != len(tests) {
		t.Fatalf("%d fixtures and %d expectations (%v)", len(files), len(tests), err)
	}
	for name, want := range tests {
		want.complete(name)
		for how, read := range map[string]reader{"own": readers()[want.Door.Name], "any": event.Read} {
			t.Run(name+"/"+how, func(t *testing.T) {
				e, err := read([]byte(file(t, "testdata/"+name+".json")), received, event.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if m := e.Request.Malformed; (m != nil) != (want.malformed != "") || m != nil && !strings.Contains(m.Error(), want.malformed) {
					t.Errorf("Malformed = %v, want one with %q", m, want.malformed)
				}
				e.Request.Malformed = nil
				compare(t, e.Request, want.Request)
				if e.Health || e.Stream || !reflect.DeepEqual(e.Authorizer, want.authorizer) {
					t.Errorf("Health %v, Stream %v, Authorizer %q, want %q", e.Health, e.Stream, e.Authorizer, want.authorizer)
				}
			})
		}
	}
}

// TestReadALB: load balancers' events are read by Read, too.
func TestReadALB(t *testing.T) {
	data := file(t, "testdata/repeats.json")
	want := read(t, data, event.Options{})
	got, err := event.Read([]byte(data), received, event.Options{})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got.Request, *want.Request)
	if health, err := event.Read([]byte(file(t, "testdata/health.json")), received, event.Options{}); err != nil || !health.Health {
		t.Errorf("Read(health) = %+v, %v", health, err)
	}
}

// TestLambdaGoGatewayEvents reads what aws-lambda-go tests itself with.
func TestLambdaGoGatewayEvents(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	const v2 = "/my/path?parameter1=value1&parameter1=value2&parameter2=value"
	tests := []struct {
		file, door, target, id, host, client, cookie string
		authorizer                                   map[string]string
	}{
		{
			"apigw-request", "rest", "/hello/world?name=me", "TWegAcC4EowCHnA=",
			"gy415nuibc.execute-api.us-east-1.amazonaws.com", "192.168.196.186", "",
			map[string]string{"principalId": "admin", "clientId": "1", "clientName": "Exata"},
		},
		{
			"apigw-restapi-openapi-request", "rest", "/hello/world?name=me", "TWegAcC4EowCHnA=",
			"gy415nuibc.execute-api.us-east-1.amazonaws.com", "192.168.196.186", "",
			map[string]string{"principalId": "admin", "clientId": "1", "clientName": "Exata"},
		},
		{"apigw-v2-request-iam", "http", v2, "id", "id.execute-api.us-east-1.amazonaws.com", "invalid IP", "cookie1; cookie2", nil},
		{"apigw-v2-request-jwt-authorizer", "http", v2, "id", "id.execute-api.us-east-1.amazonaws.com", "invalid IP", "cookie1; cookie2", nil},
		{
			"apigw-v2-request-lambda-authorizer", "http", v2, "id", "id.execute-api.us-east-1.amazonaws.com", "invalid IP",
			"cookie1; cookie2",
			map[string]string{"key": "value"},
		},
		{"apigw-v2-request-no-authorizer", "http", "/", "LV7fzho-PHcEJPw=", "aaaaaaaaaa.execute-api.us-west-2.amazonaws.com", "1.2.3.4", "", nil},
		{"lambda-urls-request", "url", v2, "id", "<url-id>.lambda-url.us-west-2.on.aws", "123.123.123.123", "cookie1; cookie2", nil},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			data := file(t, filepath.Join(strings.TrimSpace(string(dir)), "events/testdata", tt.file+".json"))
			e, err := event.Read([]byte(data), received, event.Options{})
			if err != nil {
				t.Fatal(err)
			}
			r := e.Request
			if r.Door.Name != tt.door || r.Target() != tt.target || r.ID != tt.id || r.Host != tt.host || r.Client.String() != tt.client ||
				r.Header.Get("Cookie") != tt.cookie || r.Scheme != "https" || r.Malformed != nil {
				t.Errorf("got %+v", r)
			}
			if !reflect.DeepEqual(e.Authorizer, tt.authorizer) {
				t.Errorf("Authorizer = %q, want %q", e.Authorizer, tt.authorizer)
			}
		})
	}
}
