package event_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"postern/shared/event"
	"postern/shared/gateway"
)

// answerTo encodes an answer for a request with this method, in the form of a multi-value or single-value target group.
func answerTo(t testing.TB, method string, multi bool, a *gateway.Response) ([]byte, error) {
	t.Helper()
	form := "headers"
	if multi {
		form = "multiValueHeaders"
	}
	return read(t, `{"requestContext":{"elb":{}},"httpMethod":"`+method+`","path":"/","`+form+`":{}}`, event.Options{}).Encode(a)
}

func TestAnswer(t *testing.T) {
	type h = http.Header
	tests := []struct {
		name, method string
		single       bool
		answer       gateway.Response
		want         string
	}{
		{
			"text", "GET", false,
			gateway.Response{
				Status: 200, Header: h{"Content-Type": {"text/plain"}, "A": {"1", "2"}},
				Body: []byte("a\"\\\n\r\t\x00<é\u2028> and plain text after it"),
			},
			`{"statusCode":200,"statusDescription":"200 OK","isBase64Encoded":false,` +
				`"multiValueHeaders":{"A":["1","2"],"Content-Type":["text/plain"]},` +
				`"body":"a\"\\\n\r\t\u0000<é` + "\u2028" + `> and plain text after it"}`,
		},
		{
			"binary", "GET", false,
			gateway.Response{Status: 200, Body: []byte{0xff, 0xfe}},
			`{"statusCode":200,"statusDescription":"200 OK","isBase64Encoded":true,"multiValueHeaders":{},"body":"//4="}`,
		},
		{
			"text that is longer escaped", "GET", false,
			gateway.Response{Status: 200, Body: []byte{1, 2, 3}},
			`{"statusCode":200,"statusDescription":"200 OK","isBase64Encoded":true,"multiValueHeaders":{},"body":"AQID"}`,
		},
		{
			"status that HTTP does not know", "GET", false,
			gateway.Response{Status: 481},
			`{"statusCode":481,"statusDescription":"481 status code 481","isBase64Encoded":false,"multiValueHeaders":{}}`,
		},
		{
			"no content", "GET", false,
			gateway.Response{Status: 204, Body: []byte("x")},
			`{"statusCode":204,"statusDescription":"204 No Content","isBase64Encoded":false,"multiValueHeaders":{}}`,
		},
		{
			"not modified", "GET", false,
			gateway.Response{Status: 304, Body: []byte("x")},
			`{"statusCode":304,"statusDescription":"304 Not Modified","isBase64Encoded":false,"multiValueHeaders":{}}`,
		},
		{
			"interim status", "GET", false,
			gateway.Response{Status: 199, Body: []byte("x")},
			`{"statusCode":199,"statusDescription":"199 status code 199","isBase64Encoded":false,"multiValueHeaders":{}}`,
		},
		{
			"HEAD", "HEAD", false,
			gateway.Response{Status: 200, Header: h{"Content-Length": {"77"}, "Etag": {`"x"`}}, Body: []byte("x")},
			`{"statusCode":200,"statusDescription":"200 OK","isBase64Encoded":false,"multiValueHeaders":{"Etag":["\"x\""]}}`,
		},
		{
			"cut", "GET", false,
			gateway.Response{Status: 500, Cut: true, Body: []byte("seen")},
			`{"statusCode":500,"statusDescription":"500 Internal Server Error","isBase64Encoded":false,` +
				`"multiValueHeaders":{},"body":"seen"}`,
		},
		{
			"headers of one connection", "GET", false,
			gateway.Response{Status: 200, Header: h{
				"Connection": {"close"}, "keep-alive": {"1"}, "Proxy-Connection": {"1"}, "TE": {"1"}, "Trailer": {"1"},
				"transfer-encoding": {"chunked"}, "Upgrade": {"h2c"}, "content-length": {"1"}, "Content-Type": nil, "X-Kept": {"1"},
			}},
			`{"statusCode":200,"statusDescription":"200 OK","isBase64Encoded":false,"multiValueHeaders":{"X-Kept":["1"]}}`,
		},
		{
			"values that JSON or HTTP does not carry", "GET", false,
			gateway.Response{Status: 200, Header: h{
				"A": {" a\r\nB: c\x7f\t\x01 "}, "C": {"\xe9"}, "B C": {"1"}, "": {"1"}, "D\n": {"1"}, "Z~9": {"1\t2"},
			}},
			`{"statusCode":200,"statusDescription":"200 OK","isBase64Encoded":false,` +
				`"multiValueHeaders":{"A":["a  B: c"],"C":["` + "\ufffd" + `"],"Z~9":["1\t2"]}}`,
		},
		{
			"single-value", "GET", true,
			gateway.Response{
				Status: 200, Header: h{"Vary": {"A", "B"}, "X": {"1"}, "Set-Cookie": {"a=1", "b=2", "c=3", "d=4"}}, Body: []byte("x"),
			},
			`{"statusCode":200,"statusDescription":"200 OK","isBase64Encoded":false,"headers":{` +
				`"set-cookie":"a=1","Set-cookie":"b=2","sEt-cookie":"c=3","SEt-cookie":"d=4","Vary":"A, B","X":"1"},"body":"x"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 3 { // each time the same
				got, err := answerTo(t, tt.method, !tt.single, &tt.answer)
				if err != nil || string(got) != tt.want {
					t.Errorf("Encode = %s, %v\nwant %s", got, err, tt.want)
				}
			}
		})
	}
}

// TestManyCookies: every cookie has a name of its own, as far as there are spellings.
func TestManyCookies(t *testing.T) {
	for _, n := range []int{1, 511, 512, 600} {
		cookies := make([]string, n)
		for i := range cookies {
			cookies[i] = fmt.Sprint("c=", i)
		}
		data, err := answerTo(t, "GET", false, &gateway.Response{Status: 200, Header: http.Header{"Set-Cookie": cookies}})
		if err != nil {
			t.Fatal(err)
		}
		var got events.ALBTargetGroupResponse
		if err := json.Unmarshal(data, &got); err != nil || len(got.Headers) != min(n, 512) {
			t.Errorf("%d cookies: %d names (%v)", n, len(got.Headers), err)
		}
		if sent := strings.Count(strings.ToLower(string(data)), `"set-cookie":`); sent != min(n, 512) {
			t.Errorf("%d cookies: %d are sent", n, sent)
		}
	}
}

func TestAnswerSize(t *testing.T) {
	const around = len(`{"statusCode":200,"statusDescription":"200 OK","isBase64Encoded":false,"multiValueHeaders":{},"body":""}`)
	room := event.MaxALBAnswer - around
	tests := []struct {
		name     string
		body     []byte
		tooLarge bool
	}{
		{"text at the limit", bytes.Repeat([]byte("x"), room), false},
		{"text over it", bytes.Repeat([]byte("x"), room+1), true},
		{"text with a control byte at the limit", append(bytes.Repeat([]byte("x"), room-6), 0), false},
		{"text with a control byte over it", append(bytes.Repeat([]byte("x"), room-5), 0), true},
		{"more than would ever fit", bytes.Repeat([]byte("x"), event.MaxALBAnswer+1), true},
		{"quotes under it as base64", bytes.Repeat([]byte(`"`), room*3/4-3), false},
		{"quotes over it as base64", bytes.Repeat([]byte(`"`), room*3/4+3), true},
		{"control bytes under it as base64", bytes.Repeat([]byte("\x00"), room*3/4-3), false},
		{"control bytes over it as base64", bytes.Repeat([]byte("\x00"), room*3/4+3), true},
		{"binary over it", bytes.Repeat([]byte("\xff"), room*3/4+3), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data, err := answerTo(t, "GET", true, &gateway.Response{Status: 200, Body: tt.body})
			if got := errors.Is(err, gateway.ErrTooLarge); got != tt.tooLarge || err != nil && !got {
				t.Fatalf("Encode of %d bytes = %v, want too large: %v", len(tt.body), err, tt.tooLarge)
			}
			if err == nil && (len(data) > event.MaxALBAnswer || !bytes.Equal(bodyOf(t, data), tt.body)) {
				t.Errorf("%d bytes, or another body", len(data))
			}
		})
	}
	long := strings.Repeat("v", event.MaxALBHeader-len("A: \r\n"))
	for _, tt := range []struct {
		name     string
		header   http.Header
		tooLarge bool
	}{
		{"header at the limit", http.Header{"A": {long}}, false},
		{"header over it", http.Header{"A": {long + "v"}}, true},
		{"headers over it", http.Header{"A": {long}, "B": {""}}, true},
		{"bytes that are no UTF-8 grow", http.Header{"A": {strings.Repeat("\xff", len(long)/2)}}, true},
		{"what is left out does not count", http.Header{"Connection": {long}, "A": {"b"}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := answerTo(t, "GET", true, &gateway.Response{Status: 200, Header: tt.header})
			if got := errors.Is(err, gateway.ErrTooLarge); got != tt.tooLarge {
				t.Errorf("Encode = %v, want too large: %v", err, tt.tooLarge)
			}
		})
	}
}

// bodyOf is what a load balancer makes of an answer's body.
func bodyOf(t testing.TB, data []byte) []byte {
	t.Helper()
	var got events.ALBTargetGroupResponse
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatalf("%v in %.200s", err, data)
	}
	if !got.IsBase64Encoded {
		return []byte(got.Body)
	}
	body, err := base64.StdEncoding.DecodeString(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// TestLambdaGoAnswer: the answer that aws-lambda-go tests itself with has the members that ours has.
func TestLambdaGoAnswer(t *testing.T) {
	data, err := answerTo(t, "GET", true, &gateway.Response{
		Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("Hello from Lambda"),
	})
	if err != nil {
		t.Fatal(err)
	}
	var got events.ALBTargetGroupResponse
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	want := events.ALBTargetGroupResponse{
		StatusCode: 200, StatusDescription: "200 OK", Body: "Hello from Lambda",
		MultiValueHeaders: map[string][]string{"Content-Type": {"application/json"}},
	}
	if err := d.Decode(&got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}
