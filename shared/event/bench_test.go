package event_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"postern/shared/event"
)

// sample is an event of one door: what a signed call of 45 bytes carries.
type sample struct {
	door  string
	data  string
	read  func(data []byte) error
	typed func() any // of aws-lambda-go
}

// samples are one of each door, about 1 KB long, and one of each authorizer.
func samples() []sample {
	const (
		context  = `,"accountId":"123456789012","requestId":"7c2af7db-31f3-42b5-8a6d-9ffc74e3b9e0","apiId":"5h7pqvr9u4","domainPrefix":"api"`
		identity = context + `,"identity":{"sourceIp":"192.0.2.1"}`
		body     = `,"body":"{\"message\":\"hello\",\"items\":[1,2,3],\"ok\":true}","isBase64Encoded":false`
		query    = `"rawQueryString":"a=1&b=x%20y&page=2"`
		lists    = `,"multiValueQueryStringParameters":{"a":["1"],"b":["x y"],"page":["2"]}`
	)
	one, many := carried()
	v2 := func(domain, mark, rest string) string {
		data := strings.Replace(v2Event(domain, context, `,"headers":`+one+`,"cookies":["session=abc123","theme=dark"]`+rest), `"rawQueryString":""`, query, 1)
		return "{" + mark + data[1:]
	}
	rest := restEvent(identity, `,"headers":`+one+`,"multiValueHeaders":`+many+lists)
	asked := func(mark, data string) string {
		return `{"type":"REQUEST",` + mark + `"methodArn":"` + arn + `",` + data[1:]
	}
	door := func(data []byte) error { _, err := event.Read(data, received, event.Options{}); return err }
	authorizer := func(data []byte) error {
		_, err := event.ReadAuthorizer(data, received, event.AuthorizerOptions{Host: "h"})
		return err
	}
	v1 := strings.Replace(restEvent(identity, `,"headers":`+one+`,"queryStringParameters":{"a":"1"}`), "{", `{"version":"1.0",`, 1)
	return []sample{
		{"alb", albEvent(many[1:len(many)-1], strings.Replace(lists, "x y", "x%20y", 1)+body), door, func() any { return &events.ALBTargetGroupRequest{} }},
		{"rest", rest[:len(rest)-1] + body + "}", door, func() any { return &events.APIGatewayProxyRequest{} }},
		{"http", v2("api.example.com", "", body), door, func() any { return &events.APIGatewayV2HTTPRequest{} }},
		{"url", v2("x.lambda-url.us-west-2.on.aws", "", body), door, func() any { return &events.LambdaFunctionURLRequest{} }},
		{"authorizer-token", askedToken, authorizer, func() any { return &events.APIGatewayCustomAuthorizerRequest{} }},
		{"authorizer-rest", asked("", rest), authorizer, func() any { return &events.APIGatewayCustomAuthorizerRequestTypeRequest{} }},
		{"authorizer-http-1", asked("", v1), authorizer, func() any { return &events.APIGatewayV2CustomAuthorizerV1Request{} }},
		{
			"authorizer-http-2", v2("api.example.com", `"type":"REQUEST","routeArn":"`+arn+`",`, ""), authorizer,
			func() any { return &events.APIGatewayV2CustomAuthorizerV2Request{} },
		},
	}
}

// carried is the header of the samples, with a value for each name and with a list.
func carried() (one, many string) {
	header := map[string]string{
		"accept": "application/json", "content-length": "45", "content-type": "application/json", "host": "api.example.com",
		"user-agent": "curl/8.7.1", "authorization": `hmac username="app", signature="c2lnbmF0dXJl"`,
		"x-custom-date": "Mon, 21 Sep 2026 10:00:00 GMT", "x-custom-nonce": "0b7ee33c-9b8f-4a5e-8d33-0f3b7ad7d1d1",
		"x-amzn-trace-id": "Root=1-6a5145a7-5c3686ff7df3149177a89157", "x-forwarded-for": "192.0.2.1",
		"x-forwarded-port": "443", "x-forwarded-proto": "https",
	}
	lists := map[string][]string{}
	for name, value := range header {
		lists[name] = []string{value}
	}
	values, _ := json.Marshal(header)
	all, _ := json.Marshal(lists)
	return string(values), string(all)
}

// beside runs what aws-lambda-go does, and then ours; "of-typed" is the time of ours as a share of the other.
func beside(b *testing.B, typed, own func() error) {
	var base float64
	run := func(b *testing.B, f func() error) float64 {
		b.ReportAllocs()
		for b.Loop() {
			if err := f(); err != nil {
				b.Fatal(err)
			}
		}
		return float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	}
	b.Run("typed", func(b *testing.B) { base = run(b, typed) })
	b.Run("own", func(b *testing.B) { b.ReportMetric(run(b, own)/base, "of-typed") })
}

// BenchmarkRead reads events. What is written into is copied first.
func BenchmarkRead(b *testing.B) {
	for _, s := range samples() {
		b.Run(fmt.Sprintf("%s-%dB", s.door, len(s.data)), func(b *testing.B) {
			buf := make([]byte, len(s.data))
			beside(b, func() error { return json.Unmarshal([]byte(s.data), s.typed()) }, func() error {
				copy(buf, s.data)
				return s.read(buf)
			})
		})
	}
}

// maxAllocations are those of reading a sample. Target of a load balancer's: 14.
func maxAllocations() map[string]float64 {
	return map[string]float64{
		"alb": 14, "rest": 16, "http": 17, "url": 16,
		"authorizer-token": 13, "authorizer-rest": 20, "authorizer-http-1": 21, "authorizer-http-2": 21,
	}
}

// TestReadAllocations: the time of an event is the time of its allocations.
func TestReadAllocations(t *testing.T) {
	for _, s := range samples() {
		buf := make([]byte, len(s.data))
		got := testing.AllocsPerRun(100, func() {
			copy(buf, s.data)
			if err := s.read(buf); err != nil {
				t.Fatal(err)
			}
		})
		if limit := maxAllocations()[s.door]; got > limit {
			t.Errorf("%s: %.0f allocations, want at most %.0f", s.door, got, limit)
		}
		t.Logf("%s: %.0f allocations, %d bytes", s.door, got, len(s.data))
	}
}
