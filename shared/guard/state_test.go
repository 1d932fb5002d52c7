package guard_test

import (
	"context"
	"errors"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
)

// standings answers always the same, and notes what it was asked.
type standings struct {
	is    guard.Standing
	err   error
	asked string
}

func (s *standings) Standing(_ context.Context, host, api, owner string) (guard.Standing, error) {
	s.asked = host + " " + api + " " + owner
	return s.is, s.err
}

// TestState takes one state after the other away: the first that is left refuses.
func TestState(t *testing.T) {
	s := &standings{is: guard.Standing{HostLegal: true, NoOwner: true, Moved: true, Legal: true, Overdue: true, Expired: true}}
	state := guard.State{Owner: "acme", Standings: s}
	x := &gateway.Exchange{Request: &gateway.Request{Host: "API.Example.com.:8443"}, API: &gateway.API{Name: "orders"}}
	for _, tt := range []struct {
		want string
		away *bool
	}{
		{"route.host.legal", &s.is.HostLegal},
		{"route.owner", &s.is.NoOwner},
		{"route.moved", &s.is.Moved},
		{"route.legal", &s.is.Legal},
		{"route.overdue", &s.is.Overdue},
		{"", new(bool)},
	} {
		if got := run(t, state.Step(), x); got != tt.want {
			t.Errorf("state of %+v = %q, want %q", s.is, got, tt.want)
		}
		*tt.away = false
	}
	if want := "api.example.com orders acme"; s.asked != want {
		t.Errorf("it asked for %q, want %q", s.asked, want)
	}
	if got := run(t, state.Expired(), x); got != "definition.expired" {
		t.Errorf("definition of %+v = %q", s.is, got)
	}
	s.is = guard.Standing{HostLegal: true, Moved: true}
	if got := run(t, state.Expired(), x); got != "" {
		t.Errorf("definition of %+v = %q, want it in order", s.is, got)
	}
	s.is = guard.Standing{NoOwner: true}
	var f *fault.Fault
	if err := state.Step().Run(t.Context(), x); !errors.As(err, &f) || f.Args["owner"] != "acme" {
		t.Errorf("an owner who is not there: %v", err)
	}
	for name, step := range map[string]gateway.Step{"state": state.Step(), "definition": state.Expired()} {
		if step.Name != name || step.Again {
			t.Errorf("the step is %q, again %v", step.Name, step.Again)
		}
	}
}

// TestStateFails: a store that cannot say fails closed; a client that left is no failure of it.
func TestStateFails(t *testing.T) {
	s := &standings{err: errors.New("down")}
	state := guard.State{Standings: s}
	x := &gateway.Exchange{Request: &gateway.Request{Host: "h"}, API: &gateway.API{Name: "a"}}
	for _, step := range []gateway.Step{state.Step(), state.Expired()} {
		if got := run(t, step, x); got != "internal.store" {
			t.Errorf("%s with a store that is down = %q", step.Name, got)
		}
	}
	ctx, leave := context.WithCancel(t.Context())
	leave()
	s.err = context.Canceled
	if err := state.Step().Run(ctx, x); !errors.Is(err, context.Canceled) || errors.As(err, new(*fault.Fault)) {
		t.Errorf("for who left: %v, want %v itself", err, context.Canceled)
	}
	if got := run(t, state.Step(), x); got != "internal.store" {
		t.Errorf("a store that gave up = %q", got)
	}
}

func TestStage(t *testing.T) {
	for _, tt := range []struct{ reads, stage, want string }{
		{"test", "test", ""}, {"release", "release", ""}, {"other", "", "route.stage"}, {"", "", "route.stage"}, {"broken", "", "route.stage"},
	} {
		step := guard.Stage{Names: []string{"release", "test", "broken"}, Read: func(*gateway.Request) (string, error) {
			if tt.reads == "broken" {
				return tt.reads, errors.New("twice")
			}
			return tt.reads, nil
		}}.Step()
		x := &gateway.Exchange{Request: &gateway.Request{}}
		if got := run(t, step, x); got != tt.want || x.Stage != tt.stage || step.Name != "stage" || !step.Again {
			t.Errorf("%s: stage %q, refused with %q, want %q and %q", tt.reads, x.Stage, got, tt.stage, tt.want)
		}
	}
}
