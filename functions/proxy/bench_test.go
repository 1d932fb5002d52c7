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

// signed is the event of a signed request at the load balancer.
func signed() string { return doorEvents()["alb"] }

// authorization signs a request for /members/7.
func authorization() string {
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write([]byte("GET\n/members/7\n2024-05-01T00:00:00Z"))
	return fmt.Sprintf(`hmac algorithm=\"HmacSHA256\", signature=\"%s\"`, base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// headers are those of the events, with a list for each name or with a value.
func headers(lists bool) string {
	all := `"accept":["*/*"],"authorization":["` + authorization() + `"],"host":["members.example.com"],"x-nhn-date":["2024-05-01T00:00:00Z"],` +
		`"user-agent":["curl/8.5.0"],"x-amzn-trace-id":["Root=1-6a5145a7-5c3686ff7df3149177a89157"],"x-forwarded-for":["203.0.113.9"],` +
		`"x-forwarded-port":["443"],"x-forwarded-proto":["https"],"x-padding":["%s"]`
	if lists {
		return all
	}
	return strings.NewReplacer("[", "", "]", "").Replace(all)
}

// doorEvents are events of 1 KB of a signed request, of each door.
func doorEvents() map[string]string {
	v2 := `{"version":"2.0","routeKey":"$default","rawPath":"/members/7","rawQueryString":"","headers":{` + headers(false) + `},` +
		`"requestContext":{"accountId":"anonymous","domainName":"%s","http":{"method":"GET","path":"/members/7","protocol":"HTTP/1.1",` +
		`"sourceIp":"203.0.113.9"},"requestId":"r-1","routeKey":"$default","stage":"$default","timeEpoch":1718639559080},"isBase64Encoded":false}`
	all := map[string]string{
		"alb": `{"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/p/0123456789abcdef"}},` +
			`"httpMethod":"GET","path":"/members/7","multiValueQueryStringParameters":{},"multiValueHeaders":{` + headers(true) + `},` +
			`"body":"","isBase64Encoded":false}`,
		"rest": `{"resource":"/{proxy+}","path":"/members/7","httpMethod":"GET","multiValueHeaders":{` + headers(true) + `},` +
			`"queryStringParameters":null,"multiValueQueryStringParameters":null,"requestContext":{"resourceId":"r","stage":"live",` +
			`"requestId":"r-1","extendedRequestId":"r-2","identity":{"sourceIp":"203.0.113.9"},"domainName":"members.example.com"},` +
			`"body":null,"isBase64Encoded":false}`,
		"http": fmt.Sprintf(v2, "%s", "members.example.com"),
		"url":  fmt.Sprintf(v2, "%s", "abcdef1234.lambda-url.us-east-1.on.aws"),
	}
	for door, event := range all {
		all[door] = fmt.Sprintf(event, strings.Repeat("x", 1024+2-len(event)))
	}
	return all
}

// BenchmarkColdStart is the proxy's beside that of an empty function.
func BenchmarkColdStart(b *testing.B) {
	functiontest.Subject{
		Name: "proxy", Empty: bootstraps.Build(b, "empty", "./testdata/empty"), Ours: bootstraps.Build(b, "proxy", "."), Definition: members,
	}.ColdStart(b)
}

// BenchmarkWarmInvoke is the proxy's at each door beside that of an empty function: HMAC and rate, a mock answers.
func BenchmarkWarmInvoke(b *testing.B) {
	events := doorEvents()
	for _, door := range []string{"alb", "rest", "http", "url"} {
		b.Run(door, functiontest.Subject{
			Name: "proxy", Empty: bootstraps.Build(b, "empty", "./testdata/empty"), Ours: bootstraps.Build(b, "proxy", "."), Definition: members,
			Event: events[door], Want: "hello",
		}.WarmInvoke)
	}
}
