package main_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/functions/internal/functiontest"
)

func TestRealProcess(t *testing.T) {
	p := functiontest.Start(t, bootstraps.Build(t, "proxy", "."), functiontest.Variables(t, "memory", members)...)
	for range 2 {
		if answer, _ := p.Invoke(t, signed()); !strings.Contains(answer, `"statusCode":200`) || !strings.Contains(answer, `"body":"hello"`) {
			t.Errorf("answer %s", answer)
		}
	}
	if answer, _ := p.Invoke(t, "no event"); !strings.Contains(answer, `"statusCode":400`) {
		t.Errorf("answer %s", answer)
	}
	p.Kill()
	log, ids := p.Out.String(), `"function_request_id":"r-1","xray_trace_id":"1-a"`
	if strings.Count(log, `"message":"exchange"`) != 2 || !strings.Contains(log, ids) {
		t.Errorf("log %s", log)
	}
}

// TestProcessWithoutDefinition: it starts, and answers.
func TestProcessWithoutDefinition(t *testing.T) {
	p := functiontest.Start(t, bootstraps.Build(t, "proxy", "."))
	if answer, _ := p.Invoke(t, signed()); !strings.Contains(answer, `"statusCode":500`) || !strings.Contains(answer, "5000000") {
		t.Errorf("answer %s", answer)
	}
}

// TestConformanceClock: a bootstrap for conformance lives at the time of a file, and gives every request one id.
func TestConformanceClock(t *testing.T) {
	clock := filepath.Join(t.TempDir(), "clock")
	set := func(at string) {
		if err := os.WriteFile(clock, []byte(at+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	set("2024-05-01T00:00:00.5Z")
	definition := strings.Replace(members, "skew: 876000h", "skew: 60s", 1)
	env := append(functiontest.Variables(t, "memory", definition), "POSTERN_TEST_CLOCK="+clock, "POSTERN_TEST_REQUEST_ID=fixed")
	p := functiontest.Start(t, bootstraps.Build(t, "proxy-conformance", ".", "-tags=conformance"), env...)
	for _, tt := range []struct{ at, status string }{
		{"2024-05-01T00:00:00.5Z", "200"}, {"2024-05-01T00:00:59Z", "200"}, {"2024-05-01T00:01:01Z", "401"},
	} {
		set(tt.at)
		if answer, _ := p.Invoke(t, signed()); !strings.Contains(answer, `"statusCode":`+tt.status) {
			t.Errorf("at %s: %s, want %s", tt.at, answer, tt.status)
		}
	}
	p.Kill()
	for _, want := range []string{`"received":"2024-05-01T00:00:59Z"`, `"request_id":"fixed"`} {
		if log := p.Out.String(); !strings.Contains(log, want) {
			t.Errorf("the log lacks %s: %s", want, log)
		}
	}
}

// TestSIGTERM: with its state in a table the function registers for SIGTERM, and ends by itself within Lambda's 300 ms.
func TestSIGTERM(t *testing.T) {
	state := httptest.NewServer(http.NotFoundHandler()) // no DynamoDB
	t.Cleanup(state.Close)
	env := append(functiontest.Variables(t, "table", members), "AWS_ENDPOINT_URL_DYNAMODB="+state.URL)
	p := functiontest.Start(t, bootstraps.Build(t, "proxy", "."), env...)
	select {
	case <-p.Registered:
	default:
		t.Error("the function has not registered for SIGTERM before its first poll")
	}
	if answer, _ := p.Invoke(t, signed()); !strings.Contains(answer, `"statusCode":503`) {
		t.Errorf("answer %s, want 503: the count cannot be known", answer)
	}
	start := time.Now()
	p.Terminate(t)
	if took := time.Since(start); p.Failed != nil || took > time.Second {
		t.Errorf("ended after %v with %v, want soon and well", took, p.Failed)
	}
}

// TestNoSIGTERM: with nothing to give back, the call is saved.
func TestNoSIGTERM(t *testing.T) {
	p := functiontest.Start(t, bootstraps.Build(t, "proxy", "."), functiontest.Variables(t, "memory", members)...)
	select {
	case <-p.Registered:
		t.Error("the function has registered for SIGTERM")
	default:
	}
}
