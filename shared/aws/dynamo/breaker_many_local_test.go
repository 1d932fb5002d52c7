//go:build dynamodb

package dynamo_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/forward"
)

// TestBreakerOfManyEnvironments: 32 environments call twenty times a second; the backend is sick from the second second to the
// fifth. What reaches it meanwhile is what opens the circuit, one call of each environment that does not know yet, and one trial
// each second; then the first trial that goes well closes it.
func TestBreakerOfManyEnvironments(t *testing.T) {
	const (
		environments, threshold = 32, 20
		tick                    = 50 * time.Millisecond
		sick, well, end         = 1 * time.Second, 5 * time.Second, 9 * time.Second
	)
	c := forward.Circuit{Backend: "members", Failures: threshold, Open: time.Second, Trial: time.Second}
	var clock atomic.Int64
	_, broken, faults := faulty(t, dynamotest.Random(1))
	all := make([]*dynamo.Breaker, environments)
	for i := range all {
		all[i] = dynamo.NewBreaker(broken, func() time.Time { return noon.Add(time.Duration(clock.Load())) })
	}

	var reached, unknown, trying, recovered atomic.Int32
	call := func(b *dynamo.Breaker, now time.Duration) {
		ctx := context.WithoutCancel(t.Context())
		p, err := b.Allow(ctx, c)
		if (err != nil || p.State.Calls()) && now == end-tick {
			recovered.Add(1)
		}
		switch {
		case err != nil:
			unknown.Add(1) // the backend is called, and nobody reports
			return
		case !p.State.Calls():
			return
		}
		if p.State == forward.Trial {
			if trying.Add(1) > 1 {
				t.Error("two trials at once")
			}
			defer trying.Add(-1)
		}
		outcome := answered()
		if now >= sick && now < well {
			reached.Add(1)
			outcome = failed()
		}
		if b.Report(ctx, c, p, outcome) != nil {
			unknown.Add(1)
		}
	}
	for now := time.Duration(0); now < end; now += tick {
		clock.Store(int64(now))
		var calls sync.WaitGroup
		for _, b := range all {
			calls.Go(func() { call(b, now) })
		}
		calls.Wait()
	}
	reads, writes := faults.Sent("GetItem"), faults.Sent("UpdateItem")
	t.Logf("%d calls reached the sick backend, %d outcomes unknown, %d reads, %d writes", reached.Load(), unknown.Load(), reads, writes)
	if most := int32(2*environments + 6); reached.Load() > most || reached.Load() < threshold {
		t.Errorf("%d calls reached the sick backend, want %d to %d", reached.Load(), threshold, most)
	}
	if recovered.Load() != environments {
		t.Errorf("%d environments call the backend in the end, want all %d", recovered.Load(), environments)
	}
	if most := 10 * environments; reads > most || writes > most {
		t.Errorf("%d reads, %d writes, want %d of each at most", reads, writes, most)
	}
}
