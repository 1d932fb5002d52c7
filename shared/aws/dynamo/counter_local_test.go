//go:build dynamodb

package dynamo_test

import (
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/limit"
	"postern/shared/store/storetest"
)

// atOnce makes nobody wait longer than the others.
func atOnce(int64) int64 { return 0 }

// TestCounter: the contract holds whether units are booked ahead or not.
func TestCounter(t *testing.T) {
	for name, exact := range map[string]bool{"leases": false, "exact": true} {
		t.Run(name, func(t *testing.T) {
			storetest.Counter(t, func(t *testing.T) limit.Counter {
				return dynamo.NewCounter(table(t), dynamo.CounterOptions{Now: time.Now, Random: atOnce, Exact: exact})
			})
		})
	}
}
