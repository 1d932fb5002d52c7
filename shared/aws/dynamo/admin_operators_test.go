package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"postern/shared/auth"
	"postern/shared/aws/dynamo"
	"postern/shared/config"
)

// access is what a caller with each of these keys may do: the app, whether it is active, its grants.
func access(t *testing.T, s *shelf, ids []string) map[string]string {
	t.Helper()
	fresh, seen := dynamo.NewRegistry(s.table(), dynamo.RegistryOptions{}), map[string]string{}
	for _, id := range ids {
		key, err := fresh.Key(t.Context(), id)
		switch {
		case errors.Is(err, auth.ErrNoKey):
		case err != nil:
			t.Fatal(err)
		default:
			seen[id] = fmt.Sprint(key.App, key.Inactive, key.Grants)
		}
	}
	return seen
}

// TestHalfDone: whichever write is the last one, nobody may do what neither the old nor the new registry says; and to apply
// again completes it.
func TestHalfDone(t *testing.T) {
	key := func(values ...string) (keys []config.Key) {
		for _, v := range values {
			keys = append(keys, config.Key{Name: v, Primary: v})
		}
		return keys
	}
	plans := map[string]config.Plan{"gold": {Rate: config.Rate{N: 1, Per: 1e9}}, "free": {Rate: config.Rate{N: 2, Per: 1e9}}}
	before := &config.Registry{Plans: plans, Apps: []config.App{
		{Name: "a", Keys: key("moves", "goes", "stays"), Grants: map[string]config.Grant{"x": {Plan: "gold"}, "y": {Plan: "free"}}},
		{Name: "b", Keys: key("b"), Grants: map[string]config.Grant{"x": {Plan: "none"}}},
		{Name: "c", Keys: key("c", "moves-too"), Grants: map[string]config.Grant{"x": {Plan: "gold"}}},
	}}
	after := &config.Registry{Version: 1, Plans: map[string]config.Plan{"free": plans["free"]}, Secrets: map[string]string{}, Apps: []config.App{
		{Name: "a", Keys: key("stays", "comes"), Grants: map[string]config.Grant{"x": {Plan: "none"}}},
		{Name: "b", Keys: key("b", "moves", "moves-too"), Grants: map[string]config.Grant{"z": {Plan: "free"}}, Flags: []config.Flag{config.Disabled}},
		{Name: "d", Keys: key("d"), Grants: map[string]config.Grant{"x": {Plan: "free"}}},
	}}
	var ids []string
	for _, v := range []string{"moves", "goes", "stays", "b", "c", "moves-too", "comes", "d"} {
		ids = append(ids, auth.KeyID(v))
	}
	become := func(reg *config.Registry) error { *reg = *after; return nil }
	start := func() (*shelf, registryStore) {
		s := newShelf()
		r := registry(t, s.table(), dynamo.RegistryOptions{})
		r.apply(t, before)
		s.ask()
		return s, r
	}
	s, r := start()
	old := access(t, s, ids)
	s.ask()
	if err := r.Change(t.Context(), become); err != nil {
		t.Fatal(err)
	}
	writes := len(s.written())
	want := access(t, s, ids)
	for n := range writes {
		s, r := start()
		done := 0
		s.fails(func(op string, _ int) reply {
			if op != "PutItem" && op != "DeleteItem" {
				return nil
			}
			if done++; done > n {
				return code(400, "AccessDeniedException", "no")
			}
			return nil
		})
		if err := r.Change(t.Context(), become); err == nil {
			t.Fatalf("after %d of %d writes: no error", n, writes)
		}
		s.fails(nil)
		for id, now := range access(t, s, ids) {
			if now != old[id] && now != want[id] {
				t.Errorf("after %d of %d writes a key may %s, before %q, at the end %q", n, writes, now, old[id], want[id])
			}
		}
		if err := r.Change(t.Context(), become); err != nil {
			t.Errorf("after %d of %d writes, again: %v", n, writes, err)
		}
		if got := access(t, s, ids); !maps.Equal(got, want) {
			t.Errorf("after %d of %d writes and again: %q, want %q", n, writes, got, want)
		}
	}
}

// TestTwoOperators: who writes second does so knowing what the first wrote, or not at all.
func TestTwoOperators(t *testing.T) {
	for name, acts := range map[string][2]func(context.Context, registryStore) error{
		"an app":       {set("shop", "k1"), set("shop", "k2")},
		"a new app":    {set("new", "k1"), set("new", "k2")},
		"a key":        {set("new", "k1"), set("other", "k1")},
		"a plan":       {plan("gold", 1), plan("gold", 2)},
		"a new plan":   {plan("new", 1), plan("new", 2)},
		"a secret":     {secret("hmac", "1"), secret("hmac", "2")},
		"the data key": {rotate, rotate},
		"a removal":    {remove("app", "shop"), set("shop", "k2")},
		"removed":      {set("shop", "k1"), remove("app", "shop")},
	} {
		s, r, _, keys := cached(t, shop())
		second := registry(t, s.table(), dynamo.RegistryOptions{Keyring: keys})
		var once, inner bool
		s.fails(func(op string, _ int) reply {
			if (op == "PutItem" || op == "DeleteItem") && !once {
				once = true
				if err := acts[1](t.Context(), second); err != nil {
					t.Errorf("%s: the faster operator failed: %v", name, err)
				}
				inner = true
			}
			return nil
		})
		err := acts[0](t.Context(), r)
		if !errors.Is(err, dynamo.ErrChanged) || !inner || !strings.Contains(err.Error(), "changed meanwhile; read again") {
			t.Errorf("%s: the slower operator got %v, want %v", name, err, dynamo.ErrChanged)
		}
	}
}

type act = func(context.Context, registryStore) error

func set(app, key string) act {
	return func(ctx context.Context, r registryStore) error {
		return r.Apply(ctx, &config.Registry{Apps: []config.App{{Name: app, Keys: []config.Key{{Name: "k", Primary: key}}}}})
	}
}

func plan(name string, n int64) act {
	return func(ctx context.Context, r registryStore) error {
		return r.Apply(ctx, &config.Registry{Plans: map[string]config.Plan{name: {Quota: config.Quota{N: n, Unit: "day"}}}})
	}
}

func secret(name, value string) act {
	return func(ctx context.Context, r registryStore) error {
		return r.Apply(ctx, &config.Registry{Secrets: map[string]string{name: value}})
	}
}

func remove(kind, name string) act {
	return func(ctx context.Context, r registryStore) error { return r.Remove(ctx, kind, name) }
}

func rotate(ctx context.Context, r registryStore) error { return r.RotateDataKey(ctx) }
