package memory_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/memory"
)

// The SHA-256 of "abc" (FIPS 180-2, B.1).
const abcDigest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

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
		Grants: map[string]string{"orders": "gold"},
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

func TestRegistryFindsKeys(t *testing.T) {
	r := registry(t, &config.Registry{Apps: []config.App{
		app("shop", "first", "second"),
		app("blog", "sha256:"+abcDigest, ""),
		app("wiki", "sha256:"+strings.ToUpper(strings.Repeat("ab", 32)), ""),
		app("same", "both", "both"),
		{Name: "off", Keys: []config.Key{{Name: "old", Primary: "retired", Inactive: true}}},
		{Name: "keyless"},
	}})
	for value, want := range map[string]string{
		"first": "shop", "second": "shop", "abc": "blog", "both": "same", "retired": "off",
		"third": "", "": "", abcDigest: "", "sha256:" + abcDigest: "", "FIRST": "",
	} {
		if got := owner(t, r, value); got != want {
			t.Errorf("the key %q is of app %q, want %q", value, got, want)
		}
	}
	key, err := r.Key(context.Background(), auth.KeyID("first"))
	if err != nil || key.Name != "main" || key.Inactive || key.Grants["orders"] != "gold" || key.Secrets != nil {
		t.Errorf("Key(first) = %+v, %v, want main, active, orders: gold, no secrets", key, err)
	}
	if key, err := r.Key(context.Background(), auth.KeyID("retired")); err != nil || !key.Inactive {
		t.Errorf("Key(retired) = %+v, %v, want it inactive", key, err)
	}
	if _, err := r.Key(context.Background(), "first"); !errors.Is(err, auth.ErrNoKey) {
		t.Errorf("Key by value = %v, want %v", err, auth.ErrNoKey)
	}
}

func TestRegistryApplyMerges(t *testing.T) {
	r := registry(t,
		&config.Registry{
			Secrets: map[string]string{"a": "1", "b": "2"},
			Apps:    []config.App{app("shop", "old-1", "old-2"), app("blog", "blog", "")},
		},
		&config.Registry{
			Secrets: map[string]string{"b": "3", "c": ""},
			Apps:    []config.App{app("shop", "old-2", "new"), app("heir", "old-1", "")},
		})
	for value, want := range map[string]string{"old-1": "heir", "old-2": "shop", "new": "shop", "blog": "blog"} {
		if got := owner(t, r, value); got != want {
			t.Errorf("the key %q is of app %q, want %q", value, got, want)
		}
	}
	for name, want := range map[string]string{"a": "1", "b": "3", "c": ""} {
		if got, ok := r.Secret(name); got != want || !ok {
			t.Errorf("Secret(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
	if got, ok := r.Secret("d"); got != "" || ok {
		t.Errorf("Secret(d) = %q, %v, want none", got, ok)
	}
}

func TestRegistryApplyRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		apps []config.App
		want string // in the error
	}{
		{"no key value", []config.App{app("x", "", "")}, "apps[0].keys[0]: an empty key"},
		{"digest too short", []config.App{app("x", "sha256:abcd", "")}, "apps[0].keys[0]: no digest"},
		{"no digest", []config.App{app("x", "k1", "sha256:hunter2")}, "apps[0].keys[0]: no digest"},
		{"a value of another app", []config.App{app("y", "hunter2", ""), app("x", "taken", "")}, `key "main" of app "shop" has`},
		{"a value of another app, by digest", []config.App{app("x", "sha256:"+abcDigest, "")}, `key "main" of app "shop"`},
		{"a value twice", []config.App{app("x", "hunter2", ""), app("y", "hunter2", "")}, `apps[1].keys[0]: key "main" of`},
		{"a value of two keys", []config.App{{Name: "x", Keys: []config.Key{
			{Name: "a", Primary: "hunter2"}, {Name: "b", Primary: "k", Secondary: "hunter2"},
		}}}, `apps[0].keys[1]: key "a" of app "x"`},
		{"an app twice", []config.App{app("x", "k1", ""), app("x", "k2", "")}, `apps[1].name: another app is called "x" too`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := registry(t, &config.Registry{Apps: []config.App{app("shop", "taken", "abc")}})
			err := r.Apply(&config.Registry{Secrets: map[string]string{"s": "1"}, Apps: tt.apps})
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("Apply = %v, want %q and no key", err, tt.want)
			}
			if _, ok := r.Secret("s"); ok || owner(t, r, "taken") != "shop" || owner(t, r, "k1")+owner(t, r, "hunter2") != "" {
				t.Error("a registry that is refused was applied in part")
			}
		})
	}
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
	reg.Secrets["s"], reg.Apps[0].Grants["orders"] = "2", "free"
	key, err := r.Key(context.Background(), auth.KeyID("first"))
	if secret, _ := r.Secret("s"); err != nil || secret != "1" || key.Grants["orders"] != "gold" {
		t.Errorf("after a change of its source: secret %q, grants %v, %v, want 1, gold", secret, key.Grants, err)
	}
}

func TestRegistryDoesNotShowItself(t *testing.T) {
	r := registry(t, &config.Registry{
		Secrets: map[string]string{"s": "hunter2-secret"}, Apps: []config.App{app("shop", "hunter2-first", "hunter2-second")},
	})
	key, err := r.Key(context.Background(), auth.KeyID("hunter2-first"))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if shown := fmt.Sprintf(verb, r) + fmt.Sprintf(verb, key); strings.Contains(shown, "hunter2") {
			t.Errorf("a registry prints as %s with %s", shown, verb)
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
