package storetest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/guard"
	"postern/shared/limit"
)

// RegistryStore is a registry with what operators do to it. What they did holds from the next call on.
type RegistryStore interface {
	auth.Keys
	limit.Plans
	guard.Standings
	// Secrets are those of these names, without what nobody set.
	Secrets(ctx context.Context, names []string) (map[string]string, error)
	// Apply adds the entries of a registry and replaces those of the same names.
	Apply(ctx context.Context, reg *config.Registry) error
	// Remove removes an app, plan, secret, host, api or owner.
	Remove(ctx context.Context, kind, name string) error
}

// Registry tests the contract of a registry. fresh makes an empty one, for each test anew.
func Registry(t *testing.T, fresh func(*testing.T) RegistryStore) {
	tests := []struct {
		name string
		run  func(*registry)
	}{
		{"finds keys", findsKeys},
		{"nobody", nobody},
		{"merges", merges},
		{"same again", sameAgain},
		{"key that moves", keyMoves},
		{"refuses as a whole", refusesWhole},
		{"inactive key", inactiveKey},
		{"disabled app", disabledApp},
		{"grants", changedGrants},
		{"access key", accessKey},
		{"rotated access key", rotatedAccessKey},
		{"access keys that clash", accessKeysClash},
		{"plans", plans},
		{"plan of no zone", planOfNoZone},
		{"secrets", secrets},
		{"sealed by nobody", sealedByNobody},
		{"removes", removes},
		{"removes what is granted", removesGranted},
		{"many", many},
		{"states", states},
		{"states of others", statesOfOthers},
		{"owners", appOwners},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.run(&registry{t, fresh(t)}) })
	}
}

// registry is the one under test. Its methods end the test on an error: a store at rest has none.
type registry struct {
	*testing.T
	RegistryStore
}

func (r *registry) apply(reg *config.Registry) {
	r.Helper()
	if err := r.Apply(r.Context(), reg); err != nil {
		r.Fatalf("Apply failed: %v", err)
	}
}

func (r *registry) applyApps(apps ...config.App) {
	r.Helper()
	r.apply(&config.Registry{Version: 1, Apps: apps})
}

func (r *registry) remove(kind, name string) {
	r.Helper()
	if err := r.Remove(r.Context(), kind, name); err != nil {
		r.Fatalf("Remove(%s, %s) failed: %v", kind, name, err)
	}
}

// find is the key of this id, nil for nobody's.
func (r *registry) find(id string) *auth.Key {
	r.Helper()
	key, err := r.Key(r.Context(), id)
	if errors.Is(err, auth.ErrNoKey) {
		return nil
	} else if err != nil || key == nil {
		r.Fatalf("Key = %v, %v", key, err)
	}
	return key
}

// owners wants these API keys, by value, to be these apps'; "": nobody's.
func (r *registry) owners(want map[string]string) {
	r.Helper()
	for _, value := range slices.Sorted(maps.Keys(want)) {
		got := ""
		if key := r.find(auth.KeyID(value)); key != nil {
			got = key.App
		}
		if got != want[value] {
			r.Errorf("the key %q is of app %q, want %q", value, got, want[value])
		}
	}
}

// known wants these secrets, and no more of the names asked for.
func (r *registry) known(want map[string]string, names ...string) {
	r.Helper()
	got, err := r.Secrets(r.Context(), names)
	if err != nil || !maps.Equal(got, want) {
		r.Errorf("Secrets(%q) = %q, %v, want %q", names, got, err, want)
	}
}

// app is one with a key of these values.
func app(name, primary, secondary string) config.App {
	return config.App{
		Name: name, Keys: []config.Key{{Name: "main", Primary: primary, Secondary: secondary}},
		Grants: map[string]config.Grant{"orders": {Plan: "gold"}, "stock": {Plan: "none"}},
	}
}
