package metrics_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/meter"
	"postern/shared/metrics"
)

// TestNames: what Prometheus expects of names (prometheus.io/docs/practices/naming): a prefix, the unit, _total of counters.
func TestNames(t *testing.T) {
	name := regexp.MustCompile(`^postern_[a-z]+(_[a-z]+)*$`)
	var names []string
	for _, m := range metrics.All() {
		names = append(names, m.Name)
		suffix := map[string]string{metrics.Count: "_total", metrics.Seconds: "_seconds"}[m.Unit]
		if !name.MatchString(m.Name) || suffix == "" || !strings.HasSuffix(m.Name, suffix) {
			t.Errorf("%s in %s: want postern_…%s", m.Name, m.Unit, suffix)
		}
		if m.Help == "" {
			t.Errorf("%s has no help", m.Name)
		}
		for i, set := range m.By {
			if i > 0 && len(set) <= len(m.By[i-1]) {
				t.Errorf("%s: the sets of labels are not from coarse to fine: %v", m.Name, m.By)
			}
			for _, label := range set {
				if !slices.Contains([]string{"api", "dialect", "status_class", "kind_class"}, label) {
					t.Errorf("%s is told apart by %s, which nothing bounds", m.Name, label)
				}
			}
		}
	}
	if slices.Sort(names); len(slices.Compact(names)) != len(metrics.All()) {
		t.Errorf("a name is there twice: %v", names)
	}
}

// TestPage: docs/metrics.md has the table of these metrics.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range metrics.All() {
		sets := "–"
		for i, set := range m.By {
			if i == 0 {
				sets = ""
			} else {
				sets += "; "
			}
			sets += "`" + strings.Join(set, "`, `") + "`"
		}
		row := fmt.Sprintf("| `%s` | %s | %s | %s |\n", m.Name, m.Unit, sets, m.Help)
		if !strings.Contains(string(page), row) {
			t.Errorf("docs/metrics.md lacks the row\n%s", row)
		}
	}
	if got, want := strings.Count(string(page), "\n| `postern_"), len(metrics.All()); got != want {
		t.Errorf("docs/metrics.md has %d rows of metrics, want %d", got, want)
	}
}

func TestClasses(t *testing.T) {
	tests := []struct {
		status     int
		kind       fault.Kind
		wantStatus string
		wantKind   string
	}{
		{200, "", "2xx", ""},
		{404, fault.RoutePath, "4xx", "route"},
		{481, fault.Limit, "4xx", "limit"},
		{504, fault.BackendTimeout, "5xx", "backend"},
		{0, fault.AuthHMACMismatch, "", "auth"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.status, tt.kind), func(t *testing.T) {
			r := &gateway.Record{Exchange: &gateway.Exchange{}}
			if tt.status != 0 {
				r.Answer = &gateway.Response{Status: tt.status}
			}
			if tt.kind != "" {
				r.Refusal = &gateway.Refusal{Fault: fault.New(tt.kind, nil, nil)}
			}
			if got := metrics.StatusClassOf(r); got != tt.wantStatus {
				t.Errorf("StatusClassOf() = %q, want %q", got, tt.wantStatus)
			}
			if got := metrics.KindClassOf(r); got != tt.wantKind {
				t.Errorf("KindClassOf() = %q, want %q", got, tt.wantKind)
			}
		})
	}
}

var received = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// admitted is a record of a request that a backend answered.
func admitted() *gateway.Record {
	return &gateway.Record{
		Exchange: &gateway.Exchange{
			Request: &gateway.Request{
				ID: "r1", Method: "GET", Path: "/members/7", RawQuery: "key=planted", Received: received,
				Header: map[string][]string{"Authorization": {"planted"}}, Door: gateway.Door{Name: "alb"},
			},
			API: &gateway.API{Name: "members", Dialect: "d"}, Route: &gateway.Route{Name: "get"},
			Credentials: []*gateway.Credential{{APIKey: "planted", Token: "planted", StringToSign: "planted"}},
			Principal:   &gateway.Principal{App: "shop", KeyID: "k1"},
			Answer:      &gateway.Response{Status: 200, Body: []byte("planted")},
			BackendTime: 1500 * time.Microsecond,
		},
		Steps: []gateway.StepTime{{Step: "route", Took: 2 * time.Microsecond}},
		Took:  3 * time.Millisecond,
	}
}

// refused makes r the record of a refusal whose stores failed.
func refused(r *gateway.Record) {
	r.Answer.Status = 429
	limited := fault.New(fault.LimitKind("app", "rate"), fault.Args{"name": "n"}, errors.New("why"))
	r.Refusal = &gateway.Refusal{Row: "d/1", Code: "1", Fault: limited}
	r.Tolerate(errors.New("breaker: down"))
	r.Tolerate(errors.New("limit.app: down"))
	tick := received
	r.Store.Now = func() time.Time { tick = tick.Add(250 * time.Millisecond); return tick }
	ctx := meter.With(context.Background(), &r.Store)
	meter.Wait(ctx)()
	for i := range 4 {
		if i < 2 {
			meter.Read(ctx)
		}
		if i < 3 {
			meter.Write(ctx)
		}
		meter.Fail(ctx)
	}
}
