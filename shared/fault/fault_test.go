package fault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"postern/shared/fault"
)

func TestKindTree(t *testing.T) {
	tests := []struct {
		kind, parent fault.Kind
	}{{"limit.app.quota", "limit.app"}, {"limit", ""}, {"", ""}}
	for _, tt := range tests {
		if got := tt.kind.Parent(); got != tt.parent {
			t.Errorf("%q.Parent() = %q, want %q", tt.kind, got, tt.parent)
		}
	}
}

func TestUnder(t *testing.T) {
	tests := []struct {
		kind, ancestor fault.Kind
		want           bool
	}{
		{"limit.app.quota", "limit", true},
		{"limit", "limit", true},
		{"limits", "limit", false},
		{"limit", "limit.app", false},
	}
	for _, tt := range tests {
		if got := tt.kind.Under(tt.ancestor); got != tt.want {
			t.Errorf("%q.Under(%q) = %v, want %v", tt.kind, tt.ancestor, got, tt.want)
		}
	}
}

func TestFrom(t *testing.T) {
	plain, denied := errors.New("boom"), fault.New(fault.AccessAddress, nil, nil)
	tests := []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"a fault", denied, fault.AccessAddress},
		{"a wrapped fault", fmt.Errorf("x: %w", denied), fault.AccessAddress},
		{"a client that left", fmt.Errorf("x: %w", context.Canceled), fault.ClientGone},
		{"a fault that a leaving client caused", fault.New(fault.BackendReset, nil, context.Canceled), fault.BackendReset},
		{"a deadline is no leaving", fmt.Errorf("x: %w", context.DeadlineExceeded), fault.InternalTimeout},
		{"a fault that the deadline caused", fault.New(fault.BackendTimeout, nil, context.DeadlineExceeded), fault.BackendTimeout},
		{"anything else", plain, fault.Internal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fault.From(tt.err); got.Kind != tt.want || !errors.Is(tt.err, got) && !errors.Is(got, tt.err) {
				t.Errorf("From(%v) = %v, want kind %s", tt.err, got, tt.want)
			}
		})
	}
}

func TestEveryKindHasAKnownParent(t *testing.T) {
	params := fault.Params()
	for kind := range params {
		if p := kind.Parent(); p != "" {
			if _, ok := params[p]; !ok {
				t.Errorf("%s is known, its parent is not", kind)
			}
		}
	}
	for _, owner := range fault.Owners() {
		if _, ok := params[fault.LimitKind(owner, "rate")]; !ok {
			t.Errorf("no kind for the rate of %s", owner)
		}
	}
}

func TestErrorNamesKindAndCause(t *testing.T) {
	if got := fault.New(fault.BackendReset, fault.Args{"x": "shown"}, errors.New("reset")).Error(); got != "backend.reset: reset" {
		t.Errorf("Error() = %q", got)
	}
	if got := fault.New(fault.RoutePath, nil, nil).Error(); got != "route.path" {
		t.Errorf("Error() = %q", got)
	}
}
