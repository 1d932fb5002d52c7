package dynamo_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/aws/dynamo"
	"postern/shared/meter"
)

// always does the same to every request of an operation.
func always(op string, answer reply) func(string, int) reply {
	return func(got string, _ int) reply {
		if got == op {
			return answer
		}
		return nil
	}
}

// TestReadsFail: what cannot be read is an error, soon, whatever was known before; and nothing is learnt from it.
func TestReadsFail(t *testing.T) {
	for name, answer := range map[string]reply{
		"down":      code(500, "InternalServerError", "no"),
		"throttled": code(400, "ProvisionedThroughputExceededException", "no"),
		"denied":    code(400, "AccessDeniedException", "no"),
		"cut":       broken(syscall.ECONNRESET),
		"silent":    silent,
	} {
		for _, op := range []string{"GetItem", "BatchGetItem"} {
			s, r, c, keys := cached(t, shop())
			hasty := s.table()
			hasty.Attempt = 30 * time.Millisecond
			r.Registry = dynamo.NewRegistry(hasty, dynamo.RegistryOptions{Cache: 10 * time.Second, Negative: time.Minute, Now: c.read, Keyring: keys})
			id := auth.KeyID("first")
			r.has(t, id, true)
			c.move(10 * time.Second)
			s.fails(always(op, answer))
			for range 2 {
				var m meter.Meter
				key, err := r.Key(meter.With(t.Context(), &m), id)
				if err == nil || errors.Is(err, auth.ErrNoKey) || m.Failures() == 0 || m.Failures() > 4 { // two copies of each of two calls
					t.Errorf("%s %s: Key = %+v, %v after %d failures", op, name, key, err, m.Failures())
				}
				if op == "GetItem" {
					_, err = r.Plan(t.Context(), "silver")
				} else {
					_, err = r.Secrets(t.Context(), []string{"hmac"})
				}
				if err == nil {
					t.Errorf("%s %s: a plan or secret was read", op, name)
				}
			}
			s.fails(nil)
			r.has(t, id, true)
		}
	}
}

// TestReadsRecover: one failure is got over.
func TestReadsRecover(t *testing.T) {
	for _, op := range []string{"GetItem", "BatchGetItem"} {
		s, r, _, _ := cached(t, shop())
		s.fails(func(got string, n int) reply {
			if got == op && n == 1 {
				return broken(syscall.ECONNRESET)
			}
			return nil
		})
		r.has(t, auth.KeyID("first"), true)
	}
}

// TestReadsEnd: nobody waits beyond the time of the request.
func TestReadsEnd(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	s.fails(always("GetItem", silent))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if key, err := r.Key(ctx, "AK"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Key = %+v, %v, want %v", key, err, context.DeadlineExceeded)
	}
}

// TestUnprocessedKeys: what was left is asked for again, and no more; what stays away is an error.
func TestUnprocessedKeys(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	left := value{"registry": value{"Keys": []value{{"pk": value{"S": "a#shop"}}}, "ConsistentRead": false}}
	plan, err := json.Marshal(s.items["l#gold"])
	if err != nil {
		t.Fatal(err)
	}
	s.fails(func(op string, n int) reply {
		if op == "BatchGetItem" && n == 1 {
			return whole(value{"Responses": value{"registry": []json.RawMessage{plan}}, "UnprocessedKeys": left})
		}
		return nil
	})
	id := auth.KeyID("first")
	r.has(t, id, true)
	s.wants(t, "with keys left", "GetItem k#"+id, "BatchGetItem a#shop l#gold", "BatchGetItem a#shop")
	if _, err := r.Plan(t.Context(), "gold"); err != nil {
		t.Fatal(err)
	}
	s.wants(t, "a plan of the first answer")
	s.fails(always("BatchGetItem", whole(value{"UnprocessedKeys": left})))
	if key, err := r.Key(t.Context(), "AK"); err == nil || errors.Is(err, auth.ErrNoKey) {
		t.Errorf("Key = %+v, %v, want an error", key, err)
	}
	if n := len(s.ask()); n != 4 {
		t.Errorf("the table was asked %d times, want once and three times", n)
	}
}

// TestOneRead is made for all who ask at once, also when the client leaves that asked first.
func TestOneRead(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	arrived, goOn := make(chan struct{}, 64), make(chan struct{})
	s.fails(func(op string, _ int) reply {
		if op != "GetItem" {
			return nil
		}
		arrived <- struct{}{}
		<-goOn
		return nil
	})
	first, leave := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		if _, err := r.Key(first, "AK"); err != nil {
			t.Errorf("Key for who asked first = %v", err)
		}
	})
	all.Go(func() {
		if _, err := r.Plan(t.Context(), "gold"); err != nil {
			t.Errorf("Plan = %v", err)
		}
	})
	<-arrived
	<-arrived
	leave()
	for range 16 {
		all.Go(func() {
			key, err := r.Key(t.Context(), "AK")
			if err != nil || key.App != "shop" {
				t.Errorf("Key = %+v, %v", key, err)
			}
			if _, err := r.Plan(t.Context(), "gold"); err != nil {
				t.Errorf("Plan = %v", err)
			}
		})
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Key(gone, "AK"); !errors.Is(err, context.Canceled) {
		t.Errorf("Key for who leaves = %v, want %v", err, context.Canceled)
	}
	close(goOn)
	all.Wait()
	if asked := s.ask(); len(asked) != 3 || !slices.Contains(asked, "GetItem k#AK") || !slices.Contains(asked, "GetItem l#gold") {
		t.Errorf("the table was asked %q, want each once", asked)
	}
}

// TestCrash: a read that crashes leaves nobody waiting.
func TestCrash(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	s.fails(always("GetItem", func(*http.Request) (*http.Response, error) { panic("a bug") }))
	func() {
		defer func() { _ = recover() }()
		_, _ = r.Key(t.Context(), "AK")
	}()
	s.fails(nil)
	r.has(t, "AK", true)
}
