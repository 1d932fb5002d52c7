package function_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"postern/shared/config"
	"postern/shared/event"
	"postern/shared/function"
	"postern/shared/gateway"
	"postern/shared/limit"
)

func TestAnswerAndRecord(t *testing.T) {
	b := newBench(t, given{definition: members})
	ctx, cancel := within(t.Context())
	defer cancel()
	for i := range 2 {
		a := b.invoke(ctx, get("/a"))
		if a.Status != 200 || a.Body != "hello" || a.Headers["X-Stage"][0] != "test" || a.Single != nil {
			t.Fatalf("answer %+v", a)
		}
		all := b.log.take(t)
		if len(all) != 1 {
			t.Fatalf("%d lines, want 1: %v", len(all), all)
		}
		for key, want := range map[string]any{
			"message": "exchange", "api": "members", "route": "get", "door": "alb", "status": 200., "received": "2026-11-21T12:00:00Z",
			"request_id": "1-6a5145a7-5c3686ff7df3149177a89157", "function_name": "proxy", "function_version": "7", "function_memory_size": 512.,
			"function_request_id": "r-1", "xray_trace_id": "1-a", "cold_start": i == 0,
		} {
			if all[0][key] != want {
				t.Errorf("%s = %v, want %v", key, all[0][key], want)
			}
		}
	}
}

func TestRequestID(t *testing.T) {
	untraced := strings.Replace(get("/a"), "x-amzn-trace-id", "x-other", 1)
	for _, tt := range []struct{ name, event, fixed, want string }{
		{"the event's", get("/a"), "", "1-6a5145a7-5c3686ff7df3149177a89157"},
		{"the invocation's", untraced, "", "r-1"},
		{"a fixed one", get("/a"), "f", "f"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, given{definition: members, change: func(o *function.Options) { o.ID = tt.fixed }})
			b.invoke(lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r-1"}), tt.event)
			if got := b.log.take(t)[0]["request_id"]; got != tt.want {
				t.Errorf("request id %v, want %s", got, tt.want)
			}
		})
	}
}

func TestHealth(t *testing.T) {
	for name, want := range map[string]int{members: 200, "": 503} {
		b := newBench(t, given{definition: name})
		if a := b.invoke(t.Context(), health); a.Status != want || a.Body != "" {
			t.Errorf("health of %.20q = %+v, want %d", name, a, want)
		}
		if all := b.log.take(t); len(all) > 0 {
			t.Errorf("a health check is logged: %v", all)
		}
	}
}

var errDoor = errors.New("door")

// panics is a counter and a log that panic.
type panics struct{}

func (panics) Charge(context.Context, limit.Charge) (limit.Outcome, error) { panic("counter") }
func (panics) Refund(context.Context, limit.Handle) error                  { panic("counter") }
func (panics) Write([]byte) (int, error)                                   { panic("log") }

// door reads a request for /a, and encodes by the test's function.
func door(encode func(*gateway.Response) ([]byte, error)) func(*function.Options) {
	return func(o *function.Options) {
		o.Door = func([]byte, time.Time, event.Options) (*event.Event, error) {
			return &event.Event{Request: &gateway.Request{Method: "GET", Host: "h", Path: "/a", Header: http.Header{}}, Encode: encode}, nil
		}
	}
}

// TestNeverFails: no error, no panic, and always an answer that a load balancer takes.
func TestNeverFails(t *testing.T) {
	none := func(context.Context, []string) (map[string]string, error) { return nil, nil }
	sent := 0
	tests := []struct {
		name   string
		event  string
		change func(*function.Options)
		status int
		body   string
		says   string // in the log
	}{
		{name: "no event", event: "", status: 400, says: "an event of no door", body: "no event of a front door"},
		{name: "no JSON", event: "\xff{", status: 400},
		{name: "null", event: "null", status: 400},
		{name: "a list", event: "[]", status: 400},
		{name: "an event of a queue", event: `{"Records":[{"eventSource":"aws:sqs","body":"x"}]}`, status: 400},
		{name: "without a path", event: `{"requestContext":{"elb":{}},"httpMethod":"GET"}`, status: 400},
		{name: "nobody's path", event: get("/other"), status: 404},
		{
			name: "a panic in the door", event: "x", status: 500, says: "panic: in the door",
			change: func(o *function.Options) {
				o.Door = func([]byte, time.Time, event.Options) (*event.Event, error) { panic("in the door") }
			},
		},
		{
			name: "no event of the door", event: "x", status: 500, says: "panic",
			change: func(o *function.Options) {
				o.Door = func([]byte, time.Time, event.Options) (*event.Event, error) { return nil, nil }
			},
		},
		{name: "an error of the door", event: "x", status: 400, says: "door", change: func(o *function.Options) {
			o.Door = func([]byte, time.Time, event.Options) (*event.Event, error) { return nil, errDoor }
		}},
		{name: "a panic in a step", event: get("/a"), status: 500, body: nhnFailed, says: "panic: counter", change: func(o *function.Options) {
			o.Stores = stores(none, panics{})
		}},
		{name: "a panic in the log", event: get("/a"), status: 200, body: "hello", change: func(o *function.Options) { o.Log = panics{} }},
		{name: "panics in the door and the log", event: "x", status: 500, change: func(o *function.Options) {
			o.Log, o.Door = panics{}, func([]byte, time.Time, event.Options) (*event.Event, error) { panic("in the door") }
		}},
		{name: "a panic in the stores", event: get("/a"), status: 500, body: nhnFailed, says: "panic: stores", change: func(o *function.Options) {
			o.Stores = func(*config.Definition, function.Settings, function.Options) (function.Stores, error) {
				panic("stores")
			}
		}},
		{name: "no answer is small enough", event: "x", status: 500, says: "too large", change: door(func(*gateway.Response) ([]byte, error) {
			return nil, gateway.ErrTooLarge
		})},
		{name: "the first answer is too large", event: "x", status: 500, says: "too large", change: door(func(a *gateway.Response) ([]byte, error) {
			if sent++; sent == 1 {
				return nil, gateway.ErrTooLarge
			}
			return fmt.Appendf(nil, `{"statusCode":%d,"isBase64Encoded":false}`, a.Status), nil
		})},
		{name: "a panic in the encoding", event: "x", status: 500, says: "panic: encoding", change: door(func(*gateway.Response) ([]byte, error) {
			panic("encoding")
		})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, given{definition: members, change: tt.change})
			for range 2 {
				a := b.invoke(t.Context(), tt.event)
				if a.Status != tt.status || !strings.Contains(a.Body, tt.body) {
					t.Errorf("answer %d %q, want %d %q", a.Status, a.Body, tt.status, tt.body)
				}
				sent = 0
			}
			if all := fmt.Sprint(b.log.take(t)); !strings.Contains(all, tt.says) {
				t.Errorf("the log lacks %q: %s", tt.says, all)
			}
		})
	}
}
