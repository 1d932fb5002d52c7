package function_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"postern/shared/function"
)

func TestMetrics(t *testing.T) {
	tests := []struct {
		name        string
		env         map[string]string
		wantService string
		wantMetrics bool
	}{
		{"as it is", nil, "proxy", true},
		{"asked for", map[string]string{"POSTERN_METRICS": "emf"}, "proxy", true},
		{"of a service", map[string]string{"POSTERN_SERVICE": "shop"}, "shop", true},
		{"not wanted", map[string]string{"POSTERN_METRICS": "none"}, "proxy", false},
		{"nameless", map[string]string{"AWS_LAMBDA_FUNCTION_NAME": ""}, "postern", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, given{definition: members, env: tt.env})
			for i, wantCold := range []bool{true, false} {
				b.invoke(t.Context(), get("/a"))
				lines := b.log.take(t)
				if len(lines) != 1 {
					t.Fatalf("%d lines, want 1: %v", len(lines), lines)
				}
				fields := lines[0]
				_, emf := fields["_aws"]
				_, cold := fields["postern_cold_starts_total"]
				if fields["service"] != tt.wantService || emf != tt.wantMetrics || cold != (wantCold && tt.wantMetrics) {
					t.Errorf("%d: service %v, metrics %v, a cold start %v, want %s, %v, %v",
						i, fields["service"], emf, cold, tt.wantService, tt.wantMetrics, wantCold)
				}
				if fields["cold_start"] != wantCold {
					t.Errorf("%d: cold_start = %v, want %v", i, fields["cold_start"], wantCold)
				}
			}
		})
	}
}

// TestPowertools: the fields of Powertools for AWS (docs.powertools.aws.dev, Logger, standard structured keys).
func TestPowertools(t *testing.T) {
	const arn = "arn:aws:lambda:eu-west-1:123456789012:function:proxy:live"
	b := newBench(t, given{definition: members, env: map[string]string{"POSTERN_SERVICE": "shop"}})
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r-1", InvokedFunctionArn: arn})
	b.invoke(context.WithValue(ctx, traceKey(), "Root=1-6a5145a7-a;Parent=b;Sampled=1"), get("/a"))
	fields := b.log.take(t)[0]
	for name, want := range map[string]any{
		"level": "INFO", "message": "exchange", "service": "shop", "cold_start": true, "function_name": "proxy",
		"function_memory_size": 512., "function_arn": arn, "function_request_id": "r-1", "xray_trace_id": "1-6a5145a7-a",
	} {
		if fields[name] != want {
			t.Errorf("%s = %v, want %v", name, fields[name], want)
		}
	}
	if at, _ := fields["timestamp"].(string); at == "" {
		t.Error("there is no timestamp")
	}
}

// TestTrace: a backend is told the trace as the front door has it, once.
func TestTrace(t *testing.T) {
	var got []string
	backend := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r.Header.Values("X-Amzn-Trace-Id")
	}))
	t.Cleanup(backend.Close)
	definition := strings.Replace(members, `mock: {status: 200, headers: {X-Stage: "${env:STAGE}"}, body: hello}`, `url: "`+backend.URL+`"`, 1)
	b := newBench(t, given{definition: strings.Replace(definition, "apis:", "egress: {allow: [127.0.0.0/8]}\napis:", 1)})
	const root = "Root=1-6a5145a7-5c3686ff7df3149177a89157"
	for _, sent := range []string{root, "Self=1-67891234-12456789abcdef012345678;" + root} {
		ctx := context.WithValue(t.Context(), traceKey(), "Root=1-other;Parent=b;Sampled=0")
		if a := b.invoke(ctx, strings.Replace(get("/a"), root, sent, 1)); a.Status != http.StatusOK {
			t.Fatalf("answer %d %s", a.Status, a.Body)
		}
		if len(got) != 1 || got[0] != sent {
			t.Errorf("X-Amzn-Trace-Id %q reaches the backend, want %q", got, sent)
		}
	}
}

func TestServiceThatCloudWatchRefuses(t *testing.T) {
	for _, service := range []string{"  ", "상점", strings.Repeat("x", 1025)} {
		_, err := function.ReadSettings(func(name string) (string, bool) { return service, name == "POSTERN_SERVICE" })
		if err == nil || !strings.Contains(err.Error(), "POSTERN_SERVICE") {
			t.Errorf("ReadSettings() of the service %q = %v, want it named", service, err)
		}
	}
}
