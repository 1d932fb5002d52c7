package dynamo

import (
	"fmt"
	"maps"
	"slices"

	"postern/shared/config"
)

// flagPrefix is what the key of a thing with flags begins with.
func flagPrefix(kind config.Flagged) string {
	return map[config.Flagged]string{
		config.FlaggedHost: hostPrefix, config.FlaggedAPI: apiPrefix, config.FlaggedOwner: ownerPrefix,
	}[kind]
}

func flaggedKind(prefix string) config.Flagged {
	i := slices.IndexFunc(config.Named(), func(kind config.Flagged) bool { return flagPrefix(kind) == prefix })
	return config.Named()[i]
}

// addFlags adds what was read.
func (s *state) addFlags(kind config.Flagged, name string, i item) error {
	flags, err := flagsOf(i)
	if err != nil {
		return err
	}
	put(s.flags.Named(kind), name, flags)
	return nil
}

func put(named *map[string]config.Flags, name string, flags config.Flags) {
	if *named == nil {
		*named = map[string]config.Flags{}
	}
	(*named)[name] = flags
}

// setFlags sets those of hosts, APIs and owners.
func (c *change) setFlags(reg *config.Registry) {
	for _, kind := range config.Named() {
		had, want := *c.flags.Named(kind), *reg.Named(kind)
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if old, ok := had[name]; ok && slices.Equal(old, want[name]) {
				continue
			}
			key := flagPrefix(kind) + name
			c.set(key, Change{string(kind), name, c.act(key)}, item{docAttribute: document(want[name])})
		}
	}
}

// dropFlags removes hosts, APIs and owners that next does not have.
func (c *change) dropFlags(next *config.Registry) error {
	for _, kind := range config.Named() {
		stays := *next.Named(kind)
		for _, name := range slices.Sorted(maps.Keys(*c.flags.Named(kind))) {
			if _, ok := stays[name]; ok {
				continue
			}
			if kind == config.FlaggedOwner {
				if i := slices.IndexFunc(next.Apps, func(app config.App) bool { return app.Owner == name }); i >= 0 {
					return fmt.Errorf("owner %q is whom app %q belongs to: give it another one first", name, next.Apps[i].Name)
				}
			}
			c.drop(flagPrefix(kind)+name, Change{string(kind), name, "remove"})
		}
	}
	return nil
}
