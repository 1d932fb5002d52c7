package limit_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/limit"
)

// refuser is a group whose counter refuses until a time and counts how often it is asked.
func refuser(t testing.TB, until time.Time, w limit.Window) (g *limit.Group, calls *int) {
	o, err := limit.NewOwner("header:X-Tenant", "members", "")
	if err != nil {
		t.Fatal(err)
	}
	calls = new(int)
	return &limit.Group{
		Owner: o, Windows: []limit.Window{w}, Refusals: &limit.Refusals{},
		Counter: fake{charge: func(limit.Charge) (limit.Outcome, error) {
			*calls++
			return limit.Outcome{Until: until}, nil
		}},
	}, calls
}

func ask(t *testing.T, g *limit.Group, tenant string, at time.Time) {
	t.Helper()
	x := &gateway.Exchange{Request: &gateway.Request{Received: at, Header: http.Header{"X-Tenant": {tenant}}}}
	step := g.Step()
	if err := step.Run(t.Context(), x); err == nil || !fault.From(err).Kind.Under(fault.Limit) {
		t.Fatalf("Run of %s at %v = %v, want a limit's refusal", tenant, at, err)
	}
}

// TestRefusals: the store is asked again when the window could pass, at most 10 s later.
func TestRefusals(t *testing.T) {
	day := limit.NewCalendar("day", 5, limit.Day, nil)
	for _, tt := range []struct {
		name  string
		until time.Time
		at    float64 // of the second request; the first is at second 100
		want  int     // calls of the store
	}{
		{"at once", second(103), 100, 1},
		{"just before", second(103), 102.999, 1},
		{"when it could pass", second(103), 103, 2},
		{"10 s at most", second(1000), 109.999, 1},
		{"asked every 10 s", second(1000), 110, 2},
		{"for ever", time.Time{}, 109.999, 1},
		{"for ever, asked every 10 s", time.Time{}, 110, 2},
		{"over at once", second(100), 100, 2},
		{"over before", second(99), 100, 2},
		{"clock set back", second(103), 99.999, 2},
	} {
		g, calls := refuser(t, tt.until, day)
		ask(t, g, "blue", second(100))
		ask(t, g, "blue", second(tt.at))
		if *calls != tt.want {
			t.Errorf("%s: store asked %d times, want %d", tt.name, *calls, tt.want)
		}
	}
}

// TestRefusalsOfOthers: another owner, and the same limit with another value, are not remembered.
func TestRefusalsOfOthers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		tenant string
		window limit.Window
		want   int
	}{
		{"same", "blue", limit.NewCalendar("day", 5, limit.Day, nil), 1},
		{"other owner", "red", limit.NewCalendar("day", 5, limit.Day, nil), 2},
		{"raised", "blue", limit.NewCalendar("day", 6, limit.Day, nil), 2},
		{"other unit", "blue", limit.NewCalendar("day", 5, limit.Month, nil), 2},
		{"other name", "blue", limit.NewCalendar("other", 5, limit.Day, nil), 2},
	} {
		g, calls := refuser(t, second(1000), limit.NewCalendar("day", 5, limit.Day, nil))
		ask(t, g, "blue", second(0))
		g.Windows = []limit.Window{limit.NewRate("rate", 1, time.Second, 0), tt.window}
		ask(t, g, tt.tenant, second(1))
		if *calls != tt.want {
			t.Errorf("%s: store asked %d times, want %d", tt.name, *calls, tt.want)
		}
	}
}

// TestRefusalsBounded: more owners than are remembered cost calls again, not memory: the first of 20,000 are forgotten. What
// is over leaves first.
func TestRefusalsBounded(t *testing.T) {
	const many = 20_000
	for _, tt := range []struct {
		name  string
		until time.Time
		step  float64 // seconds between requests
		most  int     // owners remembered at the end
	}{
		{"none over", second(1e9), 0, 4096},
		{"over after 10 s, 100 a second", second(1e9), 0.01, 1000},
	} {
		g, calls := refuser(t, tt.until, limit.NewCalendar("day", 5, limit.Day, nil))
		for i := range many {
			ask(t, g, fmt.Sprint(i), second(float64(i)*tt.step))
		}
		if *calls != many {
			t.Fatalf("%s: store asked %d times by %d owners", tt.name, *calls, many)
		}
		for i := range many {
			ask(t, g, fmt.Sprint(many-1-i), second(many*tt.step))
			if i == 100 && *calls > many+10 {
				t.Errorf("%s: %d of the last 100 owners are forgotten", tt.name, *calls-many)
			}
		}
		if got := 2*many - *calls; got > tt.most {
			t.Errorf("%s: %d owners remembered, want at most %d", tt.name, got, tt.most)
		}
	}
}

func BenchmarkRemembered(b *testing.B) {
	g, calls := refuser(b, second(1e6), limit.NewCalendar("day", 5, limit.Day, nil))
	step := g.Step()
	x := &gateway.Exchange{Request: &gateway.Request{Received: second(0), Header: http.Header{"X-Tenant": {"blue"}}}}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if err := step.Run(ctx, x); err == nil {
			b.Fatal("passed")
		}
	}
	if *calls != 1 {
		b.Errorf("store asked %d times, want once", *calls)
	}
}
