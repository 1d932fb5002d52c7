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

// BenchmarkColdStart is the time from exec to the first poll: of the empty function, of the proxy with its tables in DynamoDB
// (which is not called), and of the proxy without any. They take turns.
func BenchmarkColdStart(b *testing.B) {
	empty, proxy := bootstraps.Build(b, "empty", "./testdata/empty"), bootstraps.Build(b, "proxy", ".")
	dynamo, memory := functiontest.Variables(b, "table", members), functiontest.Variables(b, "memory", members)
	var none, tables, local functiontest.Sample
	for b.Loop() {
		for _, run := range []struct {
			bootstrap string
			env       []string
			into      *functiontest.Sample
		}{{empty, nil, &none}, {proxy, dynamo, &tables}, {proxy, memory, &local}} {
			p := functiontest.Start(b, run.bootstrap, run.env...)
			*run.into = append(*run.into, p.Ready)
			p.Kill()
		}
	}
	b.ReportMetric(none.Min(), "empty-min-ms")
	b.ReportMetric(none.Median(), "empty-p50-ms")
	b.ReportMetric(tables.Min(), "proxy-min-ms")
	b.ReportMetric(tables.Median(), "proxy-p50-ms")
	b.ReportMetric(tables.Min()/none.Min(), "min-ratio")
	b.ReportMetric(tables.Median()/none.Median(), "p50-ratio")
	b.ReportMetric(local.Min()/none.Min(), "memory-min-ratio")
	b.ReportMetric(local.Median()/none.Median(), "memory-p50-ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkWarmInvoke is the time from the event to its answer, through the Runtime API: HMAC and rate, a mock answers.
func BenchmarkWarmInvoke(b *testing.B) {
	event := signed()
	empty := functiontest.Start(b, bootstraps.Build(b, "empty", "./testdata/empty"))
	proxy := functiontest.Start(b, bootstraps.Build(b, "proxy", "."), functiontest.Variables(b, "memory", members)...)
	if answer, _ := proxy.Invoke(b, event); !strings.Contains(answer, "hello") {
		b.Fatal(answer)
	}
	var none, ours functiontest.Sample
	for b.Loop() {
		_, took := empty.Invoke(b, event)
		none = append(none, took)
		_, took = proxy.Invoke(b, event)
		ours = append(ours, took)
	}
	b.ReportMetric(none.Median()*1e3, "empty-p50-µs")
	b.ReportMetric(ours.Median()*1e3, "proxy-p50-µs")
	b.ReportMetric(ours.Median()/none.Median(), "p50-ratio")
	b.ReportMetric(empty.RSS(b), "empty-RSS-MB")
	b.ReportMetric(proxy.RSS(b), "proxy-RSS-MB")
	b.ReportMetric(0, "ns/op")
}
