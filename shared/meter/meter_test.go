package meter_test

import (
	"context"
	"sync"
	"testing"

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
}
