//go:build dynamodb

package dynamo_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/forward"
)

// TestBreakerWindowFaults: a trip whose first copy was hit opens once, and a copy that comes when the circuit was closed again
// finds that out.
func TestBreakerWindowFaults(t *testing.T) {
	c := circuit()
	c.Window = 30 * time.Second
	for name, f := range dynamotest.Each() {
		t.Run(name, func(t *testing.T) {
			e := newEnvironments(t)
			fail := func(b *dynamo.Breaker) {
				t.Helper()
				p, err := b.Allow(t.Context(), c)
				if err == nil && p.State.Calls() {
					err = b.Report(t.Context(), c, p, failed())
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			fail(e.second)
			e.network.skip = 1 // the failure itself
			e.network.next(1, "UpdateItem", f)
			fail(e.first)
			e.wants(map[string]string{"o": "2237112030000", "f@2237112003000": ""})
			e.seconds.Add(30)
			p, err := e.first.Allow(t.Context(), c)
			if err != nil || p.State != forward.Trial || e.first.Report(t.Context(), c, p, answered()) != nil {
				t.Fatalf("Allow() = %+v, %v, want a trial", p, err)
			}
			e.wants(map[string]string{"o": "", "c": "2237112030000"})
			if err := e.second.Report(t.Context(), c, forward.Pass{Began: noon}, failed()); err != nil {
				t.Fatal(err)
			}
			e.wants(map[string]string{"o": "", "f@2237112033000": ""})
		})
	}
}

// TestBreakerWindowStaysSmall: environments that fail once each, and never again, leave an item with few attributes.
func TestBreakerWindowStaysSmall(t *testing.T) {
	c := circuit()
	c.Window = 30 * time.Second
	e := newEnvironments(t)
	for range 60 {
		b := dynamo.NewBreaker(e.table, e.now)
		if err := b.Report(t.Context(), c, forward.Pass{Began: e.now()}, failed()); err != nil {
			t.Fatal(err)
		}
		e.seconds.Add(31)
		windows := 0
		for name := range stored(t, e.table, "b#members") {
			if strings.HasPrefix(name, "f@") {
				windows++
			}
		}
		if windows > 12 {
			t.Fatal("the item counts in " + strconv.Itoa(windows) + " slices, want 12 at most")
		}
	}
}
