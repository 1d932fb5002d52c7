package accesslog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/accesslog"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/meter"
)

func record() *gateway.Record {
	return &gateway.Record{
		Exchange: &gateway.Exchange{
			Request: &gateway.Request{
				ID: "r1", Method: "GET", Path: "/a\r\n\x1b[31m", RawQuery: "key=planted", Body: []byte("abc"),
				Header: map[string][]string{"Authorization": {"planted"}}, Door: gateway.Door{Name: "serve", Cuts: true},
				Received: time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC),
			},
			API: &gateway.API{Name: "members", Dialect: "d"}, Client: netip.MustParseAddr("203.0.113.9"),
			Credentials: []*gateway.Credential{{APIKey: "planted", Token: "planted", StringToSign: "planted"}},
			Answer:      &gateway.Response{Status: 200, Body: []byte("hello")},
			BackendTime: 1500 * time.Microsecond,
		},
		Steps: []gateway.StepTime{{Step: "route", Took: 2 * time.Microsecond}},
		Took:  3 * time.Millisecond,
	}
}

// spend makes an exchange cost something.
func spend(r *gateway.Record) {
	tick := r.Request.Received
	r.Store.Now = func() time.Time { tick = tick.Add(2500 * time.Microsecond); return tick }
	ctx := meter.With(context.Background(), &r.Store)
	meter.Wait(ctx)()
	for i := range 3 {
		if i < 1 {
			meter.Read(ctx)
		}
		if i < 2 {
			meter.Write(ctx)
		}
		meter.Fail(ctx)
	}
}

func write(t *testing.T, r *gateway.Record) map[string]any {
	t.Helper()
	var out bytes.Buffer
	accesslog.New(accesslog.Logger(&out))(t.Context(), r)
	if n := strings.Count(out.String(), "\n"); n != 1 || strings.Contains(out.String(), "planted") {
		t.Fatalf("%d lines, or a planted secret: %s", n, out.String())
	}
	fields := map[string]any{}
	if err := json.Unmarshal(out.Bytes(), &fields); err != nil {
		t.Fatal(err)
	}
	return fields
}

func TestAdmitted(t *testing.T) {
	r := record()
	spend(r)
	r.Tolerate(errors.New("limit.app: down"))
	r.Tolerate(errors.New("breaker: down"))
	r.Route = &gateway.Route{Name: "get"}
	r.Principal = &gateway.Principal{App: "shop", KeyID: "k1"}
	got := write(t, r)
	delete(got, "timestamp")
	want := map[string]any{
		"level": "INFO", "message": "exchange", "request_id": "r1", "door": "serve", "api": "members", "dialect": "d",
		"method": "GET", "path": "/a\r\n\x1b[31m", "client": "203.0.113.9", "received": "2024-01-02T03:04:05Z", "route": "get",
		"principal": "shop/k1", "status": 200., "cut": false, "bytes_out": 5., "bytes_in": 3., "store_reads": 1., "store_writes": 2., "store_failures": 3., "store_ms": 2.5,
		"backend_ms": 1.5, "took_ms": 3., "steps_ns": map[string]any{"route": 2000.},
		"tolerated": 2., "tolerated_cause": "limit.app: down\nbreaker: down",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestMore(t *testing.T) {
	var out bytes.Buffer
	more := func(_ context.Context, r *gateway.Record, line []slog.Attr) []slog.Attr {
		return append(line, slog.String("more", r.Request.ID))
	}
	accesslog.New(accesslog.Logger(&out), more, more)(t.Context(), record())
	if n := strings.Count(out.String(), `,"more":"r1"`); n != 2 || !strings.Contains(out.String(), `"request_id":"r1"`) {
		t.Errorf("%d times more, want 2, beside the rest: %s", n, out.String())
	}
}

func TestRefused(t *testing.T) {
	tests := []struct {
		name   string
		change func(*gateway.Record)
		want   map[string]any
	}{
		{"by the client's fault", func(r *gateway.Record) {
			r.Answer.Status = 401
			r.Refusal = &gateway.Refusal{Row: "d/1", Code: "1", Fault: fault.New(fault.AuthHMACMismatch, nil, errors.New("why"))}
		}, map[string]any{"level": "WARN", "row": "d/1", "code": "1", "kind": "auth.hmac.mismatch", "cause": "why"}},
		{"by ours, cut", func(r *gateway.Record) {
			r.Answer.Status, r.Answer.Cut = 500, true
			r.Refusal = &gateway.Refusal{Row: "d/2", Fault: fault.New(fault.BackendSize, nil, nil)}
		}, map[string]any{"level": "ERROR", "row": "d/2", "cut": true, "cause": nil}},
		{"cut where the door cannot", func(r *gateway.Record) {
			r.Answer.Cut, r.Request.Door.Cuts = true, false
		}, map[string]any{"cut": false}},
		{"no stage", func(*gateway.Record) {}, map[string]any{"stage": nil}},
		{"of a stage", func(r *gateway.Record) { r.Stage = "test" }, map[string]any{"stage": "test"}},
		{"not delivered", func(r *gateway.Record) { r.SendErr = errors.New("reset") }, map[string]any{"send_error": "reset"}},
		{"by an authorizer", func(r *gateway.Record) { r.Authorizer, r.Answer = true, nil }, map[string]any{"message": "verdict", "status": nil}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := record()
			tt.change(r)
			got := write(t, r)
			for key, want := range tt.want {
				if got[key] != want {
					t.Errorf("%s = %v, want %v", key, got[key], want)
				}
			}
		})
	}
}
