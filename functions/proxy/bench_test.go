package main_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"postern/functions/internal/functiontest"
)

const members = `version: 1
apis:
  - name: members
    hosts: [members.example.com]
    dialect: nhn
    auth: [{hmac: {secret: "${env:SECRET}", skew: 876000h}}]
    limits: {caller: {per: client, rate: 1000000/s}}
    backend: {mock: {status: 200, headers: {Content-Type: text/plain}, body: hello}}
    routes: [{path: "/members/{id}", methods: [GET]}]
`

func TestMain(m *testing.M) { functiontest.Main(m, &bootstraps) }

var bootstraps functiontest.Builder

// signed is an event of 1 KB of a signed request.
func signed() string {
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte("GET\n/members/7\n2024-05-01T00:00:00Z"))
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	event := fmt.Sprintf(`{"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/p/0123456789abcdef"}},`+
		`"httpMethod":"GET","path":"/members/7","multiValueQueryStringParameters":{},"multiValueHeaders":{"accept":["*/*"],`+
		`"authorization":["hmac algorithm=\"HmacSHA256\", signature=\"%s\""],"host":["members.example.com"],"x-nhn-date":["2024-05-01T00:00:00Z"],`+
		`"user-agent":["curl/8.5.0"],"x-amzn-trace-id":["Root=1-6a5145a7-5c3686ff7df3149177a89157"],"x-forwarded-for":["203.0.113.9"],`+
		`"x-forwarded-port":["443"],"x-forwarded-proto":["https"],"x-padding":["%%s"]},"body":"","isBase64Encoded":false}`, signature)
	return fmt.Sprintf(event, strings.Repeat("x", 1024+2-len(event)))
}

// BenchmarkColdStart is the proxy's beside that of an empty function.
func BenchmarkColdStart(b *testing.B) {
	empty, proxy := bootstraps.Build(b, "empty", "./testdata/empty"), bootstraps.Build(b, "proxy", ".")
	functiontest.ColdStart(b, "proxy", empty, proxy, members)
}

// BenchmarkWarmInvoke is the proxy's beside that of an empty function: HMAC and rate, a mock answers.
func BenchmarkWarmInvoke(b *testing.B) {
	event := signed()
	empty := functiontest.Start(b, bootstraps.Build(b, "empty", "./testdata/empty"))
	proxy := functiontest.Start(b, bootstraps.Build(b, "proxy", "."), functiontest.Variables(b, "memory", members)...)
	if answer, _ := proxy.Invoke(b, event); !strings.Contains(answer, "hello") {
		b.Fatal(answer)
	}
	functiontest.WarmInvoke(b, "proxy", empty, proxy, event)
}
