package limit_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/limit"
	"postern/shared/memory"
	"postern/shared/meter"
)

// fake is a counter that does what its fields say.
type fake struct {
	charge func(limit.Charge) (limit.Outcome, error)
	refund func(limit.Handle) error
}

func (f fake) Charge(_ context.Context, c limit.Charge) (limit.Outcome, error) { return f.charge(c) }

func (f fake) Refund(_ context.Context, h limit.Handle) error { return f.refund(h) }

type plans func(name string) ([]limit.Window, error)

func (p plans) Plan(_ context.Context, name string) ([]limit.Window, error) { return p(name) }

var errDown = errors.New("the store is down")

// serve sends a request through the groups, then to a step that answers or, with a fault, refuses.
func serve(t *testing.T, at time.Time, caller *gateway.Principal, end error, groups ...*limit.Group) *gateway.Exchange {
	t.Helper()
	var steps []gateway.Step
	for _, g := range groups {
		steps = append(steps, g.Step())
	}
	steps = append(steps, gateway.Step{Name: "forward", Last: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		x.Answer = &gateway.Response{Status: 200}
		return end
	}})
	steps = append([]gateway.Step{{Name: "auth", Run: func(_ context.Context, x *gateway.Exchange) error {
		x.Principal = caller
		return nil
	}}}, steps...)
	var record *gateway.Record
	g := gateway.Gateway{
		Find: func(*gateway.Request) *gateway.API {
			return &gateway.API{Name: "members", Steps: steps, Render: func(*fault.Fault, *gateway.Exchange) *gateway.Response {
				return &gateway.Response{Status: 500}
			}}
		},
		Now: func() time.Time { return at },
		Log: func(_ context.Context, r *gateway.Record) { record = r },
	}
	g.Serve(t.Context(), &gateway.Request{Received: at}, func(*gateway.Response) error { return nil })
	return record.Exchange
}

func kind(x *gateway.Exchange) fault.Kind {
	if x.Refusal == nil {
		return ""
	}
	return x.Refusal.Fault.Kind
}

// rig makes groups over one counter in memory.
type rig struct {
	counter  limit.Counter
	refusals limit.Refusals
}

func newRig() *rig { return &rig{counter: metered{memory.NewCounter()}} }

// metered is a counter whose calls are paid for.
type metered struct{ limit.Counter }

func (m metered) Charge(ctx context.Context, c limit.Charge) (limit.Outcome, error) {
	meter.Write(ctx)
	return m.Counter.Charge(ctx, c)
}

func (m metered) Refund(ctx context.Context, h limit.Handle) error {
	meter.Write(ctx)
	return m.Counter.Refund(ctx, h)
}

func (r *rig) group(t *testing.T, per string, windows ...limit.Window) *limit.Group {
	return &limit.Group{Owner: newOwner(t, per, "members", "get"), Windows: windows, Counter: r.counter, Refusals: &r.refusals}
}

// TestStepGivesBack what was charged when a later limit refuses, but not what is to be kept, and not for other failures.
func TestStepGivesBack(t *testing.T) {
	backend := fault.New(fault.BackendTimeout, nil, nil)
	for _, tt := range []struct {
		name string
		keep bool
		end  error
		left int64 // of 10 of the first group, after one more
	}{
		{"later limit refuses", false, nil, 9},
		{"later limit refuses, charge kept", true, nil, 8},
		{"backend fails", false, backend, 8},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig()
			first := r.group(t, "route", limit.NewCalendar("endpoint", 10, limit.Day, nil))
			first.Keep = tt.keep
			groups := []*limit.Group{first}
			if tt.end == nil {
				groups = append(groups, r.group(t, "api", limit.NewCalendar("domain", 0, limit.Day, nil)))
			}
			serve(t, second(0), nil, tt.end, groups...)
			var left int64
			first.Counter = fake{charge: func(c limit.Charge) (limit.Outcome, error) {
				out, err := r.counter.Charge(t.Context(), c)
				left = out.Left[0]
				return out, err
			}}
			serve(t, second(0), nil, nil, first)
			if left != tt.left {
				t.Errorf("left = %d, want %d", left, tt.left)
			}
		})
	}
}

// TestStepStoreCalls: a charge, a refusal and the refund are one each; what is remembered is none.
func TestStepStoreCalls(t *testing.T) {
	r := newRig()
	groups := []*limit.Group{
		r.group(t, "route", limit.NewCalendar("endpoint", 10, limit.Day, nil)),
		r.group(t, "api", limit.NewCalendar("domain", 1, limit.Day, nil)),
	}
	for i, want := range []int64{2, 3, 2} {
		if x := serve(t, second(0), nil, nil, groups...); x.Store.Writes() != want {
			t.Errorf("request %d: %d store calls, want %d", i, x.Store.Writes(), want)
		}
	}
}

