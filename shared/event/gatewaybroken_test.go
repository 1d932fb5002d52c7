package event_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
)

// restEvent is an event of a REST API with the given members of its context, and more members.
func restEvent(context, more string) string {
	return `{"resource":"/{p+}","httpMethod":"GET","path":"/","requestContext":{"stage":"live"` + context + `}` + more + `}`
}

// v2Event is the event of an HTTP API or, by its domain, of a function URL.
func v2Event(domain, context, more string) string {
	return fmt.Sprintf(`{"version":"2.0","rawPath":"/","rawQueryString":"","requestContext":{"domainName":%q,`+
		`"http":{"method":"GET","sourceIp":"192.0.2.1"}%s}%s}`, domain, context, more)
}

func TestGatewayBroken(t *testing.T) {
	h := "api.example.com"
	u := "x.lambda-url.eu-west-1.on.aws"
	tests := []struct{ name, door, data, want string }{
		{"empty", "rest", ``, "byte 0"},
		{"empty", "http", ``, "byte 0"},
		{"empty", "url", ``, "byte 0"},
		{"empty", "any", ``, "byte 0"},
		{"not UTF-8", "any", "{\"a\":\"\xff\"}", "UTF-8"},
		{"of nobody", "any", `{}`, "of none of"},
		{"of a queue", "any", `{"Records":[{"eventSource":"aws:sqs"}]}`, "of none of"},
		{"of a web socket", "any", `{"requestContext":{"stage":"live","connectionId":"x","eventType":"CONNECT"}}`, "of none of"},
		{"payload format 1.0", "any", `{"version":"1.0",` + restEvent(``, ``)[1:], "PayloadFormatVersion to 2.0"},
		{"payload format 1.0", "rest", `{"version":"1.0",` + restEvent(``, ``)[1:], "not of a REST API"},
		{"payload format 3.0", "any", strings.Replace(v2Event(h, ``, ``), "2.0", "3.0", 1), "of none of"},
		{"payload format as a number", "any", strings.Replace(v2Event(h, ``, ``), `"2.0"`, "2.0", 1), "of none of"},
		{"of a REST API", "http", restEvent(``, ``), "not of an HTTP API"},
		{"of a REST API", "url", restEvent(``, ``), "not of a function URL"},
		{"of an HTTP API", "rest", v2Event(h, ``, ``), "not of a REST API"},
		{"of an HTTP API", "url", v2Event(h, ``, ``), "not of a function URL"},
		{"of an HTTP API with a strange domain", "url", v2Event("a.lambda-url.example.com", ``, ``), "not of a function URL"},
		{"of a function URL", "http", v2Event(u, ``, ``), "not of an HTTP API"},
		{"of a function URL", "alb", v2Event(u, ``, ``), "requestContext.elb"},
		{"of a load balancer", "rest", albEvent(``, ``), "not of a REST API"},
		{"no resource", "rest", `{"httpMethod":"GET","path":"/","requestContext":{"stage":"live"}}`, "not of a REST API"},
		{"no stage", "rest", `{"resource":"/","httpMethod":"GET","path":"/","requestContext":{}}`, "not of a REST API"},
		{"no http", "http", `{"version":"2.0","rawPath":"/","requestContext":{}}`, "not of an HTTP API"},
		{"http is text", "any", `{"version":"2.0","rawPath":"/","requestContext":{"http":"GET"}}`, "of none of"},

		{"no method", "rest", `{"resource":"/","path":"/","requestContext":{"stage":"live"}}`, "httpMethod is missing"},
		{"no method", "http", `{"version":"2.0","rawPath":"/","requestContext":{"http":{}}}`, "requestContext.http.method is missing"},
		{"method is a number", "http", `{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":1}}}`, "http.method is no string"},
		{"no path", "rest", `{"resource":"/","httpMethod":"GET","requestContext":{"stage":"live"}}`, "begin with a slash"},
		{"path is relative", "http", strings.Replace(v2Event(h, ``, ``), `"/"`, `"a"`, 1), "begin with a slash"},
		{"path is an asterisk", "url", strings.Replace(v2Event(u, ``, ``), `"/"`, `"*"`, 1), "begin with a slash"},
		{"path is a number", "url", strings.Replace(v2Event(u, ``, ``), `"/"`, `1`, 1), "rawPath is no string"},
		{"query is an object", "http", strings.Replace(v2Event(h, ``, ``), `""`, `{}`, 1), "rawQueryString is no string"},
		{"query is text", "rest", restEvent(``, `,"multiValueQueryStringParameters":"a=b"`), "expected"},
		{"parameter twice", "rest", restEvent(``, `,"queryStringParameters":{"a":"1","a":"2"}`), `a second "a"`},
		{"context twice", "rest", restEvent(``, `,"requestContext":{"stage":"x"}`), `a second "stage"`},
		{"sourceIp twice", "http", v2Event(h, `,"identity":{"sourceIp":"192.0.2.2"}`, ``), `a second "sourceIp"`},
		{"request id is a number", "rest", restEvent(`,"requestId":1`, ``), "requestId is no string"},
		{"domain is a number", "rest", restEvent(`,"domainName":1`, ``), "domainName is no string"},
		{"sourceIp is a number", "rest", restEvent(`,"identity":{"sourceIp":1}`, ``), "sourceIp is no string"},
		{"identity does not end", "rest", `{"requestContext":{"identity":{"sourceIp":"x"`, "expected"},
		{"header is a number", "rest", restEvent(``, `,"multiValueHeaders":{"a":[1]}`), "expected"},
		{"header is a list", "http", v2Event(h, ``, `,"headers":{"a":["b"]}`), "expected"},
		{"header twice", "http", v2Event(h, ``, `,"headers":{"a":"b","A":"c"}`), `a second "A"`},
		{"cookies are text", "http", v2Event(h, ``, `,"cookies":"a=b"`), "expected"},
		{"cookie is a number", "url", v2Event(u, ``, `,"cookies":[1]`), "expected"},
		{
			"decoded value before another", "alb", albEvent(``, `,"multiValueQueryStringParameters":{"a":["1&x=2"],"b":["2"]}`),
			"separator",
		},
		{"body is a number", "rest", restEvent(``, `,"body":1`), "body is no string"},
		{"body is no base64", "http", v2Event(h, ``, `,"body":"a-b_","isBase64Encoded":true`), "illegal base64"},
		{"flag is a number", "url", v2Event(u, ``, `,"isBase64Encoded":1`), "isBase64Encoded is no boolean"},
		{"context of an authorizer twice", "rest", restEvent(`,"authorizer":{"a":"1","\u0061":"2"}`, ``), `a second "a"`},
		{"context of an authorizer twice", "http", v2Event(h, `,"authorizer":{"lambda":{"a":1,"a":"2"}}`, ``), `a second "a"`},
		{"authorizers twice", "http", v2Event(h, `,"authorizer":{"lambda":{},"lambda":{}}`, ``), `a second "lambda"`},
	}
	for _, tt := range tests {
		t.Run(tt.door+"/"+tt.name, func(t *testing.T) {
			all := readers()
			all["any"] = event.Read
			e, err := all[tt.door]([]byte(tt.data), received, event.Options{})
			if err == nil || e != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s = %v, %v, want an error with %q", tt.data, e, err, tt.want)
			}
		})
	}
}

