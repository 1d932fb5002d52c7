package fault_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"postern/shared/fault"
)

func TestStore(t *testing.T) {
	left, leave := context.WithCancel(t.Context())
	leave()
	late, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	down, gaveUp := errors.New("down"), fmt.Errorf("x: %w", context.Canceled)
	for _, tt := range []struct {
		name string
		ctx  context.Context
		err  error
		want fault.Kind
	}{
		{"down", t.Context(), down, fault.InternalStore},
		{"the store gave up", t.Context(), gaveUp, fault.InternalStore},
		{"its own time is over", t.Context(), context.DeadlineExceeded, fault.InternalStore},
		{"the client left", left, gaveUp, fault.ClientGone},
		{"down when the client left", left, down, fault.InternalStore},
		{"the time is over", late, context.DeadlineExceeded, fault.InternalStoreTimeout},
		{"it gave up when the time was over", late, gaveUp, fault.InternalStoreTimeout},
	} {
		err := fault.Store(tt.ctx, tt.err)
		if got := fault.From(err).Kind; got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%s: Store(%v) = %v, want %s with the cause", tt.name, tt.err, err, tt.want)
		}
	}
}
