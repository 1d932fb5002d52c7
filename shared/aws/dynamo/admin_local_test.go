//go:build dynamodb

package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/config"
	"postern/shared/memory"
)

// TestAdminFaults: every fault on every write of a change and of its undoing; what was asked for is there, once.
func TestAdminFaults(t *testing.T) {
	for name, fault := range dynamotest.Each() {
		t.Run(name, func(t *testing.T) {
			plain, broken, faults := faulty(t, func(op string, n int) dynamotest.Fault {
				if (op == "PutItem" || op == "DeleteItem") && n%2 == 1 {
					return fault
				}
				return dynamotest.None
			})
			keys := newRing(t)
			admin := dynamo.NewAdmin(broken, keys)
			r := registryStore{dynamo.NewRegistry(plain, dynamo.RegistryOptions{Keyring: keys}), admin, plain, keys}
			for range 2 {
				r.apply(t, shop())
				deliver(t, faults)
				r.has(t, auth.KeyID("first"), true)
				r.has(t, "AK", true)
				if got, err := r.Secrets(t.Context(), []string{"hmac"}); err != nil || got["hmac"] != "hunter2-hmac" {
					t.Errorf("Secrets = %v, %v", got, err)
				}
				for _, e := range [][2]string{{"app", "shop"}, {"plan", "gold"}, {"secret", "hmac"}} {
					if err := r.Remove(t.Context(), e[0], e[1]); err != nil {
						t.Fatal(err)
					}
				}
				deliver(t, faults)
				r.has(t, auth.KeyID("first"), false)
				if got, err := r.Read(t.Context()); err != nil || len(got.Apps)+len(got.Plans)+len(got.Secrets) > 0 {
					t.Errorf("Read = %+v, %v, want nothing", got, err)
				}
			}
			if faults.Sent("DeleteItem") < 12 {
				t.Errorf("%d removals were sent: there were no faults", faults.Sent("DeleteItem"))
			}
		})
	}
}

// TestReadFaults: one fault is got over, several are an error; keys left over are asked for again.
func TestReadFaults(t *testing.T) {
	for _, fault := range []dynamotest.Fault{dynamotest.Lost, dynamotest.Late, dynamotest.Failed, dynamotest.Throttled, dynamotest.Cut, dynamotest.Kept} {
		for _, op := range []string{"GetItem", "BatchGetItem"} {
			if fault == dynamotest.Kept && op == "GetItem" {
				continue
			}
			for count, want := range map[int]bool{1: true, 3: false} {
				plain, broken, _ := faulty(t, dynamotest.First(count, op, fault))
				keys := newRing(t)
				r := registryStore{
					dynamo.NewRegistry(broken, dynamo.RegistryOptions{Cache: time.Minute, Negative: time.Minute, Keyring: keys}),
					dynamo.NewAdmin(plain, keys), plain, keys,
				}
				r.apply(t, shop())
				_, err := r.Key(t.Context(), auth.KeyID("first"))
				if (err == nil) != want || errors.Is(err, auth.ErrNoKey) {
					t.Errorf("fault %v, %d times on %s: %v, want an answer: %v", fault, count, op, err, want)
				}
				for range 2 { // the faults are over by then
					if _, err = r.Key(t.Context(), auth.KeyID("first")); err == nil {
						break
					}
				}
				if err != nil {
					t.Errorf("after fault %v on %s: %v", fault, op, err)
				}
			}
		}
	}
}

