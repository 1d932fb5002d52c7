package dynamo_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/aws/dynamo"
	"postern/shared/config"
	"postern/shared/meter"
	"postern/shared/store/storetest"
)

func TestRegistry(t *testing.T) {
	storetest.Registry(t, func(t *testing.T) storetest.RegistryStore {
		return registry(t, newShelf().table(), dynamo.RegistryOptions{})
	})
}

// TestRegistryReads: a cold caller costs two reads, a warm one none. SHA-256 of "first", base64url, is sha256sum's.
func TestRegistryReads(t *testing.T) {
	s, r, c, _ := cached(t, shop())
	first := auth.KeyID("first")
	get := "GetItem k#" + first
	var m meter.Meter
	ctx := meter.With(t.Context(), &m)
	key, err := r.Key(ctx, first)
	if err != nil || key.App != "shop" || m.Reads() != 2 {
		t.Fatalf("Key = %+v, %v after %d reads, want shop's after 2", key, err, m.Reads())
	}
	s.wants(t, "cold", get, "BatchGetItem a#shop l#gold")
	for range 3 {
		r.has(t, first, true)
		if windows, err := r.Plan(ctx, "gold"); err != nil || len(windows) != 1 {
			t.Fatalf("Plan = %v, %v", windows, err)
		}
	}
	s.wants(t, "warm")
	r.has(t, auth.KeyID("second"), true)
	s.wants(t, "the app's other key", "GetItem k#"+auth.KeyID("second"), "BatchGetItem a#shop")
	c.move(10*time.Second - 1)
	r.has(t, first, true)
	s.wants(t, "just before 10 s")
	c.move(1)
	r.has(t, first, true)
	s.wants(t, "after 10 s", get, "BatchGetItem a#shop l#gold")
	c.move(-time.Hour)
	r.has(t, first, true)
	s.wants(t, "an hour earlier", get, "BatchGetItem a#shop l#gold")
	if m.Reads() != 2 {
		t.Errorf("reads of others were counted: %d", m.Reads())
	}
}

// TestRegistryConsistency: eventual while kept, consistent when it shall hold at once.
func TestRegistryConsistency(t *testing.T) {
	for life, consistent := range map[time.Duration]bool{0: true, time.Second: false} {
		s := newShelf()
		r := registry(t, s.table(), dynamo.RegistryOptions{Cache: life, Negative: time.Minute})
		r.apply(t, shop())
		s.ask()
		r.has(t, auth.KeyID("first"), true)
		r.has(t, "nobody", false)
		if _, err := r.Plan(t.Context(), "gold"); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Secrets(t.Context(), []string{"hmac"}); err != nil {
			t.Fatal(err)
		}
		for _, q := range s.asked {
			got := q.ConsistentRead || q.RequestItems["registry"].ConsistentRead
			if data := q.Key != nil && strings.HasPrefix(keyOf(q.Key), "d#"); got != consistent && !data {
				t.Errorf("with a cache of %v: %s was consistent: %v", life, q.op, got)
			}
		}
		if life == 0 {
			r.apply(t, &config.Registry{Apps: []config.App{{Name: "new", AccessKeys: []config.AccessKey{{ID: "nobody", Secret: "x"}}}}})
			r.has(t, "nobody", true) // no negative answer is kept
		}
	}
}

// TestRegistryUnknown: that a key is not there holds for 5 seconds.
func TestRegistryUnknown(t *testing.T) {
	s, r, c, _ := cached(t, shop())
	for range 3 {
		r.has(t, "AK-new", false)
	}
	s.wants(t, "unknown", "GetItem k#AK-new")
	r.apply(t, &config.Registry{Apps: []config.App{{Name: "new", AccessKeys: []config.AccessKey{{ID: "AK-new", Secret: "x"}}}}})
	s.ask()
	c.move(5*time.Second - 1)
	r.has(t, "AK-new", false)
	s.wants(t, "just before 5 s")
	c.move(1)
	r.has(t, "AK-new", true)
	for _, id := range []string{"", "a b", "a#b", strings.Repeat("a", 201), "日本"} {
		s.ask()
		r.has(t, id, false)
		s.wants(t, "an id that nobody can have")
	}
}