// TestGatewayTruncated: no beginning of an event is one.
func TestGatewayTruncated(t *testing.T) {
	for _, name := range []string{"rest/post", "http/post", "url/encodings"} {
		whole := strings.TrimSpace(file(t, "testdata/"+name+".json"))
		for n := range len(whole) {
			if _, err := event.Read([]byte(whole[:n]), received, event.Options{}); err == nil {
				t.Errorf("%s: the first %d bytes are read as an event", name, n)
			}
		}
	}
}

// TestOptions: every reader checks them.
func TestOptions(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(readers())) {
		_, err := readers()[name]([]byte(`{}`), received, event.Options{Client: "apend"})
		if err == nil || !strings.Contains(err.Error(), "use append") {
			t.Errorf("%s with mode apend = %v", name, err)
		}
	}
	if _, err := event.Read([]byte(`{}`), received, event.Options{Client: "apend"}); err == nil || !strings.Contains(err.Error(), "use append") {
		t.Errorf("Read with mode apend = %v", err)
	}
	made := event.Options{ID: func(at time.Time) string { return at.Format(time.Kitchen) }}
	for _, data := range []string{restEvent(``, ``), v2Event("h", ``, ``), v2Event("h.lambda-url.x.on.aws", ``, ``)} {
		e, err := event.Read([]byte(data), received, made)
		if err != nil || e.Request.ID != "10:00AM" {
			t.Errorf("Read(%s) = %+v, %v, want the id of the options", data, e, err)
		}
		if e, err = event.Read([]byte(data), received, event.Options{}); err != nil || e.Request.ID != "" || e.Authorizer != nil {
			t.Errorf("Read(%s) = %+v, %v, want no id", data, e, err)
		}
	}
}

