//go:build dynamodb

package dynamo_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/limit"
	"postern/shared/meter"
)

// fleet is environments that share a table, each with a counter and a memory of refusals of its own. Time is virtual: it is
// what the fleet says, so that how fast the server answers changes nothing.
type fleet struct {
	*testing.T
	steps []gateway.Step
	now   time.Time

	mu       sync.Mutex
	writes   int64
	admitted []time.Time
	offered  int
	failed   int
}

// newFleet is 10 environments, whose requests to the table suffer what the script says; nil: nothing.
func newFleet(t *testing.T, script dynamotest.Script, windows ...limit.Window) *fleet {
	t.Helper()
	if script == nil {
		script = func(string, int) dynamotest.Fault { return dynamotest.None }
	}
	_, state, _ := faulty(t, script)
	state.Pause = func() time.Duration { return 0 }
	owner, err := limit.NewOwner("api", "members", "")
	if err != nil {
		t.Fatal(err)
	}
	f := &fleet{T: t, now: noon}
	for range 10 {
		c := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return f.now }})
		g := limit.Group{Owner: owner, Windows: windows, Counter: c, Refusals: &limit.Refusals{}}
		f.steps = append(f.steps, g.Step())
	}
	return f
}

// load offers so many requests a second for a time, at random moments, to random environments. Within a millisecond they
// come at once.
func (f *fleet) load(perSecond float64, length time.Duration) {
	f.Helper()
	random := rand.New(rand.NewPCG(20, 26))
	type arrival struct {
		at  time.Time
		env int
	}
	ms := map[int64][]arrival{}
	for at := time.Duration(0); ; {
		at += time.Duration(random.ExpFloat64() / perSecond * float64(time.Second))
		if at > length {
			break
		}
		n := int64(at / time.Millisecond)
		ms[n] = append(ms[n], arrival{f.now.Add(at), random.IntN(len(f.steps))})
	}
	start := f.now
	for n := range int64(length/time.Millisecond) + 1 {
		f.now = start.Add(time.Duration(n) * time.Millisecond)
		var all sync.WaitGroup
		for _, a := range ms[n] {
			all.Go(func() { f.request(a.env, a.at) })
		}
		all.Wait()
	}
}

func (f *fleet) request(env int, at time.Time) {
	var store meter.Meter
	ctx, cancel := context.WithCancel(meter.With(f.Context(), &store))
	defer cancel()
	err := f.steps[env].Run(ctx, &gateway.Exchange{Request: &gateway.Request{Received: at}})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.offered++
	f.writes += store.Writes()
	switch {
	case err == nil:
		f.admitted = append(f.admitted, at)
	case fault.From(err).Kind.Under(fault.Limit):
	default:
		f.failed++
	}
}

// over is by how many units a rate was passed at most, in any interval of decision times.
func (f *fleet) over(w limit.Window) (most int64) {
	times := slices.Clone(f.admitted)
	slices.SortFunc(times, time.Time.Compare)
	step, arrival := w.Step(), int64(0)
	for _, at := range times {
		arrival = max(arrival, at.UnixNano()) + step
		if beyond := arrival - at.UnixNano() - w.Burst*step; beyond > 0 {
			most = max(most, (beyond-1)/step+1)
		}
	}
	return most
}

// report prints what a load cost, and fails where it cost more or admitted less than is promised.
func (f *fleet) report(least int64, writes float64) {
	f.Helper()
	admitted, spent := int64(len(f.admitted)), float64(f.writes)
	f.Logf("%d offered, %d admitted, %d failed, %.3f writes per admitted request", f.offered, admitted, f.failed, spent/float64(admitted))
	if admitted < least {
		f.Errorf("%d admitted, want %d at least", admitted, least)
	}
	if spent > writes*float64(admitted) {
		f.Errorf("%.3f writes per admitted request, want %.3f at most", spent/float64(admitted), writes)
	}
}

func fleetRate() limit.Window { return limit.NewRate("rate", 500, time.Second, 500) }

// TestFleetRates: 10 environments at twice a limit of 500/s admit no more than burst + rate·T in any interval, which is 3,000
// in these 5 seconds, and hardly less than the 2,875 that a bucket smaller by 250 ms leaves. It takes a write for every seven
// requests, or better.
func TestFleetRates(t *testing.T) {
	quota := limit.NewCalendar("quota", 1e6, limit.Day, nil)
	exact := fleetRate()
	exact.Exact = true
	for _, tt := range []struct {
		name    string
		windows []limit.Window
		script  dynamotest.Script
		offered float64
		length  time.Duration
		least   int64
		writes  float64
	}{
		{"booked ahead", []limit.Window{fleetRate()}, nil, 1000, 5 * time.Second, 2500, 0.15},
		{"rate and quota", []limit.Window{fleetRate(), quota}, nil, 1000, 5 * time.Second, 2500, 0.15},
		{"30 % faults", []limit.Window{fleetRate()}, dynamotest.Random(5), 1000, 5 * time.Second, 2000, 0.25},
		{"at 40 % of the rate", []limit.Window{fleetRate()}, nil, 200, 5 * time.Second, 1000, 0.6},
		{"exact", []limit.Window{exact}, nil, 1000, 2 * time.Second, 1490, 2.5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFleet(t, tt.script, tt.windows...)
			f.load(tt.offered, tt.length)
			f.report(tt.least, tt.writes)
			if over := f.over(fleetRate()); over > 0 {
				t.Errorf("%d units more than burst + rate·T in an interval", over)
			}
			if tt.script == nil && f.failed > 0 {
				t.Errorf("%d requests failed, want none", f.failed)
			}
		})
	}
}

// TestFleetQuotas: 10 environments at more than a quota admit as much of it in each of its periods, and not more.
func TestFleetQuotas(t *testing.T) {
	for _, tt := range []struct {
		name    string
		window  limit.Window
		script  dynamotest.Script
		offered float64
		length  time.Duration
		least   int64
		writes  float64
	}{
		{"2,500 in 5 s", limit.NewFirstCall("quota", 2500, 5*time.Second), nil, 1000, 4900 * time.Millisecond, 2450, 0.15},
		{
			"2,500 in 5 s, 30 % faults", limit.NewFirstCall("quota", 2500, 5*time.Second), dynamotest.Random(5),
			1000, 4900 * time.Millisecond, 2000, 0.25,
		},
		{"three minutes, slowly", limit.NewCalendar("quota", 1000, limit.Minute, nil), nil, 25, 130 * time.Second, 2150, 0.9},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFleet(t, tt.script, tt.window)
			f.load(tt.offered, tt.length)
			f.report(tt.least, tt.writes)
			periods := map[int64]int64{}
			for _, at := range f.admitted {
				if tt.window.Shape == limit.Calendar {
					periods[tt.window.End(at).Unix()]++
				} else {
					periods[0]++
				}
			}
			for end, admitted := range periods {
				if admitted > tt.window.N {
					t.Errorf("%d admitted in the period until %d, want %d at most", admitted, end, tt.window.N)
				}
			}
		})
	}
}
