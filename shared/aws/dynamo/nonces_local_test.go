//go:build dynamodb

package dynamo_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/replay"
	"postern/shared/store/storetest"
)

func TestNoncesContract(t *testing.T) {
	storetest.Nonces(t, func(t *testing.T) replay.Nonces { return dynamo.NewNonces(table(t)) })
}

const claimKey = "n#members#ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"

// TestNoncesFaults: whatever happens to the first copy, the nonce is claimed, and by nobody else.
func TestNoncesFaults(t *testing.T) {
	for name, f := range dynamotest.Each() {
		t.Run(name, func(t *testing.T) {
			plain, broken, faults := faulty(t, dynamotest.First(1, "PutItem", f))
			if free, err := dynamo.NewNonces(broken).Claim(t.Context(), claim()); !free || err != nil {
				t.Fatalf("Claim() = %v, %v, want true", free, err)
			}
			deliver(t, faults)
			if by := attribute(stored(t, plain, claimKey)["by"]); by != "AAECAwQFBgc" || faults.Sent("PutItem") != 2 {
				t.Errorf("claimed by %q with %d copies, want the first attempt, with 2", by, faults.Sent("PutItem"))
			}
			again := claim()
			again.ID++
			if free, err := dynamo.NewNonces(plain).Claim(t.Context(), again); free || err != nil {
				t.Errorf("the second Claim() = %v, %v, want false", free, err)
			}
		})
	}
}

// TestNoncesUnknown: when no copy is answered, nobody is let in; whether the nonce is burnt depends on what arrived.
func TestNoncesUnknown(t *testing.T) {
	for name, tt := range map[string]struct {
		fault dynamotest.Fault
		burnt bool
	}{
		"both answers lost":  {dynamotest.Lost, true},
		"both answers late":  {dynamotest.Late, true},
		"500 twice":          {dynamotest.Failed, true},
		"both arrive later":  {dynamotest.Overtaken, true},
		"throttled for long": {dynamotest.Throttled, false},
		"never arrived":      {dynamotest.Cut, false},
	} {
		t.Run(name, func(t *testing.T) {
			plain, broken, faults := faulty(t, dynamotest.First(2, "PutItem", tt.fault))
			rules := replay.Rules{Scope: "members", Life: 60e9}
			x := &gateway.Exchange{
				Request:     &gateway.Request{Received: noon},
				Credentials: []*gateway.Credential{{Nonce: "abc"}},
			}
			err := rules.Step(0, dynamo.NewNonces(broken)).Run(t.Context(), x)
			if kind := fault.From(err).Kind; err == nil || kind != fault.InternalStore {
				t.Errorf("the step ends with %v, want %s", err, fault.InternalStore)
			}
			deliver(t, faults)
			free, err := dynamo.NewNonces(plain).Claim(t.Context(), claim())
			if err != nil || free == tt.burnt {
				t.Errorf("the next Claim() = %v, %v, want %v", free, err, !tt.burnt)
			}
		})
	}
}

// TestNoncesUnderFaults: however the network fails, no nonce has two winners.
func TestNoncesUnderFaults(t *testing.T) {
	_, broken, faults := faulty(t, dynamotest.Random(5))
	nonces := dynamo.NewNonces(broken)
	var lost, unknown atomic.Int32
	for i := range 8 {
		var winners atomic.Int32
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				c := claim()
				c.ID, c.Nonce = rand.Uint64(), strconv.Itoa(i)
				switch free, err := nonces.Claim(context.WithoutCancel(t.Context()), c); {
				case err != nil:
					unknown.Add(1)
				case free:
					winners.Add(1)
				}
			})
		}
		all.Wait()
		deliver(t, faults)
		switch winners.Load() {
		case 0:
			lost.Add(1)
		case 1:
		default:
			t.Errorf("nonce %d has %d winners, want one at most", i, winners.Load())
		}
	}
	t.Logf("%d requests, %d of 8 nonces burnt without a winner, %d unknown outcomes", faults.Sent("PutItem"), lost.Load(), unknown.Load())
	if lost.Load() > unknown.Load() {
		t.Errorf("%d nonces have no winner, but only %d claims an unknown outcome", lost.Load(), unknown.Load())
	}
}

// TestNoncesWithoutTable: what cannot work is an error at once.
func TestNoncesWithoutTable(t *testing.T) {
	faults := dynamotest.Faulty(nil, func(string, int) dynamotest.Fault { return dynamotest.None })
	broken := server().FaultyTable("nobody-made-it", faults)
	_, err := dynamo.NewNonces(broken).Claim(t.Context(), claim())
	if err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Claim() = %v, want that there is no table", err)
	}
}
