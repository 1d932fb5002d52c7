package function_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
	"time"

	"postern/shared/function"
)

// BenchmarkAuthorize is the authorizer's handler alone: event, HMAC, rate, verdict.
func BenchmarkAuthorize(b *testing.B) {
	for _, mode := range []string{"enforce", "annotate"} {
		b.Run(mode, func(b *testing.B) {
			change := func(o *function.Options) { o.Log, o.Now = io.Discard, time.Now }
			f := newBench(b, given{definition: limited, change: change, env: map[string]string{"POSTERN_AUTHORIZER_MODE": mode}})
			request := (&apiGateway{kind: "http"}).event(signed("GET", "/members/7").with("user-agent", "curl/8.5.0").with("accept", "*/*"))
			request["type"], request["routeArn"] = "REQUEST", "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/$default/GET/members/7"
			event, err := json.Marshal(request)
			if err != nil {
				b.Fatal(err)
			}
			data := make([]byte, len(event))
			b.ReportAllocs()
			for b.Loop() {
				copy(data, event) // it is written into
				ctx, cancel := within(b.Context())
				answer, _ := function.Authorizer{Function: f.Function}.Invoke(ctx, data)
				cancel()
				if !bytes.HasPrefix(answer, []byte(`{"isAuthorized":true,`)) {
					b.Fatalf("%s", answer)
				}
			}
		})
	}
}
