package event_test

import (
	"strings"
	"testing"

	"postern/shared/event"
)

func TestBroken(t *testing.T) {
	tests := []struct{ name, data, want string }{
		{"empty", ``, "byte 0"},
		{"not UTF-8", "{\"a\":\"\xff\"}", "UTF-8"},
		{"no object", `[]`, "byte 0"},
		{"truncated", strings.TrimSuffix(albEvent(``, ``), "}"), "expected"},
		{"truncated string", `{"path":"/`, "does not end"},
		{"trailing", albEvent(``, ``) + `{}`, "more than one"},
		{"trailing comma", albEvent(``, `,`), "expected"},
		{"trailing comma in a list", albEvent(`"a":["b",]`, ``), "expected"},
		{"leading zero", albEvent(``, `,"n":01`), "expected"},
		{"bare minus", albEvent(``, `,"n":-`), "digit"},
		{"bare point", albEvent(``, `,"n":1.`), "digit"},
		{"bare exponent", albEvent(``, `,"n":1e+`), "digit"},
		{"unknown word", albEvent(``, `,"n":nil`), "a value expected"},
		{"control byte", albEvent(``, ",\"n\":\"\n\""), "control byte"},
		{"last control byte", albEvent(``, ",\"n\":\"\x1f\""), "control byte"},
		{"no comma in a list", albEvent(``, `,"n":[1 2]`), "expected"},
		{"no comma in an object", albEvent(``, ` "n":1`), "expected"},
		{"unknown escape", albEvent(``, `,"n":"\x41"`), "invalid escape"},
		{"short escape", albEvent(``, `,"n":"\u12"`), "invalid escape"},
		{"escape of no hex", albEvent(``, `,"n":"\u00g0"`), "invalid escape"},
		{"escape with a control byte as digit", albEvent(``, `,"n":"\u00`+"\x11"+`0"`), "invalid escape"},
		{"high surrogate alone", albEvent(``, `,"n":"\ud83d"`), "invalid escape"},
		{"high surrogate before another", albEvent(``, `,"n":"\ud83d\ud83d"`), "invalid escape"},
		{"high surrogate before what is above the low ones", albEvent(``, `,"n":"\ud83d\ue000"`), "invalid escape"},
		{"two low surrogates", albEvent(``, `,"n":"\ude00\ude00"`), "invalid escape"},
		{"low surrogate alone", albEvent(``, `,"n":"\ude00"`), "invalid escape"},
		{"deep", albEvent(``, `,"n":`+strings.Repeat(`[`, 100)+strings.Repeat(`]`, 100)), "nested too deeply"},
		{"of nobody", `{}`, "requestContext.elb"},
		{"of a REST API", `{"requestContext":{"stage":"live"},"httpMethod":"GET","path":"/"}`, "requestContext.elb"},
		{"context is text", `{"requestContext":"elb"}`, "requestContext.elb"},
		{"elb is null", `{"requestContext":{"elb":null}}`, "requestContext.elb"},
		{"elb twice", `{"requestContext":{"elb":{},"elb":{}}}`, `a second "elb"`},
		{"no method", `{"requestContext":{"elb":{}},"path":"/"}`, "httpMethod is missing"},
		{"method is a number", `{"requestContext":{"elb":{}},"httpMethod":1}`, "httpMethod is no string"},
		{"path twice", albEvent(``, `,"p\u0061th":"/b"`), `a second "path"`},
		{"path is relative", `{"requestContext":{"elb":{}},"httpMethod":"GET","path":"a"}`, "path does not begin"},
		{"no path", `{"requestContext":{"elb":{}},"httpMethod":"GET"}`, "path does not begin"},
		{"path with a query", `{"requestContext":{"elb":{}},"httpMethod":"GET","path":"/a?b"}`, "question mark"},
		{"path is a list", `{"requestContext":{"elb":{}},"httpMethod":"GET","path":[]}`, "path is no string"},
		{"header map is text", `{"requestContext":{"elb":{}},"httpMethod":"GET","path":"/","multiValueHeaders":"a"}`, "expected"},
		{"header is text in multi-value form", albEvent(`"a":"b"`, ``), "expected"},
		{"header is a number", albEvent(`"a":[1]`, ``), "expected"},
		{"header is null", albEvent(`"a":null`, ``), "expected"},
		{"header twice", albEvent(`"a":["b"],"a":["c"]`, ``), `a second "A"`},
		{"header twice, in another case", albEvent(`"ab":["b"],"AB":["c"]`, ``), `a second "Ab"`},
		{"list in single-value form", `{"requestContext":{"elb":{}},"httpMethod":"GET","path":"/","headers":{"a":["b"]}}`, "expected"},
		{
			"parameter twice", albEvent(``, `,"multiValueQueryStringParameters":{"a":[],"b":["1"],"a":["2"]}`),
			`a second "a"`,
		},
		{"parameter is a number", albEvent(``, `,"queryStringParameters":{"a":1}`), "expected"},
		{"decoded value", albEvent(``, `,"queryStringParameters":{"a":"1&admin=true"}`), "separator"},
		{"decoded name", albEvent(``, `,"queryStringParameters":{"a=1":""}`), "separator"},
		{"body is an object", albEvent(``, `,"body":{}`), "body is no string"},
		{"body is no base64", albEvent(``, `,"body":"a-b_","isBase64Encoded":true`), "illegal base64"},
		{"body is cut base64", albEvent(``, `,"body":"YWI","isBase64Encoded":true`), "illegal base64"},
		{"flag is text", albEvent(``, `,"isBase64Encoded":"true"`), "isBase64Encoded is no boolean"},
		{"peer is no address", albEvent(`"x-forwarded-for":["198.51.100.7, unknown"]`, ``), "X-Forwarded-For"},
		{"peer has a zone", albEvent(`"x-forwarded-for":["fe80::1%eth0"]`, ``), "zone"},
		{"peer is empty", albEvent(`"x-forwarded-for":["198.51.100.7,"]`, ``), "X-Forwarded-For"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := event.ALB([]byte(tt.data), received, event.Options{})
			if err == nil || e != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("ALB(%.200s) = %v, %v, want an error with %q", tt.data, e, err, tt.want)
			}
		})
	}
}

// TestTruncated: no beginning of an event is one.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"encodings", "binary", "single"} {
		whole := strings.TrimSpace(file(t, "testdata/"+name+".json"))
		for n := range len(whole) {
			if _, err := event.ALB([]byte(whole[:n]), received, event.Options{}); err == nil {
				t.Errorf("%s: the first %d bytes are read as an event", name, n)
			}
		}
	}
}