// TestManyOperators: each adds a key of its own to one app, and again when another one was faster. None is lost.
func TestManyOperators(t *testing.T) {
	shared := table(t)
	r := registry(t, shared, dynamo.RegistryOptions{})
	r.apply(t, &config.Registry{Apps: []config.App{{Name: "shop"}}})
	var all sync.WaitGroup
	for n := range 6 {
		all.Go(func() {
			mine := dynamo.NewAdmin(shared, r.ring)
			for {
				err := mine.Change(t.Context(), func(reg *config.Registry) error {
					k := config.Key{Name: fmt.Sprint("k", n), Primary: fmt.Sprint("key-", n)}
					reg.Apps[0].Keys = append(reg.Apps[0].Keys, k)
					return nil
				})
				if err == nil {
					return
				} else if !errors.Is(err, dynamo.ErrChanged) {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	for n := range 6 {
		r.has(t, auth.KeyID(fmt.Sprint("key-", n)), true)
	}
}

// TestLikeMemory does the same random acts to both registries: they succeed or fail alike, and answer the same.
func TestLikeMemory(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 1))
	for range 4 {
		theirs, ours := registry(t, table(t), dynamo.RegistryOptions{}), memory.NewRegistry()
		for range 15 {
			reg := someRegistry(random)
			err, want := theirs.Apply(t.Context(), reg), ours.Apply(reg)
			if random.IntN(4) == 0 {
				kind, name := pick(random, "app", "plan", "secret"), pick(random, "a", "b", "c")
				err, want = theirs.Remove(t.Context(), kind, name), ours.Remove(kind, name)
			}
			if (err == nil) != (want == nil) {
				t.Fatalf("seed %d: an act on %+v: %v, in memory %v", seed, reg, err, want)
			}
			if got, want := everything(t, theirs), everything(t, ours); !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: after %+v the table answers\n%v, memory\n%v", seed, reg, got, want)
			}
		}
	}
}

func pick(r *rand.Rand, words ...string) string { return words[r.IntN(len(words))] }

// someRegistry has few names and values, for them to meet.
func someRegistry(r *rand.Rand) *config.Registry {
	reg := &config.Registry{Plans: map[string]config.Plan{}, Secrets: map[string]string{}}
	if r.IntN(2) == 0 {
		reg.Plans[pick(r, "a", "b", "c")] = config.Plan{Quota: config.Quota{N: r.Int64N(3), Unit: "day"}}
		reg.Secrets[pick(r, "a", "b", "c")] = pick(r, "", "x", "y")
	}
	for range r.IntN(3) {
		app := config.App{Name: pick(r, "a", "b", "c"), Grants: map[string]config.Grant{pick(r, "x", "y"): {Plan: pick(r, "a", "b", "none", "")}}}
		for i := range r.IntN(3) {
			app.Keys = append(app.Keys, config.Key{
				Name: fmt.Sprint(i), Primary: pick(r, "1", "2", "3", "4", "5"), Secondary: pick(r, "", "", "1", "6"), Inactive: r.IntN(4) == 0,
			})
		}
		if r.IntN(2) == 0 {
			app.AccessKeys = []config.AccessKey{{ID: pick(r, "k1", "k2"), Secret: pick(r, "s", "t"), Secondary: pick(r, "", "s", "u")}}
		}
		if r.IntN(4) == 0 {
			app.Flags = []config.Flag{config.Disabled}
		}
		reg.Apps = append(reg.Apps, app)
	}
	return reg
}

type reader interface {
	auth.Keys
	Secrets(context.Context, []string) (map[string]string, error)
}

// everything is all that a registry can say of someRegistry's names.
func everything(t *testing.T, r reader) (said []string) {
	t.Helper()
	ids := []string{"k1", "k2"}
	for _, value := range strings.Split("123456", "") {
		ids = append(ids, auth.KeyID(value))
	}
	for _, id := range ids {
		key, err := r.Key(t.Context(), id)
		switch {
		case errors.Is(err, auth.ErrNoKey):
			said = append(said, "none")
			continue
		case err != nil:
			t.Fatal(err)
		}
		line := fmt.Sprint(key.Name, key.App, key.Inactive, key.Grants, len(key.Secrets))
		for _, secret := range []string{"s", "t", "u"} {
			line += fmt.Sprint(signs(key, secret))
		}
		said = append(said, line)
	}
	secrets, err := r.Secrets(t.Context(), []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	return append(said, fmt.Sprint(secrets))
}
