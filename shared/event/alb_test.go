package event_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
	"postern/shared/gateway"
)

var received = time.Date(2026, 9, 21, 10, 0, 0, 0, time.UTC)

func read(t testing.TB, data string, o event.Options) *event.Event {
	t.Helper()
	e, err := event.ALB([]byte(data), received, o)
	if err != nil {
		t.Fatalf("ALB(%.200s) = %v", data, err)
	}
	return e
}

func file(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

const traced = "Root=1-6a5145a7-5c3686ff7df3149177a89157"

// with is a header beside the trace id that every fixture has.
func with(h http.Header) http.Header {
	h["X-Amzn-Trace-Id"] = []string{traced}
	return h
}

func hundred() http.Header {
	h := http.Header{}
	for i := range 100 {
		h[fmt.Sprintf("X-H-%02d", i)] = []string{strings.Repeat("v", i)}
	}
	return with(h)
}

func TestFixtures(t *testing.T) {
	const id = "1-6a5145a7-5c3686ff7df3149177a89157"
	request := func(r gateway.Request) gateway.Request {
		r.Received, r.Door = received, gateway.Door{Name: "alb"}
		r.Length = int64(len(r.Body))
		return r
	}
	tests := map[string]gateway.Request{
		"encodings": {
			ID: id, Method: "GET", Scheme: "https", Host: "api.example.com", Client: netip.MustParseAddr("198.51.100.7"),
			Path:     "/a%20b/%2F/../%ED%99%8D;v=1//café",
			RawQuery: "plus=a+b&encodedPlus=a%2Bb&k%5B0%5D=1&redirect=https%3A%2F%2Fexample.com%2Fa&semi;colon=x;y&a=1=2&euro€=😀",
			Header:   with(http.Header{"X-Json": {`{"a":"\/\\"}`}, "X-Unicode": {"홍, é"}, "X_under": {"1"}}),
		},
		"repeats": {
			ID: id, Method: "GET", Scheme: "https", Host: "h:8443", Client: netip.MustParseAddr("198.51.100.7"),
			Path: "/r", RawQuery: "b=2&b=1&b=&a=x&a=x",
			Header: with(http.Header{
				"Accept": {"text/html", "application/json"}, "Cookie": {"a=1; b=2", "c=3"},
				"X-Date": {"Mon, 21 Sep 2026 10:00:00 GMT"}, "X-Forwarded-For": {"203.0.113.9"},
			}),
		},
		"single": {
			ID: id, Method: "PUT", Scheme: "http", Host: "h", Client: netip.MustParseAddr("2001:db8::1"),
			Path: "/s", RawQuery: "z=last&a=", Body: []byte("{\"a\":\"é\\n\"}"),
			Header: with(http.Header{"Content-Length": {"15"}, "Content-Type": {"application/json"}, "Cookie": {"a=1; b=2"}}),
		},
		"binary": {
			ID: id, Method: "POST", Scheme: "https", Host: "h", Client: netip.MustParseAddr("2001:db8::2"),
			Path: "/b", Body: []byte{0, 1, 2, 0xfd, 0xfe, 0xff},
			Header: with(http.Header{"Content-Length": {"6"}, "Content-Type": {"application/octet-stream"}}),
		},
		"empty": {
			ID: id, Method: "GET", Scheme: "https", Host: "h", Client: netip.MustParseAddr("198.51.100.7"),
			Path: "/", RawQuery: "=&flag=", Header: with(http.Header{"X-Empty": {""}}),
		},
		"traced": {
			ID: "1-67891234-12456789abcdef0123456789", Method: "GET", Scheme: "https", Host: "h", Path: "/",
			Client: netip.MustParseAddr("198.51.100.7"),
			Header: http.Header{"X-Amzn-Trace-Id": {
				"Self=1-67891234-12456789abcdef0123456789;Root=1-67891233-abcdef012345678912345678;Sampled=1",
			}},
		},
		"hundred-headers": {
			ID: id, Method: "GET", Scheme: "https", Host: "h", Path: "/", Client: netip.MustParseAddr("198.51.100.7"),
			Header: hundred(),
		},
		"health": {
			ID: "made", Method: "GET", Scheme: "http", Path: "/-/health",
			Header: http.Header{"User-Agent": {"ELB-HealthChecker/2.0"}},
		},
		"health-multi": {
			ID: "made", Method: "GET", Scheme: "http", Path: "/", Header: http.Header{"User-Agent": {"ELB-HealthChecker/2.0"}},
		},
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) != len(tests) {
		t.Fatalf("%d fixtures and %d expectations (%v)", len(files), len(tests), err)
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			e := read(t, file(t, "testdata/"+name+".json"), event.Options{ID: func(at time.Time) string {
				if at != received {
					t.Errorf("ID(%v), want the time of the request", at)
				}
				return "made"
			}})
			compare(t, e.Request, request(want))
			if got, want := e.Health, strings.HasPrefix(name, "health"); got != want {
				t.Errorf("Health = %v, want %v", got, want)
			}
		})
	}
}

