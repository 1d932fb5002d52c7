package operate

import (
	"slices"

	"postern/shared/config"
)

// Merge adds the entries of reg to have and replaces those of the same names, where they differ.
func Merge(have, reg *config.Registry) error {
	for _, e := range Differing(have, reg) {
		switch e.Kind {
		case Secret:
			put(&have.Secrets, e.Name, reg.Secrets[e.Name])
		case Plan:
			put(&have.Plans, e.Name, reg.Plans[e.Name])
		case Host, API, Owner:
			put(named(have, e.Kind), e.Name, (*named(reg, e.Kind))[e.Name])
		default:
			MergeApp(have, FindApp(reg, e.Name))
		}
	}
	return Consistent(have)
}

// MergeApp puts an app in the place of the one of its name. API keys are kept as digests; those that stay, as they are.
func MergeApp(have *config.Registry, app *config.App) {
	next, known := *app, FindApp(have, app.Name)
	next.Keys = slices.Clone(app.Keys)
	for i := range next.Keys {
		k := &next.Keys[i]
		for _, value := range []*string{&k.Primary, &k.Secondary} {
			*value = spelt(*value, known)
		}
	}
	if known != nil {
		*known = next
	} else {
		have.Apps = append(have.Apps, next)
	}
}

// spelt is the value of an API key as the app has it already, or else its digest.
func spelt(value string, known *config.App) string {
	if known != nil {
		for _, k := range known.Keys {
			for _, old := range []string{k.Primary, k.Secondary} {
				if Digest(old) == Digest(value) {
					return old
				}
			}
		}
	}
	return Digest(value)
}

func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// Differing are the entries of want that have does not have, or has otherwise.
func Differing(have, want *config.Registry) (all []Entry) {
	for _, e := range Entries(want) {
		var same bool
		switch e.Kind {
		case Secret:
			known, ok := have.Secrets[e.Name]
			same = ok && known == want.Secrets[e.Name]
		case Plan:
			known, ok := have.Plans[e.Name]
			same = ok && known == want.Plans[e.Name]
		case Host, API, Owner:
			known, ok := (*named(have, e.Kind))[e.Name]
			same = ok && slices.Equal(slices.Sorted(slices.Values(known)), slices.Sorted(slices.Values((*named(want, e.Kind))[e.Name])))
		default:
			known := FindApp(have, e.Name)
			same = known != nil && form(known) == form(FindApp(want, e.Name))
		}
		if !same {
			all = append(all, e)
		}
	}
	return all
}
