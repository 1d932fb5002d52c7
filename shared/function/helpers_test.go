package function_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/function"
	"postern/shared/limit"
	"postern/shared/memory"
)

const members = `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    backend: {mock: {status: 200, headers: {X-Stage: "${env:STAGE}"}, body: hello}}
    routes: [{name: get, path: /a, methods: [GET], limits: {all: {per: api, quota: 1000/day}}}]
`

// bench is a function in the hands of a test.
type bench struct {
	t   testing.TB
	log *lines
	now *watch
	*function.Function
}

// given is what a bench is made of.
type given struct {
	definition string            // YAML; "": there is no file
	compiled   string            // instead: what the file says
	env        map[string]string // beside the tables, which are in memory
	change     func(*function.Options)
}

func newBench(t testing.TB, g given) *bench {
	t.Helper()
	b := &bench{t: t, log: &lines{}, now: &watch{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}}
	dir := t.TempDir()
	if g.definition != "" {
		def, source, problems := yaml.Load("postern.yaml", []byte(g.definition))
		if len(problems) > 0 {
			t.Fatal(source.Report(problems))
		}
		data, err := config.Compile(def, nil)
		if err != nil {
			t.Fatal(err)
		}
		g.compiled = string(data)
	}
	if g.compiled != "" {
		if err := os.WriteFile(filepath.Join(dir, "postern.json"), []byte(g.compiled), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{
		"LAMBDA_TASK_ROOT": dir, "STAGE": "test",
		"POSTERN_REGISTRY_TABLE": "memory", "POSTERN_STATE_TABLE": "memory",
		"AWS_LAMBDA_FUNCTION_NAME": "proxy", "AWS_LAMBDA_FUNCTION_VERSION": "7", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
	}
	for name, value := range g.env {
		env[name] = value
	}
	o := function.Options{
		Env: func(name string) (string, bool) { value, ok := env[name]; return value, ok }, Log: b.log, Now: b.now.Now,
	}
	if g.change != nil {
		g.change(&o)
	}
	b.Function = function.New(t.Context(), o)
	return b
}

type secretsFunc = func(context.Context, []string) (map[string]string, error)

// stores are those in memory, with secrets and a counter of the test.
func stores(secrets secretsFunc, counter limit.Counter) func(*config.Definition, function.Settings, function.Options) (function.Stores, error) {
	return func(*config.Definition, function.Settings, function.Options) (function.Stores, error) {
		nobody := memory.NewRegistry()
		return function.Stores{Keys: nobody, Plans: nobody, Secrets: secrets, Counter: counter, Breaker: &memory.Breaker{}}, nil
	}
}

type watch struct {
	mu  sync.Mutex
	now time.Time
}

func (w *watch) Now() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }

func (w *watch) move(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.now = w.now.Add(d) }

// lines are what was logged since they were last taken.
type lines struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.out.Write(p) }

func (l *lines) take(t testing.TB) (all []map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.out.String()) {
		fields := map[string]any{}
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, fields)
	}
	l.out.Reset()
	return all
}

// answered is what a load balancer takes of an answer.
type answered struct {
	Status  int                 `json:"statusCode"`
	Base64  *bool               `json:"isBase64Encoded"`
	Single  map[string]string   `json:"headers"`
	Headers map[string][]string `json:"multiValueHeaders"`
	Body    string              `json:"body"`
}

func (b *bench) invoke(ctx context.Context, data string) answered {
	b.t.Helper()
	out, err := b.Invoke(ctx, []byte(data))
	if err != nil {
		b.t.Fatalf("Invoke(%.100s) = %v, want no error ever", data, err)
	}
	var a answered
	if err := json.Unmarshal(out, &a); err != nil {
		b.t.Fatalf("Invoke(%.100s) = %s: %v", data, out, err)
	}
	if a.Status == 0 || a.Base64 == nil {
		b.t.Fatalf("Invoke(%.100s) = %s: a load balancer answers 502 to that", data, out)
	}
	return a
}

func get(path string) string {
	return fmt.Sprintf(`{"requestContext":{"elb":{"targetGroupArn":"arn"}},"httpMethod":"GET","path":%q,`+
		`"multiValueQueryStringParameters":{},"multiValueHeaders":{"host":["h"],"x-forwarded-for":["203.0.113.9"],`+
		`"x-amzn-trace-id":["Root=1-6a5145a7-5c3686ff7df3149177a89157"]},"body":"","isBase64Encoded":false}`, path)
}

const (
	health = `{"requestContext":{"elb":{"targetGroupArn":"arn"}},"httpMethod":"GET","path":"/",` +
		`"multiValueHeaders":{"user-agent":["ELB-HealthChecker/2.0"]},"body":"","isBase64Encoded":false}`
	nhnFailed  = `{"header":{"isSuccessful":false,"resultCode":5000000,"resultMessage":"Internal Server Error"}}`
	toastFails = `{"header":{"resultCode":500,"resultMessage":"500 Internal Server Error","isSuccessful":false}}`
)
