//go:build dynamodb

package dynamo_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/limit"
)

// TestLeaseMarkers: leases leave the marker of the last one, kept for 15 minutes where it holds a quota, for a minute where not.
func TestLeaseMarkers(t *testing.T) {
	for _, tt := range []struct {
		window limit.Window
		want   time.Duration
	}{{largeDay(), 15 * time.Minute}, {limit.NewRate("rate", 1000, time.Second, 0), 61 * time.Second}} {
		state, now := table(t), noon
		newClocked(t, state, &now, dynamo.CounterOptions{}).passes(20, 0, tt.window)
		markers := 0
		for name, until := range numbers(t, state) {
			if name[0] != '!' {
				continue
			}
			markers++
			if until != noon.Add(tt.want).Unix() {
				t.Errorf("%s: marker until %d, want %v later than noon", &tt.window, until, tt.want)
			}
		}
		if markers != 2 { // the write that removes the last one but one shows itself in the next
			t.Errorf("%s: %d markers, want 2", &tt.window, markers)
		}
	}
}

// TestLeaseMarkerStays: the marker of a lease of which a copy may be on its way is not removed by the next one.
func TestLeaseMarkerStays(t *testing.T) {
	for f, want := range map[dynamotest.Fault]int{dynamotest.None: 2, dynamotest.Throttled: 2, dynamotest.Lost: 3} {
		plain, broken, _ := faulty(t, dynamotest.First(1, "UpdateItem", f))
		now := noon
		newClocked(t, broken, &now, dynamo.CounterOptions{}).passes(8, 0, largeDay()) // 1, 2, 4 and 8
		markers := 0
		for name := range numbers(t, plain) {
			if name[0] == '!' {
				markers++
			}
		}
		if markers != want {
			t.Errorf("fault %d of the first lease: %d markers, want %d", f, markers, want)
		}
	}
}

// TestLeaseShared: where some requests of an owner count fewer windows than others, both kinds have their leases.
func TestLeaseShared(t *testing.T) {
	state, now := table(t), noon
	c := newClocked(t, state, &now, dynamo.CounterOptions{})
	minute := limit.NewCalendar("minute", 10_000, limit.Minute, nil)
	for range 60 {
		c.passes(1, 0, largeDay())
		c.passes(1, 0, largeDay(), minute)
	}
	if c.writes != 12 { // 1, 2, 4, 8, 16 and 32, twice
		t.Errorf("%d writes, want 12", c.writes)
	}
}

// TestLeaseTogether: 64 requests at once share the trips of one after another: for 1, 2, 4, 8, 16, 32 and 64 units.
func TestLeaseTogether(t *testing.T) {
	_, state, faults := faulty(t, func(string, int) dynamotest.Fault { return dynamotest.None })
	c := environment(state)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			if out, err := c.Charge(t.Context(), unit(largeDay())); err != nil || !out.OK {
				t.Errorf("Charge = %+v, %v; want a charge", out, err)
			}
		})
	}
	all.Wait()
	if got := faults.Sent("UpdateItem"); got != 7 {
		t.Errorf("%d writes, want 7", got)
	}
}

// TestLeaseWaits: who waits for another's trip gives up when its own exchange ends.
func TestLeaseWaits(t *testing.T) {
	arrived, release := make(chan struct{}), make(chan struct{})
	_, broken, _ := faulty(t, func(string, int) dynamotest.Fault {
		close(arrived)
		<-release
		return dynamotest.None
	})
	c := environment(broken)
	done := make(chan error)
	go func() {
		_, err := c.Charge(t.Context(), unit(largeDay()))
		done <- err
	}()
	<-arrived
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if out, err := c.Charge(ctx, unit(largeDay())); err == nil {
		t.Errorf("Charge = %+v, want an error", out)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
