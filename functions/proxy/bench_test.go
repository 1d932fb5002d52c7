package main_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/config"
	"postern/shared/config/yaml"
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

// compiled is the path of a definition as postern compile writes it.
func compiled(tb testing.TB, text string) string {
	tb.Helper()
	def, source, problems := yaml.Load("postern.yaml", []byte(text))
	if len(problems) > 0 {
		tb.Fatal(source.Report(problems))
	}
	data, err := config.Compile(def, nil)
	if err != nil {
		tb.Fatal(err)
	}
	name := filepath.Join(tb.TempDir(), "postern.json")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return name
}

// variables are the environment of the proxy, its tables as named.
func variables(tb testing.TB, tables, definition string) []string {
	tb.Helper()
	return []string{
		"POSTERN_DEFINITION=" + compiled(tb, definition), "SECRET=secret",
		"POSTERN_REGISTRY_TABLE=" + tables, "POSTERN_STATE_TABLE=" + tables,
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=s",
	}
}

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

type sample []time.Duration

func (s sample) min() float64    { return ms(slices.Min(s)) }
func (s sample) median() float64 { slices.Sort(s); return ms(s[len(s)/2]) }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

// BenchmarkColdStart is the time from exec to the first poll: of the empty function, of the proxy with its tables in DynamoDB
// (which is not called), and of the proxy without any. They take turns.
func BenchmarkColdStart(b *testing.B) {
	empty, proxy := build(b, "empty", "./testdata/empty"), build(b, "proxy", ".")
	dynamo, memory := variables(b, "table", members), variables(b, "memory", members)
	var none, tables, local sample
	for b.Loop() {
		for _, run := range []struct {
			bootstrap string
			env       []string
			into      *sample
		}{{empty, nil, &none}, {proxy, dynamo, &tables}, {proxy, memory, &local}} {
			p := start(b, run.bootstrap, run.env...)
			*run.into = append(*run.into, p.ready)
			p.kill()
		}
	}
	b.ReportMetric(none.min(), "empty-min-ms")
	b.ReportMetric(none.median(), "empty-p50-ms")
	b.ReportMetric(tables.min(), "proxy-min-ms")
	b.ReportMetric(tables.median(), "proxy-p50-ms")
	b.ReportMetric(tables.min()/none.min(), "min-ratio")
	b.ReportMetric(tables.median()/none.median(), "p50-ratio")
	b.ReportMetric(local.min()/none.min(), "memory-min-ratio")
	b.ReportMetric(local.median()/none.median(), "memory-p50-ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkWarmInvoke is the time from the event to its answer, through the Runtime API: HMAC and rate, a mock answers.
func BenchmarkWarmInvoke(b *testing.B) {
	event := signed()
	empty := start(b, build(b, "empty", "./testdata/empty"))
	proxy := start(b, build(b, "proxy", "."), variables(b, "memory", members)...)
	if answer, _ := proxy.invoke(b, event); !strings.Contains(answer, "hello") {
		b.Fatal(answer)
	}
	var none, ours sample
	for b.Loop() {
		_, took := empty.invoke(b, event)
		none = append(none, took)
		_, took = proxy.invoke(b, event)
		ours = append(ours, took)
	}
	b.ReportMetric(none.median()*1e3, "empty-p50-µs")
	b.ReportMetric(ours.median()*1e3, "proxy-p50-µs")
	b.ReportMetric(ours.median()/none.median(), "p50-ratio")
	b.ReportMetric(empty.rss(b), "empty-RSS-MB")
	b.ReportMetric(proxy.rss(b), "proxy-RSS-MB")
	b.ReportMetric(0, "ns/op")
}

// rss is what the process holds of the memory, in MB.
func (p *process) rss(tb testing.TB) float64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		tb.Fatal(err)
	}
	_, line, _ := strings.Cut(string(status), "VmRSS:")
	var kib float64
	if _, err := fmt.Sscan(line, &kib); err != nil {
		tb.Fatal(err)
	}
	return kib / 1024
}
