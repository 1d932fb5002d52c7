package lambda_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"postern/shared/aws/lambda"
	"postern/shared/fault"
	"postern/shared/gateway"
)

func TestAnswer(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       gateway.Response
	}{
		{"status alone", `{"statusCode":404}`, gateway.Response{Status: 404, Header: http.Header{}, Body: []byte{}}},
		{"status as text", `{"statusCode":"201","body":null}`, gateway.Response{Status: 201, Header: http.Header{}, Body: []byte{}}},
		{"base64", `{"statusCode":200,"body":"H4sA/w==","isBase64Encoded":true}`, gateway.Response{Status: 200, Header: http.Header{}, Body: []byte("\x1f\x8b\x00\xff")}},
		{
			"headers of all kinds", `{"statusCode":200,"headers":{"content-type":"a/b","x-n":12.50,"X-B":true,"content-length":"99"}}`,
			gateway.Response{Status: 200, Header: http.Header{"Content-Type": {"a/b"}, "X-N": {"12.50"}, "X-B": {"true"}}, Body: []byte{}},
		},
		{
			"both kinds of headers", `{"statusCode":200,"headers":{"x-a":"1","x-c":"4"},"multiValueHeaders":{"X-A":["1","2"],"x-b":["3"],"x-c":[5]}}`,
			gateway.Response{Status: 200, Header: http.Header{"X-A": {"1", "2"}, "X-B": {"3"}, "X-C": {"5", "4"}}, Body: []byte{}},
		},
		{
			"cookies", `{"statusCode":200,"cookies":["a=1","b=2; Path=/"]}`,
			gateway.Response{Status: 200, Header: http.Header{"Set-Cookie": {"a=1", "b=2; Path=/"}}, Body: []byte{}},
		},
		{
			"hop-by-hop", `{"statusCode":200,"headers":{"connection":"x-hop","x-hop":"1","transfer-encoding":"chunked","x-end":"1"}}`,
			gateway.Response{Status: 200, Header: http.Header{"X-End": {"1"}}, Body: []byte{}},
		},
		{"no content", `{"statusCode":204,"body":"x"}`, gateway.Response{Status: 204, Header: http.Header{}}},
		{"unknown members", `{"statusCode":200,"x":{},"body":"<é>"}`, gateway.Response{Status: 200, Header: http.Header{}, Body: []byte("<é>")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := lambda.Read([]byte(tt.text))
			if err != nil || !reflect.DeepEqual(*got, tt.want) {
				t.Errorf("Read(%s) = %+v, %v, want %+v", tt.text, got, err, tt.want)
			}
		})
	}
}

func TestNoAnswer(t *testing.T) {
	for text, want := range map[string]string{
		``:                     "it is no JSON",
		`<html>`:               "it is no JSON",
		`"hello"`:              "it is no object with statusCode",
		`[]`:                   "it is no object with statusCode",
		`null`:                 "statusCode is missing",
		`{"hello":"hunter2"}`:  "statusCode is missing",
		`{"statusCode":null}`:  "statusCode is missing",
		`{"statusCode":""}`:    "statusCode is no status",
		`{"statusCode":"abc"}`: "statusCode is no status",
		`{"statusCode":{}}`:    "statusCode has the wrong type",
		`{"statusCode":200.5}`: "statusCode is no status",
		`{"statusCode":101}`:   "statusCode is no status",
		`{"statusCode":1000}`:  "statusCode is no status",
		`{"statusCode":-200}`:  "statusCode is no status",
		`{"statusCode":2e2}`:   "statusCode is no status",
		`{"statusCode":200,"body":{"hunter2":1}}`:                     "body has the wrong type",
		`{"statusCode":200,"headers":["hunter2"]}`:                    "headers has the wrong type",
		`{"statusCode":200,"headers":{"hunter2":{}}}`:                 "headers are no texts",
		`{"statusCode":200,"headers":{"hunter2":null}}`:               "headers are no texts",
		`{"statusCode":200,"multiValueHeaders":{"hunter2":"a"}}`:      "multiValueHeaders has the wrong type",
		`{"statusCode":200,"headers":{"hunter2 ":"a"}}`:               "headers are none of HTTP",
		`{"statusCode":200,"headers":{"X":"hunter2\r\nY: 1"}}`:        "headers are none of HTTP",
		`{"statusCode":200,"cookies":["hunter2\n"]}`:                  "headers are none of HTTP",
		`{"statusCode":200,"body":"hunter2!","isBase64Encoded":true}`: "body is no base64",
		`{"statusCode":200,"isBase64Encoded":"yes"}`:                  "isBase64Encoded has the wrong type",
	} {
		a, err := lambda.Read([]byte(text))
		if err == nil {
			t.Errorf("Read(%s) = %+v, want %q", text, a, want)
			continue
		}
		f := fault.From(err)
		if f.Kind != fault.BackendFunction || f.Args["problem"] != want || strings.Contains(f.Args["problem"], "hunter2") {
			t.Errorf("Read(%s) = %v, %v, want %q", text, err, f.Args, want)
		}
	}
}

// FuzzAnswer: whatever a function returns is an answer that HTTP allows, or a fault whose words are ours.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		plain, `"hello"`, `{"statusCode":"200","multiValueHeaders":{"a":["b",1]},"cookies":["c=d"],"body":"YQ==","isBase64Encoded":true}`,
		`{"statusCode":200,"headers":{"a":"\r\n"}}`, `{"statusCode":200,"headers":{"connection":"close, x","x":null}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := lambda.Read([]byte(text))
		if err != nil {
			if got := fault.From(err); got.Kind != fault.BackendFunction || len(got.Args["problem"]) > 60 || got.Args["problem"] == "" {
				t.Errorf("Read(%q) = %v, %v", text, err, got.Args)
			}
			return
		}
		if a.Status < 200 || a.Status > 999 || a.Header == nil {
			t.Errorf("Read(%q) = %+v", text, a)
		}
		for name, values := range a.Header {
			for _, v := range append(values, name) {
				if strings.ContainsAny(v, "\r\n\x00") {
					t.Errorf("Read(%q) has the header %q: %q", text, name, v)
				}
			}
		}
		for _, name := range []string{"Connection", "Transfer-Encoding", "Content-Length"} {
			if a.Header[name] != nil {
				t.Errorf("Read(%q) has a header %s", text, name)
			}
		}
	})
}
