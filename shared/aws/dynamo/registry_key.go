package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/registry"
)

// Key implements auth.Keys.
func (r *Registry) Key(ctx context.Context, id string) (*auth.Key, error) {
	if !config.IsID(id) {
		return nil, auth.ErrNoKey
	}
	if r.consistent {
		return r.readKey(ctx, id)
	}
	now := r.now()
	if key, ok := r.keys.get(id, now); ok {
		return key, nil
	}
	if _, ok := r.unknown.get(id, now); ok {
		return nil, auth.ErrNoKey
	}
	return r.keyReads.do(ctx, id, func(ctx context.Context) (*auth.Key, error) {
		key, err := r.readKey(ctx, id)
		switch {
		case err == nil:
			r.keys.add(id, key, now)
		case errors.Is(err, auth.ErrNoKey):
			r.unknown.add(id, struct{}{}, now)
		}
		return key, err
	})
}

// readKey follows the key to its app, which has the last word.
func (r *Registry) readKey(ctx context.Context, id string) (*auth.Key, error) {
	found, err := r.t.get(ctx, credentialPrefix+id, r.consistent)
	if err != nil {
		return nil, err
	}
	to := pointerOf(found)
	if to.app == "" {
		return nil, auth.ErrNoKey
	}
	now := r.now()
	items, err := r.t.batch(ctx, append(r.missing(to.with, now), appPrefix+to.app), r.consistent)
	if err != nil {
		return nil, err
	}
	r.keep(items, now)
	app, err := appOf(items[appPrefix+to.app])
	if app == nil || err != nil {
		return nil, orNoKey(err)
	}
	return r.key(ctx, app, id)
}

func orNoKey(err error) error {
	if err == nil {
		return auth.ErrNoKey
	}
	return err
}

// key is the app's key of this id.
func (r *Registry) key(ctx context.Context, app *config.App, id string) (*auth.Key, error) {
	all, err := registry.Credentials(app)
	if err != nil {
		return nil, fmt.Errorf("dynamo: app %s: %w", app.Name, err)
	}
	i := slices.IndexFunc(all, func(c registry.Credential) bool { return slices.Contains(c.IDs, id) })
	if i < 0 {
		return nil, auth.ErrNoKey
	}
	key := all[i].Key(app)
	for _, sealed := range all[i].Secrets {
		secret, err := r.dataKeys.open(ctx, secretPlace(app.Name, id), sealed)
		if err != nil {
			return nil, err
		}
		key.Secrets = append(key.Secrets, auth.NewSecret(secret))
	}
	return key, nil
}

// missing are those of the items that are not known yet. Plans that are not kept are read when they are asked for.
func (r *Registry) missing(with []string, now time.Time) (keys []string) {
	for _, key := range with {
		switch kind, name := split(key); kind {
		case planPrefix:
			if _, known := r.plans.get(name, now); !known && !r.consistent {
				keys = append(keys, key)
			}
		case dataKeyPrefix:
			if !r.dataKeys.known(name) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// keep remembers the plans and data keys that came with something else. Of a plan that is broken learns who asks for it.
func (r *Registry) keep(items map[string]item, now time.Time) {
	for key, found := range items {
		switch kind, name := split(key); kind {
		case planPrefix:
			if windows, err := planWindows(name, found); err == nil {
				r.plans.add(name, windows, now)
			}
		case dataKeyPrefix:
			r.dataKeys.add(found)
		}
	}
}