// TestRegistryFlood: who tries keys at random pushes nobody out.
func TestRegistryFlood(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	r.has(t, auth.KeyID("first"), true)
	for i := range 20_000 {
		r.has(t, fmt.Sprint("random-", i), false)
	}
	s.ask()
	r.has(t, auth.KeyID("first"), true)
	s.wants(t, "after a flood")
	r.has(t, "random-0", false)
	s.wants(t, "what was pushed out", "GetItem k#random-0")
}

// TestRegistryOldHint costs a read more and changes no answer.
func TestRegistryOldHint(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	first := auth.KeyID("first")
	s.items["k#"+first]["with"] = value{"SS": []string{"l#gone", "l#silver"}}
	if key, err := r.Key(t.Context(), first); err != nil || key.Grants["orders"].Plan != "gold" {
		t.Fatalf("Key = %+v, %v, want gold for orders", key, err)
	}
	if windows, err := r.Plan(t.Context(), "gold"); err != nil || len(windows) != 1 {
		t.Fatalf("Plan = %v, %v", windows, err)
	}
	s.wants(t, "with an old hint", "GetItem k#"+first, "BatchGetItem a#shop l#gone l#silver", "GetItem l#gold")
	if _, err := r.Plan(t.Context(), "gone"); err == nil {
		t.Error("Plan(gone) = nil, want an error")
	}
}

// TestRegistryLastWord: a key is worth what its app says, whatever leads to it.
func TestRegistryLastWord(t *testing.T) {
	for name, item := range map[string]value{
		"of no app":               {"app": value{"S": "nobody"}},
		"of an app without it":    {"app": value{"S": "shop"}},
		"of nothing":              {},
		"of something else":       {"app": value{"N": "1"}},
		"with what is not there":  {"app": value{"S": "shop"}, "with": value{"SS": []string{"l#x", "d#y", "z", "a#shop"}}},
		"with something else yet": {"app": value{"S": "shop"}, "with": value{"S": "l#gold"}},
	} {
		s, r, _, _ := cached(t, shop())
		item["pk"] = value{"S": "k#forged"}
		s.items["k#forged"] = item
		if key, err := r.Key(t.Context(), "forged"); !errors.Is(err, auth.ErrNoKey) {
			t.Errorf("a key %s = %+v, %v, want none", name, key, err)
		}
	}
}

// TestRegistryBroken: what cannot be understood is an error, not a key that nobody has.
func TestRegistryBroken(t *testing.T) {
	s, r, _, _ := cached(t, shop())
	for _, doc := range []string{"", "{", `{"name":"shop","keys":[{"name":"main"}]}`, `{"name":"shop","flags":["on-fire"]}`} {
		s.items["a#shop"]["doc"] = value{"S": doc}
		if key, err := r.Key(t.Context(), auth.KeyID("first")); err == nil || errors.Is(err, auth.ErrNoKey) {
			t.Errorf("Key with the app %q = %+v, %v, want an error", doc, key, err)
		}
	}
	s, r, _, _ = cached(t, shop())
	for _, doc := range []string{"", "{", `{"rate":"5"}`, `{"quota":"5/day in Mars"}`} {
		s.items["l#gold"]["doc"] = value{"S": doc}
		if windows, err := r.Plan(t.Context(), "gold"); err == nil {
			t.Errorf("Plan of %q = %v, want an error", doc, windows)
		}
	}
}

func BenchmarkRegistryKey(b *testing.B) {
	s := newShelf()
	r := dynamo.NewRegistry(s.table(), dynamo.RegistryOptions{Cache: time.Hour})
	a := dynamo.NewAdmin(s.table(), nil)
	if err := a.Apply(b.Context(), &config.Registry{Apps: []config.App{{Name: "shop", Keys: []config.Key{{Primary: "first"}}}}}); err != nil {
		b.Fatal(err)
	}
	id := auth.KeyID("first")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Key(b.Context(), id); err != nil {
			b.Fatal(err)
		}
	}
}
