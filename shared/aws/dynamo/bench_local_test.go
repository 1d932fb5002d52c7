//go:build dynamodb

package dynamo_test

import (
	"context"
	"crypto/rand"
	mathrand "math/rand/v2"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/forward"
	"postern/shared/limit"
	"postern/shared/meter"
	"postern/shared/replay"
)

// BenchmarkCalls is what each kind of check costs a request in calls, of one environment that serves 100 a second by its own
// clock. Times are those of the emulator.
func BenchmarkCalls(b *testing.B) {
	now := noon
	day, rate := limit.NewCalendar("day", 1e9, limit.Day, nil), limit.NewRate("rate", 500, time.Second, 0)
	exactDay, exactRate := day, rate
	exactDay.Exact, exactRate.Exact = true, true
	slow := limit.NewRate("slow", 50, time.Second, 0)
	for _, bb := range []struct {
		name  string
		check func(b *testing.B, state *dynamo.Table) func(context.Context) error
	}{
		{"nonce", func(_ *testing.B, state *dynamo.Table) func(context.Context) error {
			nonces := dynamo.NewNonces(state)
			return func(ctx context.Context) error {
				_, err := nonces.Claim(ctx, replay.Claim{ID: mathrand.Uint64(), Nonce: rand.Text(), At: now, Until: now.Add(time.Minute)})
				return err
			}
		}},
		{"closed breaker", func(_ *testing.B, state *dynamo.Table) func(context.Context) error {
			breaker := dynamo.NewBreaker(state, func() time.Time { return now })
			return func(ctx context.Context) error {
				pass, err := breaker.Allow(ctx, circuit())
				if err != nil {
					return err
				}
				return breaker.Report(ctx, circuit(), pass, forward.Outcome{Status: 200})
			}
		}},
		{"rate, exact", charging(&now, false, exactRate)},
		{"rate under 100 a second", charging(&now, false, slow)},
		{"quota, exact", charging(&now, false, exactDay)},
		{"rate and quota, exact", charging(&now, false, exactRate, exactDay)},
		{"five windows, exact", charging(&now, false, exactRate, exactDay,
			limit.NewCalendar("minute", 1e9, limit.Minute, nil), limit.NewCalendar("month", 1e9, limit.Month, nil),
			limit.NewFirstCall("first", 1e9, time.Hour))},
		{"rate, leased", charging(&now, false, rate)},
		{"quota, leased", charging(&now, false, day)},
		{"rate and quota, leased", charging(&now, false, rate, day)},
		{"quota, exact, given back", charging(&now, true, exactDay)},
		{"quota, leased, given back", charging(&now, true, day)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			state, err := local.Table(b.Context(), rand.Text())
			if err != nil {
				b.Fatal(err)
			}
			check := bb.check(b, state)
			var reads, writes int64
			for b.Loop() {
				now = now.Add(10 * time.Millisecond)
				var m meter.Meter
				ctx, end := context.WithCancel(meter.With(b.Context(), &m))
				if err := check(ctx); err != nil {
					b.Fatal(err)
				}
				end()
				reads, writes = reads+m.Reads(), writes+m.Writes()
			}
			b.ReportMetric(float64(reads)/float64(b.N), "reads/op")
			b.ReportMetric(float64(writes)/float64(b.N), "writes/op")
		})
	}
}

// charging charges windows, and gives the charge back where back says so.
func charging(now *time.Time, back bool, windows ...limit.Window) func(*testing.B, *dynamo.Table) func(context.Context) error {
	return func(_ *testing.B, state *dynamo.Table) func(context.Context) error {
		c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return *now }})
		return func(ctx context.Context) error {
			ch := unit(windows...)
			ch.At = *now
			out, err := c.Charge(ctx, ch)
			if err != nil || !back {
				return err
			}
			return c.Refund(ctx, out.Handle)
		}
	}
}
