package memory_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/memory"
)

func circuit(name string) forward.Circuit {
	return forward.Circuit{Backend: name, Failures: 3, Open: 30 * time.Second, Trial: 10 * time.Second}
}

// TestBreaker plays lines of "seconds act argument". A pass has the name of the call that begins: "0 call a closed" asks and
// expects a state, "1 fail a", "1 ok a" and "1 gone a" report how a went.
func TestBreaker(t *testing.T) {
	tests := []struct{ name, script string }{
		{"opens after three in a row", "0 call a closed, 0 fail a, 0 call b closed, 0 fail b, 0 call c closed, 0 fail c, 0 call d open, 29 call e open, 30 call f trial"},
		{"an answer begins anew", "0 call a closed, 0 fail a, 0 call b closed, 0 fail b, 0 call c closed, 0 ok c, 0 call d closed, 0 fail d, 0 call e closed, 0 fail e, 0 call f closed"},
		{"a client that leaves counts for nothing", "0 call a closed, 0 fail a, 0 fail a, 0 gone a, 0 call b closed, 0 fail b, 0 call c open"},
		{"one trial", "0 call a closed, 0 fail a, 0 fail a, 0 fail a, 30 call b trial, 30 call c busy, 39 call d busy"},
		{"a trial that goes well", "0 call a closed, 0 fail a, 0 fail a, 0 fail a, 30 call b trial, 31 ok b, 31 call c closed, 31 fail c, 31 fail c, 31 call d closed"},
		{"a trial that fails", "0 call a closed, 0 fail a, 0 fail a, 0 fail a, 30 call b trial, 35 fail b, 64 call c open, 65 call d trial"},
		{"a trial given back", "0 call a closed, 0 fail a, 0 fail a, 0 fail a, 30 call b trial, 31 gone b, 31 call c trial, 31 call d busy"},
		{"a trial that never ends", "0 call a closed, 0 fail a, 0 fail a, 0 fail a, 30 call b trial, 40 call c trial, 41 ok b, 41 call d busy, 42 ok c, 42 call e closed"},
		{"a trial that ends late, alone", "0 call a closed, 0 fail a, 0 fail a, 0 fail a, 30 call b trial, 50 ok b, 50 call c closed"},
		{"a trial reported twice", "0 call a closed, 0 fail a, 0 fail a, 0 fail a, 30 call b trial, 31 fail b, 31 ok b, 32 call c open"},
		{"reports while open", "0 call a closed, 0 call b closed, 0 fail a, 0 fail a, 0 fail a, 10 fail b, 10 fail b, 10 fail b, 10 ok b, 20 call c open, 30 call d trial, 30 ok b, 30 call e busy"},
		{"failures of calls from before it closed", "0 call a closed, 0 call z closed, 0 fail a, 0 fail a, 0 fail a, 30 call b trial, 31 ok b, 32 fail z, 32 fail z, 32 fail z, 32 call c closed"},
	}
	states := map[string]forward.State{"closed": forward.Closed, "open": forward.Open, "busy": forward.Busy, "trial": forward.Trial}
	outcomes := map[string]forward.Outcome{
		"fail": {Err: fault.New(fault.BackendTimeout, nil, nil)},
		"gone": {Err: fault.New(fault.ClientGone, nil, nil)},
		"ok":   {Status: 503},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Unix(1_700_000_000, 0)
			now := start
			b := &memory.Breaker{Now: func() time.Time { return now }}
			passes := map[string]forward.Pass{}
			for line := range strings.SplitSeq(tt.script, ", ") {
				word := strings.Fields(line)
				seconds, err := strconv.Atoi(word[0])
				if err != nil {
					t.Fatal(err)
				}
				now = start.Add(time.Duration(seconds) * time.Second)
				if word[1] != "call" {
					if err := b.Report(t.Context(), circuit("a"), passes[word[2]], outcomes[word[1]]); err != nil {
						t.Fatal(err)
					}
					continue
				}
				p, err := b.Allow(t.Context(), circuit("a"))
				if err != nil || p.State != states[word[3]] {
					t.Fatalf("%s: state %d, %v, want %d", line, p.State, err, states[word[3]])
				}
				passes[word[2]] = p
			}
		})
	}
}

func TestBreakersAreApart(t *testing.T) {
	var b memory.Breaker
	c := circuit("a")
	c.Failures = 1
	p, _ := b.Allow(t.Context(), c)
	_ = b.Report(t.Context(), c, p, forward.Outcome{Err: fault.New(fault.BackendReset, nil, nil)})
	for name, want := range map[string]forward.State{"a": forward.Open, "b": forward.Closed} {
		if p, err := b.Allow(t.Context(), circuit(name)); err != nil || p.State != want {
			t.Errorf("Allow(%s) = %+v, %v, want state %d", name, p, err, want)
		}
	}
}

// However many ask at once, one tries.
func TestBreakerTriesOnce(t *testing.T) {
	var clock atomic.Int64
	b := &memory.Breaker{Now: func() time.Time { return time.Unix(clock.Load(), 0) }}
	p, _ := b.Allow(t.Context(), circuit("a"))
	for range 3 {
		_ = b.Report(t.Context(), circuit("a"), p, forward.Outcome{Err: fault.New(fault.BackendReset, nil, nil)})
	}
	clock.Add(30)
	var trials atomic.Int32
	var asking sync.WaitGroup
	for range 64 {
		asking.Go(func() {
			if p, _ := b.Allow(context.WithoutCancel(t.Context()), circuit("a")); p.State.Calls() {
				trials.Add(1)
			}
		})
	}
	asking.Wait()
	if got := trials.Load(); got != 1 {
		t.Errorf("%d calls were let through, want 1", got)
	}
}
