package dynamo_test

import (
	"context"
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/aws/dynamo"
	"postern/shared/aws/kms"
	"postern/shared/config"
)

// ring is a key file's, and counts.
type ring struct {
	*kms.KeyFile

	mu        sync.Mutex
	made, got int
	fail      error
}

func newRing(t *testing.T) *ring {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := kms.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	file, err := kms.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return &ring{KeyFile: file}
}

func (r *ring) NewKey(ctx context.Context) (key, wrapped []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.made++; r.fail != nil {
		return nil, nil, r.fail
	}
	return r.KeyFile.NewKey(ctx)
}

func (r *ring) Unwrap(ctx context.Context, wrapped []byte) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.got++; r.fail != nil {
		return nil, r.fail
	}
	return r.KeyFile.Unwrap(ctx, wrapped)
}

// registryStore is both sides of a registry.
type registryStore struct {
	*dynamo.Registry
	*dynamo.Admin
	table *dynamo.Table
	ring  dynamo.Keyring
}

// registry is an empty one in this table.
func registry(t *testing.T, table *dynamo.Table, o dynamo.RegistryOptions) registryStore {
	t.Helper()
	if o.Keyring == nil {
		o.Keyring = newRing(t)
	}
	return registryStore{dynamo.NewRegistry(table, o), dynamo.NewAdmin(table, o.Keyring), table, o.Keyring}
}

// signs says whether one of the key's secrets is this one.
func signs(key *auth.Key, secret string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("text"))
	return slices.ContainsFunc(key.Secrets, func(s *auth.Secret) bool { return s.Verify(crypto.SHA256, "text", mac.Sum(nil)) })
}

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// shop is a registry with an app that has a key, an access key and a plan.
func shop() *config.Registry {
	return &config.Registry{
		Plans:   map[string]config.Plan{"gold": {Rate: config.Rate{N: 5, Per: time.Second}}},
		Secrets: map[string]string{"hmac": "hunter2-hmac"},
		Apps: []config.App{{
			Name: "shop", Keys: []config.Key{{Name: "main", Primary: "first", Secondary: "second"}},
			AccessKeys: []config.AccessKey{{ID: "AK", Secret: "hunter2-one", Secondary: "hunter2-two"}},
			Grants:     map[string]config.Grant{"orders": {Plan: "gold"}},
		}},
	}
}

// cached is a registry with reg in it that keeps things for 10 and 5 seconds, and its shelf, not asked anything yet.
func cached(t *testing.T, reg *config.Registry) (*shelf, registryStore, *clock, *ring) {
	t.Helper()
	s := newShelf()
	c, keys := &clock{now: noon}, newRing(t)
	r := registry(t, s.table(), dynamo.RegistryOptions{Cache: 10 * time.Second, Negative: 5 * time.Second, Now: c.read, Keyring: keys})
	r.apply(t, reg)
	s.ask()
	return s, r, c, keys
}

func (r registryStore) apply(t *testing.T, reg *config.Registry) {
	t.Helper()
	if err := r.Apply(t.Context(), reg); err != nil {
		t.Fatal(err)
	}
}

// has wants a key to be there, or not.
func (r registryStore) has(t *testing.T, id string, want bool) {
	t.Helper()
	key, err := r.Key(t.Context(), id)
	if want && (err != nil || key == nil) || !want && !errors.Is(err, auth.ErrNoKey) {
		t.Fatalf("Key(%s) = %+v, %v, want it there: %v", id, key, err, want)
	}
}

func (s *shelf) wants(t *testing.T, when string, asked ...string) {
	t.Helper()
	if got := s.ask(); !reflect.DeepEqual(got, asked) {
		t.Fatalf("%s: the table was asked\n%q, want\n%q", when, got, asked)
	}
}
