package memory

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"postern/shared/config"
	"postern/shared/guard"
	"postern/shared/registry"
)

var _ guard.Standings = (*Registry)(nil)

// states are the flags of things, by kind and name.
type states map[config.Flagged]map[string]config.Flags

// Standing implements guard.Standings. It never fails.
func (r *Registry) Standing(_ context.Context, host, api, owner string) (guard.Standing, error) {
	flags := r.now.Load().flags
	owned, known := flags[config.FlaggedOwner][owner]
	return registry.Standing(registry.States{
		Host: flags[config.FlaggedHost][host], API: flags[config.FlaggedAPI][api],
		Owner: owned, NoOwner: owner != "" && !known,
	}), nil
}

// put sets the flags of what a registry names.
func (s states) put(reg *config.Registry) {
	for _, kind := range config.Named() {
		if s[kind] == nil {
			s[kind] = map[string]config.Flags{}
		}
		for name, flags := range *reg.Named(kind) {
			s[kind][name] = slices.Clone(flags)
		}
	}
}

func (s states) clone() states {
	all := states{}
	for kind, named := range s {
		all[kind] = maps.Clone(named)
	}
	return all
}

// clear forgets a thing, but an owner that an app has.
func (s *records) clear(kind config.Flagged, name string) error {
	if kind == config.FlaggedOwner {
		for _, app := range slices.Sorted(maps.Keys(s.apps)) {
			if s.apps[app].owner == name {
				return fmt.Errorf("owner %q is whom app %q belongs to: give it another one first", name, app)
			}
		}
	}
	delete(s.flags[kind], name)
	return nil
}
