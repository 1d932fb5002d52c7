package memory_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/memory"
)

func registry(t testing.TB, regs ...*config.Registry) *memory.Registry {
	t.Helper()
	r := memory.NewRegistry()
	for _, reg := range regs {
		if err := r.Apply(reg); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// app is an app with one key of these values.
func app(name, primary, secondary string) config.App {
	return config.App{
		Name: name, Keys: []config.Key{{Name: "main", Primary: primary, Secondary: secondary}},
		Grants: map[string]config.Grant{"orders": {Plan: "gold"}},
	}
}

// owner is the app whose key has this value, "" for nobody's.
func owner(t testing.TB, r *memory.Registry, value string) string {
	t.Helper()
	key, err := r.Key(context.Background(), auth.KeyID(value))
	switch {
	case errors.Is(err, auth.ErrNoKey) && key == nil:
		return ""
	case err != nil:
		t.Fatalf("Key(%q) = %v", value, err)
	}
	return key.App
}

// A registry is replaced as a whole: the two values of a key never belong to different generations.
func TestRegistryApplyIsAtomic(t *testing.T) {
	r := registry(t, &config.Registry{Apps: []config.App{app("shop", "first", "second")}})
	generations := []*config.Registry{
		{Apps: []config.App{app("shop", "first", "second")}},
		{Apps: []config.App{app("shop", "second", "first")}},
	}
	var wg sync.WaitGroup
	for _, reg := range generations {
		wg.Go(func() {
			for range 200 {
				if err := r.Apply(reg); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 2000 {
		if owner(t, r, "first") != "shop" || owner(t, r, "second") != "shop" {
			t.Fatal("a key was lost while the registry was replaced")
		}
	}
	wg.Wait()
}

func TestRegistryDoesNotFollowItsSource(t *testing.T) {
	reg := &config.Registry{Secrets: map[string]string{"s": "1"}, Apps: []config.App{app("shop", "first", "")}}
	r := registry(t, reg)
	reg.Secrets["s"], reg.Apps[0].Grants["orders"] = "2", config.Grant{Plan: "free"}
	key, err := r.Key(context.Background(), auth.KeyID("first"))
	if secret, _ := r.Secret("s"); err != nil || secret != "1" || key.Grants["orders"].Plan != "gold" {
		t.Errorf("after a change of its source: secret %q, grants %v, %v, want 1, gold", secret, key.Grants, err)
	}
}

func TestRegistryDoesNotShowItself(t *testing.T) {
	r := registry(t, &config.Registry{
		Secrets: map[string]string{"s": "hunter2-secret"}, Apps: []config.App{
			app("shop", "hunter2-first", "hunter2-second"),
			{Name: "blog", AccessKeys: []config.AccessKey{{ID: "AK", Secret: "hunter2-signs"}}},
		},
	})
	for _, id := range []string{auth.KeyID("hunter2-first"), "AK"} {
		key, err := r.Key(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(key)
		if err != nil {
			t.Fatal(err)
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if shown := fmt.Sprintf(verb, r) + fmt.Sprintf(verb, key) + string(data); strings.Contains(shown, "hunter2") {
				t.Errorf("a registry prints as %s with %s", shown, verb)
			}
		}
	}
}

func BenchmarkRegistryKey(b *testing.B) {
	for _, n := range []int{10, 100_000} {
		reg := &config.Registry{}
		for i := range n {
			reg.Apps = append(reg.Apps, app(fmt.Sprint("app-", i), fmt.Sprint("primary-", i), fmt.Sprint("secondary-", i)))
		}
		r := registry(b, reg)
		id := auth.KeyID("secondary-7")
		b.Run(fmt.Sprint(n, " apps"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := r.Key(context.Background(), id); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
