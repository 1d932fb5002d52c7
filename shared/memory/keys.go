// Package memory keeps the gateway's state in the process: for one server, for development and for tests.
//
// It promises what the interfaces it satisfies ask for, without a clock or a network of its own. It imports auth, config,
// forward, guard, limit, registry and replay.
package memory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/limit"
	"postern/shared/registry"
)

// Registry is who may call. It is safe for concurrent use; NewRegistry makes one.
type Registry struct {
	changing sync.Mutex
	now      atomic.Pointer[records] // replaced as a whole, never changed
}

// records are a registry at one time. API keys are kept as digests alone.
type records struct {
	keys    map[string]*auth.Key // by auth.KeyID of a value, or the id of an access key
	apps    map[string]entry
	secrets map[string]string
	plans   map[string][]limit.Window
	flags   states
}

// entry is what is known of an app beside its keys.
type entry struct {
	ids   []string // of its keys
	plans []string // that it was granted
	owner string   // "": none
}

var errSealed = errors.New("sealed: stands for a secret that a table keeps: write the secret")

var _ auth.Keys = (*Registry)(nil)

// NewRegistry is a registry that knows nobody.
func NewRegistry() *Registry {
	r := &Registry{}
	r.now.Store(&records{
		keys: map[string]*auth.Key{}, apps: map[string]entry{}, secrets: map[string]string{}, plans: map[string][]limit.Window{},
		flags: states{},
	})
	return r
}

// Apply adds the entries of reg and replaces those of the same names, at once or, with an error, not at all.
// An app that is replaced loses the keys that reg does not name.
func (r *Registry) Apply(reg *config.Registry) error {
	return r.change(func(next *records) error {
		for _, name := range slices.Sorted(maps.Keys(reg.Secrets)) {
			if strings.HasPrefix(reg.Secrets[name], config.Sealed) {
				return fmt.Errorf("secrets.%s: %w", name, errSealed)
			}
			next.secrets[name] = reg.Secrets[name]
		}
		if err := next.sell(reg.Plans); err != nil {
			return err
		}
		next.flags.put(reg)
		for i := range reg.Apps {
			next.forget(reg.Apps[i].Name)
		}
		for i := range reg.Apps {
			app := &reg.Apps[i]
			if _, twice := next.apps[app.Name]; twice {
				return fmt.Errorf("apps[%d].name: another app is called %q too", i, app.Name)
			}
			if err := next.add(app); err != nil {
				return fmt.Errorf("apps[%d].%w", i, err)
			}
		}
		return nil
	})
}

// Remove removes an entry of a kind: app, plan, secret, host, api or owner. What is not there is removed already. A plan that
// an app was granted stays, and an owner that an app has, with an error.
func (r *Registry) Remove(kind, name string) error {
	return r.change(func(next *records) error {
		switch kind {
		case "app":
			next.forget(name)
		case "plan":
			return next.unsell(name)
		case "secret":
			delete(next.secrets, name)
		case "host", "api", "owner":
			return next.clear(config.Flagged(kind), name)
		default:
			return fmt.Errorf("there is no kind %q: write app, plan, secret, host, api or owner", kind)
		}
		return nil
	})
}

// change replaces the records by what edit makes of a copy, unless that fails.
func (r *Registry) change(edit func(*records) error) error {
	r.changing.Lock()
	defer r.changing.Unlock()
	old := r.now.Load()
	next := &records{
		keys: maps.Clone(old.keys), apps: maps.Clone(old.apps), secrets: maps.Clone(old.secrets), plans: maps.Clone(old.plans),
		flags: old.flags.clone(),
	}
	if err := edit(next); err != nil {
		return err
	}
	r.now.Store(next)
	return nil
}

func (s *records) forget(app string) {
	for _, id := range s.apps[app].ids {
		delete(s.keys, id)
	}
	delete(s.apps, app)
}

// add enters the app and its keys. Its errors name a key by its place, never by its value.
func (s *records) add(app *config.App) error {
	credentials, err := registry.Credentials(app)
	if err != nil {
		return err
	}
	added := entry{owner: app.Owner}
	for _, grant := range app.Grants {
		added.plans = append(added.plans, grant.Plan)
	}
	for _, c := range credentials {
		key := c.Key(app)
		for _, secret := range c.Secrets {
			if strings.HasPrefix(secret, config.Sealed) {
				return fmt.Errorf("%s: %w", c.At, errSealed)
			}
			key.Secrets = append(key.Secrets, auth.NewSecret(secret))
		}
		for _, id := range c.IDs {
			if other := s.keys[id]; other != nil {
				return c.Taken(other.App, other.Name)
			}
			s.keys[id] = key
			added.ids = append(added.ids, id)
		}
	}
	s.apps[app.Name] = added
	return nil
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

// Secrets are what ${secret:NAME} stands for, by name. Names that nothing is known of are left out. It never fails.
func (r *Registry) Secrets(_ context.Context, names []string) (map[string]string, error) {
	now, secrets := r.now.Load(), map[string]string{}
	for _, name := range names {
		if value, ok := now.secrets[name]; ok {
			secrets[name] = value
		}
	}
	return secrets, nil
}
