package event_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"postern/shared/event"
	"postern/shared/gateway"
)

// BenchmarkEncode writes an answer of 1 KB for each door.
func BenchmarkEncode(b *testing.B) {
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"1"}, "Date": {"Mon, 21 Sep 2026 10:00:00 GMT"}}
	single := map[string]string{"Content-Type": "application/json", "X-Request-Id": "1", "Date": "Mon, 21 Sep 2026 10:00:00 GMT"}
	text := strings.Repeat(`{"message":"hello, world"}, `, 37)
	answer := &gateway.Response{Status: 200, Header: header, Body: []byte(text)}
	typed := map[string]any{
		"alb":  events.ALBTargetGroupResponse{StatusCode: 200, StatusDescription: "200 OK", MultiValueHeaders: header, Body: text},
		"rest": events.APIGatewayProxyResponse{StatusCode: 200, MultiValueHeaders: header, Body: text},
		"http": events.APIGatewayV2HTTPResponse{StatusCode: 200, Headers: single, Body: text},
		"url":  events.LambdaFunctionURLResponse{StatusCode: 200, Headers: single, Body: text},
	}
	for _, s := range samples()[:4] {
		e, err := event.Read([]byte(s.data), received, event.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(s.door+"-1KB", func(b *testing.B) {
			beside(b, func() error { _, err := json.Marshal(typed[s.door]); return err },
				func() error { _, err := e.Encode(answer); return err })
		})
	}
}

// BenchmarkEncodeLarge writes 4 MB of bytes, as base64 and as a stream, and 700 KB of text: it must not copy them.
func BenchmarkEncodeLarge(b *testing.B) {
	answers := map[string]*gateway.Response{
		"binary-4MB": {Status: 200, Body: make([]byte, 4<<20)},
		"text-700KB": {Status: 200, Body: []byte(strings.Repeat(`{"message":"hello, world"}, `, 25_000))},
	}
	for mode, stream := range map[string]bool{"buffered": false, "stream": true} {
		e, err := event.Read([]byte(samples()[3].data), received, event.Options{Stream: stream})
		if err != nil {
			b.Fatal(err)
		}
		for name, a := range answers {
			b.Run(name+"-"+mode, func(b *testing.B) {
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

// BenchmarkReadLarge reads a body of 700 KB.
func BenchmarkReadLarge(b *testing.B) {
	data := albEvent(``, `,"isBase64Encoded":true,"body":"`+base64.StdEncoding.EncodeToString(make([]byte, 700_000))+`"`)
	buf := make([]byte, len(data))
	beside(b, func() error { return json.Unmarshal([]byte(data), &events.ALBTargetGroupRequest{}) }, func() error {
		copy(buf, data)
		_, err := event.ALB(buf, received, event.Options{})
		return err
	})
}

// BenchmarkDecide writes what an authorizer says: an allowance with a verdict of 300 bytes.
func BenchmarkDecide(b *testing.B) {
	said := map[string]string{"posternV": "1", "posternVerdict": strings.Repeat("eyJh", 75)}
	context := map[string]any{"posternV": "1", "posternVerdict": strings.Repeat("eyJh", 75)}
	policy := events.APIGatewayCustomAuthorizerPolicy{Version: "2012-10-17", Statement: []events.IAMPolicyStatement{
		{Action: []string{"execute-api:Invoke"}, Effect: "Allow", Resource: []string{arn}},
	}}
	for name, asked := range map[string]struct {
		data  string
		typed any
	}{
		"policy": {askedREST, events.APIGatewayCustomAuthorizerResponse{PrincipalID: "shop", PolicyDocument: policy, Context: context}},
		"simple": {askedHTTP, events.APIGatewayV2CustomAuthorizerSimpleResponse{IsAuthorized: true, Context: context}},
	} {
		e := ask(b, asked.data, event.AuthorizerOptions{})
		b.Run(name, func(b *testing.B) {
			beside(b, func() error { _, err := json.Marshal(asked.typed); return err }, func() error {
				e.Encode(event.Decision{Allow: true, Principal: "shop", Context: said})
				return nil
			})
		})
	}
}
