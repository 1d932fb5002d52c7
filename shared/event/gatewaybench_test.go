package event_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"postern/shared/event"
	"postern/shared/gateway"
)

// kilobytes are events of 1 KB and somewhat more with what a signed call carries.
func kilobytes() map[string]string {
	const context = `,"accountId":"123456789012","requestId":"7c2af7db-31f3-42b5-8a6d-9ffc74e3b9e0","apiId":"5h7pqvr9u4","domainPrefix":"api"`
	headers := map[string]string{
		"accept": "application/json", "content-length": "45", "content-type": "application/json", "host": "api.example.com",
		"user-agent": "curl/8.7.1", "authorization": `hmac username="app", signature="c2lnbmF0dXJl"`,
		"x-custom-date": "Mon, 21 Sep 2026 10:00:00 GMT", "x-custom-nonce": "0b7ee33c-9b8f-4a5e-8d33-0f3b7ad7d1d1",
		"x-amzn-trace-id": "Root=1-6a5145a7-5c3686ff7df3149177a89157", "x-forwarded-for": "192.0.2.1",
		"x-forwarded-port": "443", "x-forwarded-proto": "https",
	}
	lists := map[string][]string{}
	for name, value := range headers {
		lists[name] = []string{value}
	}
	one, _ := json.Marshal(headers)
	many, _ := json.Marshal(lists)
	const body = `,"body":"{\"message\":\"hello\",\"items\":[1,2,3],\"ok\":true}","isBase64Encoded":false`
	v2 := `,"headers":` + string(one) + `,"cookies":["session=abc123","theme=dark"]` + body
	query := func(data string) string {
		return strings.Replace(data, `"rawQueryString":""`, `"rawQueryString":"a=1&b=x%20y&page=2"`, 1)
	}
	return map[string]string{
		"rest": restEvent(context+`,"identity":{"sourceIp":"192.0.2.1"}`, `,"headers":`+string(one)+`,"multiValueHeaders":`+string(many)+
			`,"multiValueQueryStringParameters":{"a":["1"],"b":["x y"],"page":["2"]}`+body),
		"http": query(v2Event("api.example.com", context, v2)),
		"url":  query(v2Event("x.lambda-url.us-west-2.on.aws", context, v2)),
	}
}

func BenchmarkRead(b *testing.B) {
	typed := map[string]func() any{
		"rest": func() any { return &events.APIGatewayProxyRequest{} },
		"http": func() any { return &events.APIGatewayV2HTTPRequest{} },
		"url":  func() any { return &events.LambdaFunctionURLRequest{} },
	}
	for door, data := range kilobytes() {
		b.Run(door+"/own", func(b *testing.B) {
			b.ReportAllocs()
			buf := make([]byte, len(data))
			for b.Loop() {
				copy(buf, data) // it is written into
				if _, err := event.Read(buf, received, event.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(door+"/typed", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := json.Unmarshal([]byte(data), typed[door]()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"1"}, "Date": {"Mon, 21 Sep 2026 10:00:00 GMT"}}
	answers := map[string]*gateway.Response{
		"1KB":    {Status: 200, Header: header, Body: []byte(strings.Repeat(`{"message":"hello, world"}, `, 37))},
		"4MB":    {Status: 200, Header: header, Body: make([]byte, 4<<20)},
		"cookie": {Status: 200, Header: http.Header{"Set-Cookie": {"a=1", "b=2"}}},
	}
	for door, data := range kilobytes() {
		for _, stream := range []bool{false, true} {
			e, err := event.Read([]byte(data), received, event.Options{Stream: stream})
			if err != nil {
				b.Fatal(err)
			}
			if stream && !e.Stream {
				continue
			}
			for name, a := range answers {
				b.Run(door+"/"+name+map[bool]string{true: "/stream"}[stream], func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						if _, err := e.Encode(a); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}