func TestStepStoreDown(t *testing.T) {
	gone, leave := context.WithCancel(t.Context())
	leave()
	var refunded []limit.Handle
	down := fake{
		charge: func(limit.Charge) (limit.Outcome, error) {
			return limit.Outcome{}, fmt.Errorf("no answer: %w", errDown)
		},
		refund: func(h limit.Handle) error { refunded = append(refunded, h); return errDown },
	}
	r := newRig()
	stage := limit.NewRate("stage", 1, time.Second, 0)
	closed, open := r.group(t, "api", stage), r.group(t, "api", stage)
	closed.Counter, open.Counter, open.Open = down, down, true

	if x := serve(t, second(0), nil, nil, closed); kind(x) != fault.InternalStore || !errors.Is(x.Refusal.Fault, errDown) {
		t.Errorf("closed: %v, want internal.store with its cause", x.Refusal)
	}
	if x := serve(t, second(0), nil, nil, open); kind(x) != "" || len(x.Tolerated) != 1 || !errors.Is(x.Tolerated[0], errDown) {
		t.Errorf("open: refused with %v, tolerated %v, want a pass that is recorded with its cause", x.Refusal, x.Tolerated)
	}
	if len(refunded) != 0 {
		t.Errorf("refunds = %v, want none: no later limit refused", refunded)
	}
	none := r.group(t, "route", limit.NewCalendar("none", 0, limit.Day, nil))
	if x := serve(t, second(0), nil, nil, open, none); kind(x) != "limit.route.quota" || len(refunded) != 1 || len(x.Tolerated) != 2 {
		t.Errorf("open, then refused: %q, %d refunds, tolerated %v, want limit.route.quota and 1: the charge may have arrived; and both failures recorded",
			kind(x), len(refunded), x.Tolerated)
	}
	down.charge = func(limit.Charge) (limit.Outcome, error) { return limit.Outcome{}, gone.Err() }
	closed.Counter = down
	step := closed.Step()
	if err := step.Run(gone, &gateway.Exchange{Request: &gateway.Request{}}); fault.From(err).Kind != fault.ClientGone {
		t.Errorf("client left: %v, want client.gone", err)
	}
	if x := serve(t, second(0), nil, nil, closed); kind(x) != fault.InternalStore {
		t.Errorf("the store gave up by itself: %v, want internal.store", x.Refusal)
	}
}

func TestStepSpecial(t *testing.T) {
	r := newRig()
	g := r.group(t, "app", limit.NewCalendar("calls", 1, limit.Day, nil))
	g.Special = map[string][]limit.Window{"shop": {limit.NewCalendar("calls", 3, limit.Day, nil)}}
	for _, tt := range []struct {
		app  string
		want int
	}{{"shop", 3}, {"other", 1}} {
		admitted := 0
		for range 5 {
			if kind(serve(t, second(0), &gateway.Principal{App: tt.app}, nil, g)) == "" {
				admitted++
			}
		}
		if admitted != tt.want {
			t.Errorf("%s: %d of 5 admitted, want %d", tt.app, admitted, tt.want)
		}
	}
}

// TestStepStages: once a stage is known, it counts for itself; what a plan grants is the same in all.
func TestStepStages(t *testing.T) {
	owners := map[string]int{}
	counter := fake{charge: func(c limit.Charge) (limit.Outcome, error) {
		owners[c.Owner]++
		return limit.Outcome{OK: true}, nil
	}}
	windows := []limit.Window{limit.NewCalendar("quota", 2, limit.Day, nil)}
	own := &limit.Group{Owner: newOwner(t, "app", "members", "get"), Windows: windows, Counter: counter, Refusals: &limit.Refusals{}}
	plan := &limit.Group{Owner: limit.KeyOwner("members"), Counter: counter, Refusals: &limit.Refusals{}, Plans: plans(func(string) ([]limit.Window, error) { return windows, nil })}
	for _, stage := range []string{"", "test", "release", "test"} {
		x := &gateway.Exchange{Request: &gateway.Request{}, Stage: stage, Principal: &gateway.Principal{App: "a@b", KeyID: "1", Plan: "gold"}}
		for _, g := range []*limit.Group{own, plan} {
			step := g.Step()
			if err := step.Run(t.Context(), x); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := map[string]int{
		"app:members:get:a%40b": 1, "app:members:get:a%40b@test": 2, "app:members:get:a%40b@release": 1, "key:members:a%40b:1": 4,
	}
	if !reflect.DeepEqual(owners, want) {
		t.Errorf("the owners charged are %v, want %v", owners, want)
	}
}

func TestStepPlans(t *testing.T) {
	r := newRig()
	g := &limit.Group{
		Owner: limit.KeyOwner("members"), Counter: r.counter, Refusals: &r.refusals,
		Plans: plans(func(name string) ([]limit.Window, error) {
			switch name {
			case "gold":
				return []limit.Window{limit.NewRate("rate", 100, time.Second, 0), limit.NewCalendar("quota", 2, limit.Day, nil)}, nil
			case "free":
				return nil, nil
			}
			return nil, errDown
		}),
	}
	for i, tt := range []struct {
		caller *gateway.Principal
		want   fault.Kind
	}{
		{&gateway.Principal{App: "shop", KeyID: "1", Plan: "gold"}, ""},
		{&gateway.Principal{App: "shop", KeyID: "1", Plan: "gold"}, ""},
		{&gateway.Principal{App: "shop", KeyID: "1", Plan: "gold"}, "limit.app.quota"},
		{&gateway.Principal{App: "shop", KeyID: "2", Plan: "gold"}, ""}, // each key has the plan for itself
		{&gateway.Principal{App: "shop", KeyID: "1", Plan: "free"}, ""},
		{&gateway.Principal{App: "shop", KeyID: "1"}, ""},
		{&gateway.Principal{App: "shop", KeyID: "1", Plan: "lost"}, fault.InternalStore},
		{nil, ""},
	} {
		if got := kind(serve(t, second(0), tt.caller, nil, g)); got != tt.want {
			t.Errorf("request %d of %+v: %q, want %q", i, tt.caller, got, tt.want)
		}
	}
}
