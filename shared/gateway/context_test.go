package gateway_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"postern/shared/gateway"
)

// TestSettling: what is owed is settled after the client has left or the time is up, within 400 ms or what is left of the time.
func TestSettling(t *testing.T) {
	for _, tt := range []struct {
		name      string
		deadline  time.Duration // 0: none
		leaves    bool
		settlesIn time.Duration
	}{
		{"the client left", 0, true, 400 * time.Millisecond},
		{"the time is over", -time.Second, false, 400 * time.Millisecond},
		{"the time is nearly over", 300 * time.Millisecond, false, 400 * time.Millisecond},
		{"there is time", time.Minute, false, time.Minute},
		{"the client left in time", time.Minute, true, time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, leave := context.WithCancel(context.WithValue(t.Context(), t, "kept"))
			defer leave()
			if tt.deadline != 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, tt.deadline)
				defer cancel()
			}
			if tt.leaves {
				leave()
			}
			settling, stop := gateway.Settling(ctx)
			defer stop()
			if settling.Err() != nil || settling.Value(t) != "kept" {
				t.Errorf("%s: %v, value %v, want it alive", tt.name, settling.Err(), settling.Value(t))
			}
			start := time.Now()
			if <-settling.Done(); time.Since(start) != tt.settlesIn {
				t.Errorf("%s: it lived for %v, want %v", tt.name, time.Since(start), tt.settlesIn)
			}
		})
	}
}

// TestShared: work for several goes on when the client leaves, but ends with the time that there is for its exchange.
func TestShared(t *testing.T) {
	for _, tt := range []struct{ deadline, want time.Duration }{{0, time.Second}, {time.Minute, time.Second}, {time.Millisecond, time.Millisecond}} {
		synctest.Test(t, func(t *testing.T) {
			ctx, leave := context.WithCancel(t.Context())
			if tt.deadline > 0 {
				ctx, leave = context.WithTimeout(t.Context(), tt.deadline)
			}
			shared, stop := gateway.Shared(ctx, time.Second)
			defer stop()
			leave()
			start := time.Now()
			if <-shared.Done(); time.Since(start) != tt.want {
				t.Errorf("deadline %v: it lived for %v, want %v", tt.deadline, time.Since(start), tt.want)
			}
		})
	}
}
