package dynamo_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/forward"
	"postern/shared/meter"
)

// rig is a breaker that knows its circuit to be open for 30 s since noon.
func rig(t *testing.T, all ...reply) (*dynamo.Breaker, *canned, *time.Time) {
	t.Helper()
	table, service := answers(t, append([]reply{refused(openItem)}, all...)...)
	now := noon
	b := dynamo.NewBreaker(table, func() time.Time { return now })
	if err := b.Report(t.Context(), circuit(), forward.Pass{Began: noon}, failed()); err != nil {
		t.Fatal(err)
	}
	return b, service, &now
}

func state(t *testing.T, b *dynamo.Breaker, want forward.State) forward.Pass {
	t.Helper()
	p, err := b.Allow(t.Context(), circuit())
	if err != nil || p.State != want {
		t.Fatalf("Allow() = %+v, %v, want state %d", p, err, want)
	}
	return p
}

// TestBreakerAsks: an open circuit costs nothing until it is half-open; then it is read, and its trial claimed where it is free.
func TestBreakerAsks(t *testing.T) {
	ours := func(id string) reply {
		return refused(`{"o":{"N":"2237112030000"},"t":{"N":"2237112040000"},"id":{"S":"` + id + `"}}`)
	}
	const taken = `"Item":{"o":{"N":"2237112030000"},"t":{"N":"2237112040000"},"id":{"S":"other"}}`
	free := ok(`"Item":` + openItem)
	tests := []struct {
		name    string
		answers []reply
		want    forward.State
		sent    int
	}{
		{"closed meanwhile", []reply{ok(`"Item":{"c":{"N":"2237112029000"}}`)}, forward.Closed, 1},
		{"gone meanwhile", []reply{ok("")}, forward.Closed, 1},
		{"opened again", []reply{ok(`"Item":{"o":{"N":"2237112060000"}}`)}, forward.Open, 1},
		{"taken", []reply{ok(taken)}, forward.Busy, 1},
		{"claim that loses", []reply{free, ours("other")}, forward.Busy, 2},
		{"claim that finds it closed", []reply{free, refused("")}, forward.Closed, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, service, now := rig(t, tt.answers...)
			state(t, b, forward.Open)
			*now = noon.Add(30*time.Second - 1)
			state(t, b, forward.Open)
			if n := len(service.sent()); n != 1 {
				t.Fatalf("%d sent for an open circuit, want none but the report", n)
			}
			*now = noon.Add(30 * time.Second)
			p := state(t, b, tt.want)
			if n := len(service.sent()) - 1; n != tt.sent || p.ID != "" {
				t.Fatalf("%d sent, trial %q, want %d and none", n, p.ID, tt.sent)
			}
			if got := written(service.sent()[1]); got != "get map[pk:map[S:b#members]] consistent true" {
				t.Errorf("asked %q first, want a consistent read", got)
			}
			state(t, b, tt.want)
			if n := len(service.sent()) - 1; n != tt.sent {
				t.Errorf("asked again within a second")
			}
		})
	}
}

// echo answers a claim with the id that it was made with.
func echo(service **canned, answer func(item string) reply) reply {
	return func(q *http.Request) (*http.Response, error) {
		sent := (*service).sent()
		me := sent[len(sent)-1].in["ExpressionAttributeValues"].(map[string]any)[":me"].(map[string]any)["S"].(string)
		return answer(`{"o":{"N":"2237112030000"},"t":{"N":"2237112040000"},"id":{"S":"` + me + `"}}`)(q)
	}
}

