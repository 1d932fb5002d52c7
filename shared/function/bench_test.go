package function_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"postern/shared/function"
)

const limited = `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    auth: [{hmac: {secret: "${env:STAGE}", skew: 876000h}}]
    limits: {caller: {per: client, rate: 1000000/s}}
    backend: {mock: {status: 200, headers: {Content-Type: text/plain}, body: hello}}
    routes: [{path: "/members/{id}", methods: [GET]}]
`

// padded is a signed event of 1 KB.
func padded() string {
	mac := hmac.New(sha256.New, []byte("test"))
	mac.Write([]byte("GET\n/members/7\n2024-05-01T00:00:00Z"))
	event := strings.Replace(get("/members/7"), `"host":["h"]`, fmt.Sprintf(`"host":["h"],"x-nhn-date":["2024-05-01T00:00:00Z"],`+
		`"authorization":["hmac algorithm=\"HmacSHA256\", signature=\"%s\""],"user-agent":["curl/8.5.0"],"accept":["*/*"],"x-padding":["%%s"]`,
		base64.StdEncoding.EncodeToString(mac.Sum(nil))), 1)
	return fmt.Sprintf(event, strings.Repeat("x", 1024+2-len(event)))
}

// within is the context that aws-lambda-go gives an invocation.
func within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	ctx = lambdacontext.NewContext(ctx, &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	return context.WithValue(ctx, traceKey(), "Root=1-a;Parent=b;Sampled=1"), cancel
}

// traceKey is aws-lambda-go's.
func traceKey() any { return "x-amzn-trace-id" }

// BenchmarkInvoke is the handler alone: event, HMAC, rate, mock, answer, record.
func BenchmarkInvoke(b *testing.B) {
	f := newBench(b, given{definition: limited, change: func(o *function.Options) { o.Log, o.Now = io.Discard, time.Now }})
	event := padded()
	data := make([]byte, len(event))
	b.ReportAllocs()
	for b.Loop() {
		copy(data, event) // it is written into
		ctx, cancel := within(b.Context())
		answer, _ := f.Invoke(ctx, data)
		cancel()
		if !strings.Contains(string(answer), "hello") {
			b.Fatalf("%s", answer)
		}
	}
}

// TestAllocations: an invocation costs at most 170 allocations, beside the 150 of aws-lambda-go.
func TestAllocations(t *testing.T) {
	f := newBench(t, given{definition: limited, change: func(o *function.Options) { o.Log, o.Now = io.Discard, time.Now }})
	event := padded()
	got := testing.AllocsPerRun(100, func() {
		ctx, cancel := within(t.Context())
		defer cancel()
		_, _ = f.Invoke(ctx, []byte(event))
	})
	if got > 170 {
		t.Errorf("%.0f allocations, want at most 170", got)
	}
	t.Logf("%.0f allocations", got)
}
