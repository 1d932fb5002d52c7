//go:build dynamodb

package dynamo_test

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/limit"
)

const room = 12

// operation is one on a limit of 12: a charge of units, their refund, or a reading of what is used.
type operation struct {
	kind    byte // 'c', 'r', 'u'
	attempt int  // of a charge and its refund
	units   int64
}

// outcome is what came of it: of a charge 1 or 0, of a reading the units used. unknown: nobody can tell.
type outcome struct {
	unknown bool
	n       int64
}

// tally is what the limit remembers: the attempts that are charged, and those that can be no more.
type tally struct {
	used            int64
	charged, barred [2]uint64
}

func has(set [2]uint64, attempt int) bool { return set[attempt/64]&(1<<(attempt%64)) != 0 }

func with(set [2]uint64, attempt int) [2]uint64 {
	set[attempt/64] |= 1 << (attempt % 64)
	return set
}

func (s tally) charge(c operation) (tally, bool) {
	if s.used+c.units > room || has(s.barred, c.attempt) {
		return s, false
	}
	return tally{s.used + c.units, with(s.charged, c.attempt), s.barred}, true
}

func (s tally) refund(c operation) tally {
	if has(s.charged, c.attempt) && !has(s.barred, c.attempt) {
		s.used -= c.units
	}
	s.barred = with(s.barred, c.attempt)
	return s
}

// steps are the tallies after an operation with this outcome. One whose outcome is unknown was carried out or not, whenever.
func steps(s tally, c operation, a outcome) []any {
	switch charged, fits := s.charge(c); {
	case c.kind == 'u' && a.n == s.used:
		return []any{s}
	case c.kind == 'r':
		return []any{s.refund(c)}
	case c.kind == 'c' && a.unknown && fits:
		return []any{s, charged}
	case c.kind == 'c' && a.unknown, c.kind == 'c' && a.n == 0 && s.used+c.units > room:
		return []any{s}
	case c.kind == 'c' && a.n == 1 && fits:
		return []any{charged}
	}
	return nil
}

// history is what clients did, and when.
type history struct {
	*testing.T
	faults   *dynamotest.Faults
	start    time.Time
	mu       sync.Mutex
	ops      []porcupine.Operation
	attempts int
	unknown  int
}

func (h *history) attempt() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.attempts++
	return h.attempts - 1
}

// did records an operation that returns now; forever: nobody knows when it is over.
func (h *history) did(client int, in operation, began time.Duration, out outcome, forever bool) {
	end := int64(time.Since(h.start))
	if forever {
		end = math.MaxInt64
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if out.unknown {
		h.unknown++
	}
	h.ops = append(h.ops, porcupine.Operation{ClientId: client, Input: in, Call: int64(began), Output: out, Return: end})
}

// exchange charges 1 to 3 units and gives most of them back. A charge of unknown outcome may be carried out until it is given
// back; a refund is repeated until it is answered.
func (h *history) exchange(client int, counter *dynamo.Counter) {
	ctx, end := context.WithCancel(h.Context())
	defer end()
	ch := unit(limit.NewCalendar("day", room, limit.Day, nil))
	ch.Units = 1 + rand.Int64N(3)
	charge := operation{'c', h.attempt(), ch.Units}
	began := time.Since(h.start)
	out, err := counter.Charge(ctx, ch)
	keep := rand.N(10) == 0
	switch {
	case err != nil:
		out.Handle = limit.Handle{Charge: ch}
		defer h.did(client, charge, began, outcome{unknown: true}, keep)
	case out.OK:
		h.did(client, charge, began, outcome{n: 1}, false)
	default:
		h.did(client, charge, began, outcome{}, false)
		return
	}
	if keep {
		return
	}
	if rand.N(4) == 0 {
		deliver(h.T, h.faults)
	}
	began = time.Since(h.start)
	for err = counter.Refund(ctx, out.Handle); err != nil; {
		err = counter.Refund(ctx, out.Handle)
	}
	h.did(client, operation{'r', charge.attempt, ch.Units}, began, outcome{}, false)
}

// record is the history of 8 clients in 4 environments, 5 % of whose requests suffer each of the faults.
func record(t *testing.T) *history {
	plain, broken, faults := faulty(t, dynamotest.Random(5))
	h := &history{T: t, faults: faults, start: time.Now()}
	counters := []*dynamo.Counter{environment(broken), environment(broken), environment(broken), environment(broken)}
	var clients sync.WaitGroup
	for client := range 8 {
		clients.Go(func() {
			for range 6 {
				h.exchange(client, counters[client/2])
			}
		})
	}
	clients.Wait()
	deliver(t, faults)
	began := time.Since(h.start)
	out, err := environment(plain).Charge(t.Context(), unit(limit.NewCalendar("day", 1000, limit.Day, nil)))
	if err != nil {
		t.Fatal(err)
	}
	h.did(8, operation{kind: 'u'}, began, outcome{n: 999 - out.Left[0]}, false)
	return h
}

// TestCounterIsLinear: whatever 8 clients see is what they would see if each charge and each refund happened at one moment
// between its call and its answer, refusals included, and what is used in the end is what they left.
func TestCounterIsLinear(t *testing.T) {
	model := porcupine.NondeterministicModel{
		Init: func() []any { return []any{tally{}} },
		Step: func(state, input, output any) []any { return steps(state.(tally), input.(operation), output.(outcome)) },
	}
	var ops, unknown int
	for i := range 15 {
		h := record(t)
		ops, unknown = ops+len(h.ops), unknown+h.unknown
		if got := porcupine.CheckOperationsTimeout(model.ToModel(), h.ops, 20*time.Second); got != porcupine.Ok {
			t.Errorf("history %d of %d operations is %s, want %s: %+v", i, len(h.ops), got, porcupine.Ok, h.ops)
		}
	}
	t.Logf("%d operations, %d of unknown outcome", ops, unknown)
	if unknown == 0 {
		t.Error("no outcome was unknown: nothing was tested")
	}
}

// TestLinearModel: the model refuses what must not happen.
func TestLinearModel(t *testing.T) {
	two := operation{'c', 0, 2}
	full, _ := tally{used: 10}.charge(two)
	for _, tt := range []struct {
		name  string
		state tally
		operation
		outcome
		want int // tallies that it may lead to
	}{
		{"charge", tally{used: 10}, two, outcome{n: 1}, 1},
		{"charge beyond the limit", tally{used: 11}, two, outcome{n: 1}, 0},
		{"refusal", tally{used: 11}, two, outcome{n: 0}, 1},
		{"refusal with room left", tally{used: 10}, two, outcome{n: 0}, 0},
		{"unknown charge", tally{used: 10}, two, outcome{unknown: true}, 2},
		{"unknown charge without room", tally{used: 11}, two, outcome{unknown: true}, 1},
		{"unknown charge after its refund", tally{}.refund(two), two, outcome{unknown: true}, 1},
		{"charge after its refund", tally{}.refund(two), two, outcome{n: 1}, 0},
		{"reading", full, operation{kind: 'u'}, outcome{n: 12}, 1},
		{"wrong reading", full, operation{kind: 'u'}, outcome{n: 11}, 0},
		{"reading after a refund", full.refund(two), operation{kind: 'u'}, outcome{n: 10}, 1},
		{"reading after two", full.refund(two).refund(two), operation{kind: 'u'}, outcome{n: 10}, 1},
	} {
		if got := len(steps(tt.state, tt.operation, tt.outcome)); got != tt.want {
			t.Errorf("%s: %d outcomes, want %d", tt.name, got, tt.want)
		}
	}
}
