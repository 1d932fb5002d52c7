// Package memory keeps the gateway's state in the process: for one server, for development and for tests.
//
// It promises what the interfaces it satisfies ask for, without a clock or a network of its own. It imports auth, config,
// forward and limit.
package memory

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/limit"
)

// Registry is who may call. It is safe for concurrent use; NewRegistry makes one.
type Registry struct {
	changing sync.Mutex
	now      atomic.Pointer[records] // replaced as a whole, never changed
}

// records are a registry at one time. API keys are kept as digests alone.
type records struct {
	keys    map[string]*auth.Key // by auth.KeyID of a value
	ids     map[string][]string  // the ids of each app's keys, by its name
	secrets map[string]string
	plans   map[string][]limit.Window
}

// NewRegistry is a registry that knows nobody.
func NewRegistry() *Registry {
	r := &Registry{}
	r.now.Store(&records{
		keys: map[string]*auth.Key{}, ids: map[string][]string{},
		secrets: map[string]string{}, plans: map[string][]limit.Window{},
	})
	return r
}

// Apply adds the apps, plans and secrets of reg and replaces those of the same names, at once or, with an error, not at all.
// An app that is replaced loses the keys that reg does not name.
func (r *Registry) Apply(reg *config.Registry) error {
	r.changing.Lock()
	defer r.changing.Unlock()
	old := r.now.Load()
	next := &records{
		keys: maps.Clone(old.keys), ids: maps.Clone(old.ids),
		secrets: maps.Clone(old.secrets), plans: maps.Clone(old.plans),
	}
	maps.Copy(next.secrets, reg.Secrets)
	if err := next.sell(reg.Plans); err != nil {
		return err
	}
	for i := range reg.Apps {
		next.forget(reg.Apps[i].Name)
	}
	for i := range reg.Apps {
		app := &reg.Apps[i]
		if _, twice := next.ids[app.Name]; twice {
			return fmt.Errorf("apps[%d].name: another app is called %q too", i, app.Name)
		}
		if err := next.add(app); err != nil {
			return fmt.Errorf("apps[%d].%w", i, err)
		}
	}
	r.now.Store(next)
	return nil
}

func (s *records) forget(app string) {
	for _, id := range s.ids[app] {
		delete(s.keys, id)
	}
	delete(s.ids, app)
}

// add enters the app's keys. Its errors name a key by its place, never by its value.
func (s *records) add(app *config.App) error {
	grants, ids := grants(app), []string{}
	for i, k := range app.Keys {
		key := &auth.Key{Name: k.Name, App: app.Name, Inactive: k.Inactive, Grants: grants}
		values := []string{k.Primary}
		if k.Secondary != "" {
			values = append(values, k.Secondary)
		}
		for _, value := range values {
			id, err := keyID(value)
			if err != nil {
				return fmt.Errorf("keys[%d]: %w", i, err)
			}
			if other := s.keys[id]; other != nil && other != key {
				return fmt.Errorf("keys[%d]: key %q of app %q has the same value: give each key its own", i, other.Name, other.App)
			}
			s.keys[id] = key
			ids = append(ids, id)
		}
	}
	s.ids[app.Name] = ids
	return nil
}

// grants are those of the app, with no plan where the registry says none.
func grants(app *config.App) map[string]string {
	granted := maps.Clone(app.Grants)
	for api, plan := range granted {
		if plan == "none" {
			granted[api] = ""
		}
	}
	return granted
}

// keyID is auth.KeyID of a value that may be given by its digest.
func keyID(value string) (string, error) {
	if value == "" {
		return "", errors.New("an empty key: write the key or sha256: and its digest")
	}
	digest, ok := strings.CutPrefix(value, "sha256:")
	if !ok {
		return auth.KeyID(value), nil
	}
	sum, err := hex.DecodeString(digest)
	if err != nil || len(sum) != sha256.Size {
		return "", errors.New("no digest after sha256: write the key's SHA-256 in 64 hexadecimal digits")
	}
	return base64.RawURLEncoding.EncodeToString(sum), nil
}

// Key implements auth.Keys.
func (r *Registry) Key(_ context.Context, id string) (*auth.Key, error) {
	if key := r.now.Load().keys[id]; key != nil {
		return key, nil
	}
	return nil, auth.ErrNoKey
}

// Secret is what ${secret:NAME} stands for.
func (r *Registry) Secret(name string) (string, bool) {
	value, ok := r.now.Load().secrets[name]
	return value, ok
}
