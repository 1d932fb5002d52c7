//go:build dynamodb

package dynamo_test

import (
	"sync/atomic"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/forward"
	"postern/shared/store/storetest"
)

func TestBreakerContract(t *testing.T) {
	storetest.Breaker(t, func(t *testing.T, now func() time.Time) forward.Breaker { return dynamo.NewBreaker(table(t), now) })
}

// environments are two with the same table, of which the network of the first fails when it is told to.
type environments struct {
	*testing.T
	first, second *dynamo.Breaker
	table         *dynamo.Table
	network       *armed
	faults        *dynamotest.Faults
	seconds       atomic.Int64 // since noon
}

func newEnvironments(t *testing.T) *environments {
	e := &environments{T: t, network: &armed{}}
	var broken *dynamo.Table
	e.table, broken, e.faults = faulty(t, e.network.script)
	e.first, e.second = dynamo.NewBreaker(broken, e.now), dynamo.NewBreaker(e.table, e.now)
	return e
}

func (e *environments) now() time.Time {
	return noon.Add(time.Duration(e.seconds.Load()) * time.Second)
}

func (e *environments) allow(b *dynamo.Breaker, want forward.State) forward.Pass {
	e.Helper()
	p, err := b.Allow(e.Context(), circuit())
	if err != nil || p.State != want {
		e.Fatalf("Allow() = %+v, %v, want state %d", p, err, want)
	}
	return p
}

func (e *environments) report(b *dynamo.Breaker, p forward.Pass, o forward.Outcome) {
	e.Helper()
	if err := b.Report(e.Context(), circuit(), p, o); err != nil {
		e.Fatal(err)
	}
}

// fail counts a failure.
func (e *environments) fail(b *dynamo.Breaker) {
	e.Helper()
	e.report(b, e.allow(b, forward.Closed), failed())
}

// open has both know an open circuit, half-open by now.
func (e *environments) open() {
	e.Helper()
	e.fail(e.first)
	e.fail(e.first)
	e.fail(e.second)
	e.allow(e.second, forward.Open)
	e.seconds.Add(30)
}

// wants are what some attributes of the item must be; "": absent.
func (e *environments) wants(attributes map[string]string) {
	e.Helper()
	deliver(e.T, e.faults)
	found := stored(e.T, e.table, "b#members")
	for name, want := range attributes {
		if got := attribute(found[name]); got != want {
			e.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

const window = "f@2237112060"

// TestBreakerFaults: what the table and another environment see after the first copy of a write was hit.
func TestBreakerFaults(t *testing.T) {
	tests := []struct {
		name string
		run  func(e *environments, hit func(op string))
	}{
		{"trip", func(e *environments, hit func(string)) {
			e.fail(e.second)
			p := e.allow(e.first, forward.Closed)
			e.network.skip = 1 // the failure itself
			hit("UpdateItem")
			e.report(e.first, p, failed())
			e.allow(e.first, forward.Open)
			e.wants(map[string]string{"o": "2237112030000", window: ""})
			e.fail(e.second)
			e.allow(e.second, forward.Open)
		}},
		{"read", func(e *environments, hit func(string)) {
			e.open()
			hit("GetItem")
			e.allow(e.first, forward.Trial)
			e.allow(e.second, forward.Busy)
		}},
		{"claim", func(e *environments, hit func(string)) {
			e.open()
			hit("UpdateItem")
			p := e.allow(e.first, forward.Trial)
			e.wants(map[string]string{"id": p.ID, "t": "2237112040000", "o": "2237112030000"})
			e.allow(e.second, forward.Busy)
		}},
		{"trial that goes well", func(e *environments, hit func(string)) {
			e.open()
			p := e.allow(e.first, forward.Trial)
			e.seconds.Add(2)
			hit("UpdateItem")
			e.report(e.first, p, answered())
			e.allow(e.first, forward.Closed)
			e.wants(map[string]string{"id": "", "t": "", "o": "", "c": "2237112032000"})
			e.allow(e.second, forward.Closed)
		}},
		{"trial that fails", func(e *environments, hit func(string)) {
			e.open()
			p := e.allow(e.first, forward.Trial)
			e.seconds.Add(2)
			hit("UpdateItem")
			e.report(e.first, p, failed())
			e.allow(e.first, forward.Open)
			e.wants(map[string]string{"id": "", "t": "", "o": "2237112062000"})
			e.allow(e.second, forward.Open)
		}},
		{"trial given back", func(e *environments, hit func(string)) {
			e.open()
			p := e.allow(e.first, forward.Trial)
			e.seconds.Add(2)
			hit("UpdateItem")
			e.report(e.first, p, gone())
			e.wants(map[string]string{"id": "", "t": "2237112032000", "o": "2237112030000"})
			e.allow(e.second, forward.Trial)
		}},
		{"answer after a failure", func(e *environments, hit func(string)) {
			e.fail(e.first)
			hit("UpdateItem")
			e.report(e.first, e.allow(e.first, forward.Closed), answered())
			e.wants(map[string]string{window: ""})
			e.fail(e.second)
			e.allow(e.second, forward.Closed)
		}},
	}
	for fault, f := range dynamotest.Each() {
		for _, tt := range tests {
			t.Run(tt.name+", "+fault, func(t *testing.T) {
				e := newEnvironments(t)
				tt.run(e, func(op string) { e.network.next(1, op, f) })
				if e.network.left != 0 {
					t.Error("nothing was hit")
				}
			})
		}
	}
}

// TestBreakerCountFaults: a failure whose first copy was carried out without an answer counts twice, and opens one too early.
func TestBreakerCountFaults(t *testing.T) {
	twice := map[dynamotest.Fault]bool{dynamotest.Lost: true, dynamotest.Late: true, dynamotest.Overtaken: true, dynamotest.Failed: true}
	for name, f := range dynamotest.Each() {
		t.Run(name, func(t *testing.T) {
			e := newEnvironments(t)
			e.network.next(1, "UpdateItem", f)
			c := circuit()
			c.Failures = 9
			if err := e.first.Report(t.Context(), c, forward.Pass{Began: noon}, failed()); err != nil {
				t.Fatal(err)
			}
			want := "1"
			if twice[f] {
				want = "2"
			}
			deliver(t, e.faults)
			if got := attribute(stored(t, e.table, "b#members")["f@2237112090"]); got != want {
				t.Errorf("counted %s, want %s", got, want)
			}
		})
	}
}

// TestBreakerUnknownOutcome: a claim that nobody answered lets the call through; whoever comes next has the trial when it is
// over, or at once where the claim never arrived.
func TestBreakerUnknownOutcome(t *testing.T) {
	for name, tt := range map[string]struct {
		fault dynamotest.Fault
		want  forward.State
	}{
		"both answers lost": {dynamotest.Lost, forward.Busy},
		"never arrived":     {dynamotest.Cut, forward.Trial},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEnvironments(t)
			e.open()
			e.network.next(2, "UpdateItem", tt.fault)
			if _, err := e.first.Allow(t.Context(), circuit()); err == nil {
				t.Error("Allow() passed, want an error: the backend is called then")
			}
			e.allow(e.second, tt.want)
			e.seconds.Add(10)
			e.allow(e.second, forward.Trial)
			e.allow(e.first, forward.Busy)
		})
	}
}
