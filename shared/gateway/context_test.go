package gateway_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"postern/shared/gateway"
)

// TestSettling: what is owed is settled after the client has left or the time is up, within 400 ms.
func TestSettling(t *testing.T) {
	for name, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"left": context.WithCancel,
		"over": func(ctx context.Context) (context.Context, context.CancelFunc) { return context.WithTimeout(ctx, 0) },
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := end(context.WithValue(t.Context(), t, "kept"))
			cancel()
			settling, stop := gateway.Settling(ctx)
			defer stop()
			if settling.Err() != nil || settling.Value(t) != "kept" {
				t.Errorf("%s: %v, value %v, want it alive", name, settling.Err(), settling.Value(t))
			}
			start := time.Now()
			if <-settling.Done(); time.Since(start) != 400*time.Millisecond {
				t.Errorf("%s: it lived for %v, want 400 ms", name, time.Since(start))
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
