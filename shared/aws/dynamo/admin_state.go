package dynamo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"postern/shared/config"
)

// state is a registry as it was read.
type state struct {
	versions map[string]string // of the items, by their keys
	secrets  map[string]string // sealed, by name
	plans    map[string]config.Plan
	apps     map[string]*config.App // with digests and sealed secrets
	pointers map[string]pointer     // by id
	flags    config.Registry        // of hosts, APIs and owners, and nothing else
	dataKey  string                 // the id of the one that is used; "": none was made yet
}

func (a *Admin) load(ctx context.Context) (*state, error) {
	s := &state{
		versions: map[string]string{}, secrets: map[string]string{}, plans: map[string]config.Plan{},
		apps: map[string]*config.App{}, pointers: map[string]pointer{},
	}
	err := a.t.scan(ctx, func(i item) (err error) {
		key := textOf(i[KeyAttribute])
		s.versions[key] = textOf(i[versionAttribute])
		switch prefix, name := split(key); prefix {
		case appPrefix:
			s.apps[name], err = appOf(i)
		case planPrefix:
			s.plans[name], err = planOf(i)
		case secretPrefix:
			s.secrets[name] = textOf(i[sealedAttribute])
		case credentialPrefix:
			s.pointers[name] = pointerOf(i)
		case hostPrefix, apiPrefix, ownerPrefix:
			err = s.addFlags(flaggedKind(prefix), name, i)
		case dataKeyPrefix:
			a.dataKeys.add(i)
			if key == currentDataKey {
				s.dataKey = textOf(i[idAttribute])
			}
		}
		return err
	})
	return s, err
}

// show is the registry as operators may see it.
func (s *state) show() *config.Registry {
	reg := &config.Registry{Version: 1, Secrets: map[string]string{}, Plans: maps.Clone(s.plans)}
	for _, kind := range config.Named() {
		for name, flags := range *s.flags.Named(kind) {
			put(reg.Named(kind), name, slices.Clone(flags))
		}
	}
	for name, sealed := range s.secrets {
		reg.Secrets[name] = tagOf(sealed)
	}
	for _, name := range slices.Sorted(maps.Keys(s.apps)) {
		reg.Apps = append(reg.Apps, s.shown(name))
	}
	return reg
}

// shown is a copy of an app.
func (s *state) shown(name string) config.App {
	app := *s.apps[name]
	app.Keys, app.Grants, app.Flags = slices.Clone(app.Keys), maps.Clone(app.Grants), slices.Clone(app.Flags)
	app.AccessKeys = slices.Clone(app.AccessKeys)
	for i := range app.AccessKeys {
		k := &app.AccessKeys[i]
		k.Secret = tagOf(k.Secret)
		if k.Secondary != "" {
			k.Secondary = tagOf(k.Secondary)
		}
	}
	return app
}

// tagOf stands for what is sealed. It says nothing about it: the same text sealed again has another tag.
func tagOf(sealed string) string {
	sum := sha256.Sum256([]byte(sealed))
	return config.Sealed + hex.EncodeToString(sum[:8])
}
