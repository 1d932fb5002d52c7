package metrics_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/jsonschema-go/jsonschema"

	"postern/shared/accesslog"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/meter"
	"postern/shared/metrics"
)

// logger writes lines as a function does.
func logger(w io.Writer, cold bool) func(context.Context, *gateway.Record) {
	emf := metrics.NewEMF()
	return accesslog.New(accesslog.Logger(w).With("service", "shop"),
		func(_ context.Context, r *gateway.Record, line []slog.Attr) []slog.Attr {
			return emf.Append(line, metrics.Exchange{Record: r, Cold: cold})
		})
}

// line is what is written of r, after what CloudWatch asks of it has been checked.
func line(t *testing.T, r *gateway.Record, cold bool) map[string]any {
	t.Helper()
	var out bytes.Buffer
	logger(&out, cold)(t.Context(), r)
	if n := strings.Count(out.String(), "\n"); n != 1 || strings.Contains(out.String(), "planted") {
		t.Fatalf("%d lines, or a planted secret: %s", n, out.String())
	}
	if out.Len() >= 256<<10 {
		t.Errorf("%d bytes, want less than 256 KiB", out.Len())
	}
	var fields map[string]any
	if err := json.Unmarshal(out.Bytes(), &fields); err != nil {
		t.Fatalf("%v: %s", err, out.String())
	}
	if err := schema(t).Validate(fields); err != nil {
		t.Errorf("not in the embedded metric format: %v: %s", err, out.String())
	}
	t.Logf("%d bytes: %s", out.Len(), out.String())
	return fields
}

