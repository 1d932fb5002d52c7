package meter_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"postern/shared/meter"
)

func TestMeter(t *testing.T) {
	var m meter.Meter
	ctx := meter.With(context.Background(), &m)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			meter.Read(ctx)
			meter.Read(context.WithoutCancel(ctx))
			meter.Write(ctx)
			meter.Fail(ctx)
		})
	}
	all.Wait()
	if m.Reads() != 16 || m.Writes() != 8 || m.Failures() != 8 {
		t.Errorf("reads, writes, failures = %d, %d, %d, want 16, 8, 8", m.Reads(), m.Writes(), m.Failures())
	}
	meter.Read(context.Background()) // nobody counts
	want := meter.Cost{Reads: 17, Writes: 9, Failures: 9, Waited: time.Second}
	if m.Add(meter.Cost{Reads: 1, Writes: 1, Failures: 1, Waited: time.Second}); m.Cost() != want {
		t.Errorf("Cost() = %+v, want %+v", m.Cost(), want)
	}
}

func TestWait(t *testing.T) {
	now := time.Unix(0, 0)
	tests := []struct {
		name string
		now  func() time.Time
		want time.Duration
	}{
		{"with a clock", func() time.Time { return now }, 5 * time.Second},
		{"without", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := meter.Meter{Now: tt.now}
			ctx := meter.With(context.Background(), &m)
			for _, d := range []time.Duration{2 * time.Second, 3 * time.Second} {
				done := meter.Wait(ctx)
				now = now.Add(d)
				done()
			}
			now = now.Add(time.Hour)
			if got := m.Waited(); got != tt.want {
				t.Errorf("Waited() = %v, want %v", got, tt.want)
			}
		})
	}
	meter.Wait(context.Background())() // nobody measures
}
