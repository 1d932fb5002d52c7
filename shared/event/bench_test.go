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

// kilobyte is an event of 1 KB with what a signed call carries.
func kilobyte() []byte {
	return []byte(albEvent(`"accept":["application/json"],"content-length":["45"],"content-type":["application/json"],`+
		`"host":["api.example.com"],"user-agent":["curl/8.7.1"],`+
		`"authorization":["hmac username=\"app\", signature=\"c2lnbmF0dXJl\""],`+
		`"x-custom-date":["Mon, 21 Sep 2026 10:00:00 GMT"],"x-custom-nonce":["0b7ee33c-9b8f-4a5e-8d33-0f3b7ad7d1d1"],`+
		`"cookie":["session=abc123; theme=dark"],"x-amzn-trace-id":["Root=1-6a5145a7-5c3686ff7df3149177a89157"],`+
		`"x-forwarded-for":["198.51.100.7"],"x-forwarded-port":["443"],"x-forwarded-proto":["https"]`,
		`,"multiValueQueryStringParameters":{"a":["1"],"b":["x%20y"],"page":["2"]},`+
			`"body":"{\"message\":\"hello\",\"items\":[1,2,3],\"ok\":true}","isBase64Encoded":false`+strings.Repeat(" ", 100)))
}

func BenchmarkALBRead(b *testing.B) {
	data := kilobyte()
	b.Run("own", func(b *testing.B) {
		b.ReportAllocs()
		buf := make([]byte, len(data))
		for b.Loop() {
			copy(buf, data) // it is written into
			if _, err := event.ALB(buf, received, event.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("typed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var typed events.ALBTargetGroupRequest
			if err := json.Unmarshal(data, &typed); err != nil {
				b.Fatal(err)
			}
		}
	})
	encoded := base64.StdEncoding.EncodeToString(make([]byte, 700_000))
	binary := []byte(albEvent(``, `,"isBase64Encoded":true,"body":"`+encoded+`"`))
	b.Run("700KB", func(b *testing.B) {
		b.ReportAllocs()
		buf := make([]byte, len(binary))
		for b.Loop() {
			copy(buf, binary)
			if _, err := event.ALB(buf, received, event.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkALBEncode(b *testing.B) {
	e := read(b, string(kilobyte()), event.Options{})
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"1"}, "Date": {"Mon, 21 Sep 2026 10:00:00 GMT"}}
	for name, body := range map[string][]byte{
		"1KB-text": []byte(strings.Repeat(`{"message":"hello, world"}, `, 37)), "700KB-binary": make([]byte, 700_000),
		"700KB-text": []byte(strings.Repeat(`{"message":"hello, world"}, `, 25_000)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Encode(&gateway.Response{Status: 200, Header: header, Body: body}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("typed-1KB-text", func(b *testing.B) {
		b.ReportAllocs()
		answer := events.ALBTargetGroupResponse{
			StatusCode: 200, StatusDescription: "200 OK", MultiValueHeaders: header,
			Body: strings.Repeat(`{"message":"hello, world"}, `, 37),
		}
		for b.Loop() {
			if _, err := json.Marshal(answer); err != nil {
				b.Fatal(err)
			}
		}
	})
}
