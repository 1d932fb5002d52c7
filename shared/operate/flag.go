package operate

import (
	"fmt"
	"maps"
	"slices"

	"postern/shared/config"
)

// named are the hosts, APIs or owners of a registry; nil for another kind.
func named(reg *config.Registry, kind Kind) *map[string]config.Flags {
	return reg.Named(config.Flagged(kind))
}

// SetFlag gives an app, a host, an API or an owner a flag, or takes it away, and says whether that changed anything. A host
// and an API are in the registry as long as they have flags; an app and an owner must be there. An error says that the flag
// is none of such things.
func SetFlag(reg *config.Registry, e Entry, flag config.Flag, on bool) (changed bool, err error) {
	if err := config.Flagged(e.Kind).Check(flag); err != nil {
		return false, &Refusal{Because: ErrInvalid, Text: err.Error()}
	}
	if e.Kind == App {
		app := FindApp(reg, e.Name)
		if app == nil {
			return false, NoApp(reg, e.Name)
		}
		app.Flags, changed = flagged(app.Flags, flag, on)
		return changed, nil
	}
	all := named(reg, e.Kind)
	have, there := (*all)[e.Name]
	if !there && e.Kind == Owner {
		return false, NoOwner(reg, e.Name)
	}
	have, changed = flagged(have, flag, on)
	switch {
	case !changed:
	case len(have) == 0 && e.Kind != Owner:
		delete(*all, e.Name)
	default:
		put(all, e.Name, have)
	}
	return changed, nil
}

// flagged are flags with or without one, and whether that makes a difference.
func flagged(have []config.Flag, flag config.Flag, on bool) ([]config.Flag, bool) {
	if slices.Contains(have, flag) == on {
		return have, false
	}
	if on {
		return append(slices.Clone(have), flag), true
	}
	return slices.DeleteFunc(slices.Clone(have), func(known config.Flag) bool { return known == flag }), true
}

// AddOwner makes an owner, and says whether he is new.
func AddOwner(reg *config.Registry, name string) bool {
	if _, there := reg.Owners[name]; there {
		return false
	}
	put(&reg.Owners, name, config.Flags{})
	return true
}

// NoOwner says that there is no such owner.
func NoOwner(reg *config.Registry, name string) error {
	return notFound(fmt.Sprintf("there is no owner %q", name), name, slices.Collect(maps.Keys(reg.Owners)))
}