func compare(t *testing.T, got *gateway.Request, want gateway.Request) {
	t.Helper()
	if !bytes.Equal(got.Body, want.Body) {
		t.Errorf("body = %q, want %q", got.Body, want.Body)
	}
	same := *got
	same.Body, want.Body = nil, nil
	if !reflect.DeepEqual(same, want) {
		t.Errorf("got  %+v\nwant %+v", same, want)
	}
}

// TestLambdaGoEvents reads what aws-lambda-go tests itself with.
func TestLambdaGoEvents(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-lambda-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "events/testdata/alb-*-request-*.json"))
	if err != nil || len(files) != 2 {
		t.Fatalf("found %v (%v), want two events", files, err)
	}
	for _, name := range files {
		e := read(t, file(t, name), event.Options{})
		r := e.Request
		if r.Method != "GET" || r.Target() != "/?key=hello" || r.Header.Get("X-Myheader") != "123" || r.Scheme != "http" ||
			!strings.HasSuffix(r.Host, ".us-east-1.elb.amazonaws.com") || !r.Client.Is4() ||
			!strings.HasPrefix(r.ID, "1-5c34e") || e.Health {
			t.Errorf("%s: %+v", filepath.Base(name), r)
		}
		answer, err := e.Encode(&gateway.Response{Status: 200, Header: http.Header{"A": {"b"}}})
		multi := strings.Contains(name, "multivalue")
		if err != nil || bytes.Contains(answer, []byte("multiValueHeaders")) != multi {
			t.Errorf("%s: Encode = %s, %v", filepath.Base(name), answer, err)
		}
	}
}

// albEvent is a multi-value event with the given headers and more members.
func albEvent(headers, more string) string {
	return `{"requestContext":{"elb":{}},"httpMethod":"GET","path":"/","multiValueHeaders":{` + headers + `}` + more + `}`
}

// TestHeader: what net/http takes out of a header is not in this one either, and its lists are apart.
func TestHeader(t *testing.T) {
	sent := `"transfer-encoding":["chunked"],"a":["1"],"b":["2","3"],"none":[],"x-forwarded-proto":["http","https"]`
	r := read(t, albEvent(sent, ``), event.Options{}).Request
	r.Header.Add("A", "more")
	if want := (http.Header{"A": {"1", "more"}, "B": {"2", "3"}}); !reflect.DeepEqual(r.Header, want) || r.Scheme != "https" {
		t.Errorf("header %q, scheme %s, want %q, https", r.Header, r.Scheme, want)
	}
}

// TestEscapes: every escape that JSON has, in a name, a value and a body.
func TestEscapes(t *testing.T) {
	const escaped, plain = `\"\\\/\b\f\n\r\t\u00e9\u00E9\uD83D\uDE00z`, "\"\\/\b\f\n\r\téé😀z"
	more := `,"multiValueQueryStringParameters":{"` + escaped + `":["` + escaped + `"]},"body":"` + escaped + `"`
	r := read(t, albEvent(`"x":["`+escaped+`"]`, more), event.Options{}).Request
	if r.Header.Get("X") != plain || r.RawQuery != plain+"="+plain || string(r.Body) != plain {
		t.Errorf("header %q, query %q, body %q, want %q each time", r.Header.Get("X"), r.RawQuery, r.Body, plain)
	}
}

// TestDecodeInPlace: base64 of every short length, and of a long body, is undone where it stands.
func TestDecodeInPlace(t *testing.T) {
	bytesOf := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(i * 7)
		}
		return b
	}
	for _, n := range []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 47, 48, 49, 1000, 700_001} {
		want := bytesOf(n)
		data := []byte(albEvent(``, `,"isBase64Encoded":true,"body":"`+base64.StdEncoding.EncodeToString(want)+`"`))
		from := bytes.Index(data, []byte(`"body":"`)) + len(`"body":"`)
		e, err := event.ALB(data, received, event.Options{})
		if err != nil || !bytes.Equal(e.Request.Body, want) {
			t.Fatalf("a body of %d bytes is read wrongly (%v)", n, err)
		}
		if n > 0 && &e.Request.Body[0] != &data[from] {
			t.Errorf("a body of %d bytes was copied", n)
		}
		if cap(e.Request.Body) != n {
			t.Errorf("a body of %d bytes has room for %d", n, cap(e.Request.Body))
		}
	}
}