func schema(t *testing.T) *jsonschema.Resolved {
	t.Helper()
	data, err := os.ReadFile("testdata/emf.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s jsonschema.Schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []struct{ Name, Unit string }
}

func directives(t *testing.T, fields map[string]any) (all []directive) {
	t.Helper()
	data, err := json.Marshal(fields["_aws"].(map[string]any)["CloudWatchMetrics"])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// told are the values that CloudWatch takes from a line, by name, dimensions and their values.
func told(t *testing.T, fields map[string]any) map[string]float64 {
	t.Helper()
	values := map[string]float64{}
	for _, d := range directives(t, fields) {
		for _, m := range d.Metrics {
			value, ok := fields[m.Name].(float64)
			if !ok || value == 0 {
				t.Errorf("%s = %v: CloudWatch takes a number, and 0 is not worth its bytes", m.Name, fields[m.Name])
			}
			for _, set := range d.Dimensions {
				key := m.Name
				for _, name := range set {
					dimension, _ := fields[name].(string)
					if dimension == "" || len(dimension) > 1024 {
						t.Errorf("%s: the dimension %s is %v: CloudWatch takes a text of 1 to 1024 characters", m.Name, name, fields[name])
					}
					key += " " + dimension
				}
				if _, twice := values[key]; twice {
					t.Errorf("%s is told twice", key)
				}
				values[key] = value
			}
		}
	}
	return values
}

func TestEMF(t *testing.T) {
	tests := []struct {
		name   string
		change func(*gateway.Record)
		cold   bool
		want   map[string]float64
	}{
		{"admitted", func(*gateway.Record) {}, false, map[string]float64{
			"postern_requests_total shop": 1, "postern_requests_total shop 2xx": 1, "postern_requests_total shop members d 2xx": 1,
			"postern_request_duration_seconds shop": 0.003, "postern_request_duration_seconds shop members d": 0.003,
			"postern_backend_duration_seconds shop": 0.0015, "postern_backend_duration_seconds shop members d": 0.0015,
		}},
		{"refused, cold, with everything", refused, true, map[string]float64{
			"postern_requests_total shop": 1, "postern_requests_total shop 4xx": 1,
			"postern_requests_total shop members d 4xx": 1,
			"postern_refusals_total shop":               1, "postern_refusals_total shop limit": 1,
			"postern_refusals_total shop members d limit": 1,
			"postern_request_duration_seconds shop":       0.003, "postern_request_duration_seconds shop members d": 0.003,
			"postern_backend_duration_seconds shop": 0.0015, "postern_backend_duration_seconds shop members d": 0.0015,
			"postern_store_duration_seconds shop": 0.25,
			"postern_store_reads_total shop":      2, "postern_store_writes_total shop": 3,
			"postern_store_failures_total shop": 4, "postern_tolerated_failures_total shop": 2, "postern_cold_starts_total shop": 1,
		}},
		{"by an authorizer", func(r *gateway.Record) {
			refused(r)
			r.Authorizer, r.Answer, r.BackendTime, r.Tolerated = true, nil, 0, nil
		}, false, map[string]float64{
			"postern_verdicts_total shop": 1, "postern_verdicts_total shop limit": 1,
			"postern_verdicts_total shop members d limit": 1,
			"postern_store_duration_seconds shop":         0.25,
			"postern_store_reads_total shop":              2, "postern_store_writes_total shop": 3,
			"postern_store_failures_total shop": 4,
		}},
		{"let pass by an authorizer", func(r *gateway.Record) {
			refused(r)
			r.Authorizer, r.Answer, r.Refusal, r.BackendTime, r.Tolerated = true, nil, nil, 0, nil
		}, false, map[string]float64{
			"postern_store_duration_seconds shop": 0.25, "postern_store_reads_total shop": 2, "postern_store_writes_total shop": 3,
			"postern_store_failures_total shop": 4,
		}},
		{"unknown host, and a clock that was put back", func(r *gateway.Record) {
			r.API.Name, r.BackendTime, r.Took = "", 0, -time.Second
		}, false, map[string]float64{
			"postern_requests_total shop": 1, "postern_requests_total shop 2xx": 1,
		}},
		{"a name that is no dimension", func(r *gateway.Record) {
			r.API.Name, r.BackendTime = "회원", 0
		}, false, map[string]float64{
			"postern_requests_total shop": 1, "postern_requests_total shop 2xx": 1,
			"postern_request_duration_seconds shop": 0.003,
		}},
		{"a blank name", func(r *gateway.Record) { r.API.Name, r.BackendTime, r.Took = " ", 0, 0 }, false, map[string]float64{
			"postern_requests_total shop": 1, "postern_requests_total shop 2xx": 1,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := admitted()
			tt.change(r)
			fields := line(t, r, tt.cold)
			if got := told(t, fields); !maps.Equal(got, tt.want) {
				t.Errorf("CloudWatch is told\n%v, want\n%v", got, tt.want)
			}
			if got := fields["_aws"].(map[string]any)["Timestamp"]; got != float64(received.UnixMilli()) {
				t.Errorf("at %v, want %v", got, received.UnixMilli())
			}
		})
	}
}

// TestDirectives: a line tells all of a metric that the list says, and names nothing that it has no value of.
func TestDirectives(t *testing.T) {
	r := admitted()
	refused(r)
	fields := line(t, r, true)
	named := map[string]bool{}
	for _, d := range directives(t, fields) {
		if d.Namespace != "postern" {
			t.Errorf("namespace %q, want postern", d.Namespace)
		}
		for _, got := range d.Metrics {
			named[got.Name] = true
			i := slices.IndexFunc(metrics.All(), func(m metrics.Metric) bool { return m.Name == got.Name })
			if i < 0 {
				t.Errorf("%s is not in the list", got.Name)
				continue
			}
			want := [][]string{{"service"}}
			for _, set := range metrics.All()[i].By {
				want = append(want, append([]string{"service"}, set...))
			}
			if got.Unit != metrics.All()[i].Unit || !reflect.DeepEqual(d.Dimensions, want) {
				t.Errorf("%s in %s by %v, want %s by %v", got.Name, got.Unit, d.Dimensions, metrics.All()[i].Unit, want)
			}
		}
	}
	for _, m := range metrics.All() {
		if _, value := fields[m.Name]; value != named[m.Name] {
			t.Errorf("%s: a value is there: %v, and named: %v", m.Name, value, named[m.Name])
		}
		if !named[m.Name] && m.Name != "postern_verdicts_total" {
			t.Errorf("%s is not told of", m.Name)
		}
	}
}

// TestBytes keeps what metrics add to a line, and thus to each request's price, from growing unseen. docs/metrics.md has the
// figures.
func TestBytes(t *testing.T) {
	write := func(r *gateway.Record) {
		tick := received
		r.Store.Now = func() time.Time { tick = tick.Add(4321 * time.Microsecond); return tick }
		ctx := meter.With(context.Background(), &r.Store)
		meter.Write(ctx)
		meter.Wait(ctx)()
	}
	tests := []struct {
		name   string
		change func(*gateway.Record)
		limit  int
	}{
		{"admitted", func(*gateway.Record) {}, 590},
		{"with a write", write, 840},
		{"refused", func(r *gateway.Record) {
			write(r)
			r.BackendTime = 0
			r.Answer.Status = 429
			r.Refusal = &gateway.Refusal{Fault: fault.New(fault.LimitKind("app", "rate"), nil, nil)}
		}, 960},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := admitted()
			tt.change(r)
			var with, without bytes.Buffer
			logger(&with, false)(t.Context(), r)
			accesslog.New(accesslog.Logger(&without).With("service", "shop"))(t.Context(), r)
			got := with.Len() - without.Len()
			if got > tt.limit || got < tt.limit/2 {
				t.Errorf("metrics add %d bytes to a line, want at most %d", got, tt.limit)
			}
			t.Logf("%d bytes", got)
		})
	}
}

func BenchmarkLine(b *testing.B) {
	r := admitted()
	b.Run("without", func(b *testing.B) {
		log := accesslog.New(accesslog.Logger(io.Discard).With("service", "shop"))
		b.ReportAllocs()
		for b.Loop() {
			log(b.Context(), r)
		}
	})
	b.Run("with", func(b *testing.B) {
		log := logger(io.Discard, false)
		b.ReportAllocs()
		for b.Loop() {
			log(b.Context(), r)
		}
	})
}