// TestOwnID: the event's own id goes before one that is made.
func TestOwnID(t *testing.T) {
	made := event.Options{ID: func(time.Time) string { return "made" }}
	for _, name := range []string{"rest/post", "http/post", "url/binary"} {
		e, err := event.Read([]byte(file(t, "testdata/"+name+".json")), received, made)
		if err != nil || e.Request.ID == "made" {
			t.Errorf("%s: %+v, %v, want its own id", name, e, err)
		}
	}
}

// TestNoAuthorizer: what is no object is no authorizer's context.
func TestNoAuthorizer(t *testing.T) {
	for _, data := range []string{
		restEvent(`,"authorizer":"a"`, ``), restEvent(`,"authorizer":[]`, ``), v2Event("h", `,"authorizer":{"lambda":"a"}`, ``),
		v2Event("h", `,"authorizer":{"jwt":{"a":"1"}}`, ``), v2Event("h", `,"authorizer":null`, ``),
	} {
		if e, err := event.Read([]byte(data), received, event.Options{}); err != nil || e.Authorizer != nil {
			t.Errorf("Read(%s) = %+v, %v, want no authorizer", data, e, err)
		}
	}
}

// TestForwardedByGateway: the entry that the door added is taken out, and no other.
func TestForwardedByGateway(t *testing.T) {
	tests := []struct{ name, source, header, want string }{
		{"the door's alone", "192.0.2.1", `["192.0.2.1"]`, `[]`},
		{"after a client's", "192.0.2.1", `["unknown, 198.51.100.1 ,192.0.2.1"]`, `["unknown, 198.51.100.1"]`},
		{"in a line of its own", "192.0.2.1", `["198.51.100.1","192.0.2.1"]`, `["198.51.100.1"]`},
		{"with a port", "2001:db8::1", `["[2001:db8::1]:443"]`, `[]`},
		{"mapped", "::ffff:192.0.2.1", `["192.0.2.1"]`, `[]`},
		{"twice", "192.0.2.1", `["192.0.2.1, 192.0.2.1"]`, `["192.0.2.1"]`},
		{"another's at the end", "192.0.2.1", `["192.0.2.1, 198.51.100.1"]`, `["192.0.2.1, 198.51.100.1"]`},
		{"no address", "192.0.2.1", `["192.0.2.1, unknown"]`, `["192.0.2.1, unknown"]`},
		{"from the console", "test-invoke-source-ip", `["test-invoke-source-ip"]`, `["test-invoke-source-ip"]`},
		{"none", "192.0.2.1", `[]`, `[]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := restEvent(`,"identity":{"sourceIp":"`+tt.source+`"}`, `,"multiValueHeaders":{"X-Forwarded-For":`+tt.header+`}`)
			e, err := event.REST([]byte(data), received, event.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got := "[]"
			if lines := e.Request.Header["X-Forwarded-For"]; lines != nil {
				got = strings.ReplaceAll(fmt.Sprintf("%q", lines), `" "`, `","`)
			}
			if got != tt.want {
				t.Errorf("X-Forwarded-For = %s, want %s", got, tt.want)
			}
		})
	}
}
