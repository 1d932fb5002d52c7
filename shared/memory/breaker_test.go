package memory_test

import (
	"testing"
	"time"

	"postern/shared/forward"
	"postern/shared/memory"
	"postern/shared/store/storetest"
)

func TestBreaker(t *testing.T) {
	storetest.Breaker(t, func(_ *testing.T, now func() time.Time) forward.Breaker { return &memory.Breaker{Now: now} })
}

// TestBreakerWithoutClock: the zero value has the system's.
func TestBreakerWithoutClock(t *testing.T) {
	var b memory.Breaker
	before := time.Now()
	if p, err := b.Allow(t.Context(), forward.Circuit{}); err != nil || p.State != forward.Closed || p.Began.Before(before) {
		t.Errorf("Allow() = %+v, %v, want a closed circuit at a time after %v", p, err, before)
	}
}