// TestBreakerClaims: a claim that finds its own id has the trial, whatever it believes to have sent.
func TestBreakerClaims(t *testing.T) {
	free, held := ok(`"Item":`+openItem), func(item string) reply { return ok(`"Attributes":` + item) }
	var service *canned
	for name, all := range map[string][]reply{
		"at once":              {free, echo(&service, held)},
		"after a lost answer":  {free, broken(syscall.ECONNRESET), echo(&service, refused)},
		"after an unread item": {broken(syscall.ECONNRESET), free, echo(&service, held)},
	} {
		t.Run(name, func(t *testing.T) {
			b, s, now := rig(t, all...)
			service, *now = s, noon.Add(30*time.Second)
			p := state(t, b, forward.Trial)
			claimed := s.sent()[len(all)]
			want := "SET t = 2237112040000, id = " + p.ID +
				" IF o <= 2237112030000 AND (attribute_not_exists(t) OR t <= 2237112030000)"
			if got := written(claimed); got != want || len(p.ID) != 11 {
				t.Errorf("the claim is %q, want %q", got, want)
			}
			state(t, b, forward.Busy)
			if n := len(s.sent()); n != len(all)+1 {
				t.Errorf("another asked while the trial was claimed")
			}
		})
	}
}

// TestBreakerUnknown: for a second every call has the error, and none waits for it again.
func TestBreakerUnknown(t *testing.T) {
	wrong := code(400, "ValidationException", "")
	for name, all := range map[string][]reply{
		"read":  {wrong, ok(`"Item":` + openItem), refused("")},
		"claim": {ok(`"Item":` + openItem), wrong, ok(`"Item":` + openItem), refused("")},
	} {
		t.Run(name, func(t *testing.T) {
			b, service, now := rig(t, all...)
			*now = noon.Add(30 * time.Second)
			for range 3 {
				if _, err := b.Allow(t.Context(), circuit()); err == nil {
					t.Error("Allow() passed, want an error")
				}
			}
			*now = now.Add(time.Second - 1)
			if _, err := b.Allow(t.Context(), circuit()); err == nil {
				t.Error("Allow() passed, want an error")
			}
			if n := len(service.sent()) - 1; n != len(all)-2 {
				t.Errorf("%d sent within a second, want %d", n, len(all)-2)
			}
			*now = now.Add(1)
			state(t, b, forward.Closed)
		})
	}
}

// TestBreakerClientLeaves: a client that leaves does not take a trial with it; the time that an exchange has still ends the
// question.
func TestBreakerClientLeaves(t *testing.T) {
	var asked []error
	look := func(q *http.Request) (*http.Response, error) {
		asked = append(asked, q.Context().Err())
		return ok("")(q)
	}
	b, _, now := rig(t, look)
	*now = noon.Add(30 * time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if p, err := b.Allow(ctx, circuit()); err != nil || p.State != forward.Closed || len(asked) != 1 || asked[0] != nil {
		t.Errorf("Allow() = %+v, %v, asked with %v; want a closed circuit", p, err, asked)
	}

	b, _, now = rig(t, silent)
	*now = noon.Add(30 * time.Second)
	ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := b.Allow(ctx, circuit()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Allow() = %v, want %v", err, context.DeadlineExceeded)
	}
}

// TestBreakerClock: an environment that was frozen goes by the wall clock, and by no clock that steps back.
func TestBreakerClock(t *testing.T) {
	taken := ok(`"Item":{"o":{"N":"2237112030000"},"t":{"N":"2237112040000"},"id":{"S":"other"}}`)
	b, service, now := rig(t, taken)
	*now = noon.Add(35 * time.Second)
	state(t, b, forward.Busy)
	*now = noon.Add(32 * time.Second)
	state(t, b, forward.Busy)
	if n := len(service.sent()) - 1; n != 2 {
		t.Errorf("asked %d times, want again when the clock steps back", n)
	}
	table, _ := answers(t, ok(""))
	p, err := dynamo.NewBreaker(table, time.Now).Allow(t.Context(), circuit())
	if err != nil || strings.Contains(p.Began.String(), " m=") {
		t.Errorf("Allow() = %v, %v, want a time of the wall clock alone", p.Began, err)
	}
}

func TestBreakerCosts(t *testing.T) {
	b, _, now := rig(t, ok(`"Item":`+openItem), refused(""))
	*now = noon.Add(30 * time.Second)
	var m meter.Meter
	if _, err := b.Allow(meter.With(t.Context(), &m), circuit()); err != nil || m.Reads() != 1 || m.Writes() != 1 || m.Failures() != 0 {
		t.Errorf("Allow(): %v, %d reads, %d writes, %d failures, want 1, 1, 0", err, m.Reads(), m.Writes(), m.Failures())
	}
}
