package cli

import (
	"slices"

	"postern/shared/config"
)

// merge adds the entries of reg to have and replaces those of the same names, where they differ.
func merge(have, reg *config.Registry) error {
	for _, e := range differing(have, reg) {
		switch e.kind {
		case kindSecret:
			put(&have.Secrets, e.name, reg.Secrets[e.name])
		case kindPlan:
			put(&have.Plans, e.name, reg.Plans[e.name])
		default:
			mergeApp(have, findApp(reg, e.name))
		}
	}
	return consistent(have)
}

// mergeApp puts an app in the place of the one of its name. API keys are kept as digests; those that stay, as they are.
func mergeApp(have *config.Registry, app *config.App) {
	next, known := *app, findApp(have, app.Name)
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
				if digest(old) == digest(value) {
					return old
				}
			}
		}
	}
	return digest(value)
}

func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// differing are the entries of want that have does not have, or has otherwise.
func differing(have, want *config.Registry) (all []entry) {
	for _, e := range entries(want) {
		var same bool
		switch e.kind {
		case kindSecret:
			known, ok := have.Secrets[e.name]
			same = ok && known == want.Secrets[e.name]
		case kindPlan:
			known, ok := have.Plans[e.name]
			same = ok && known == want.Plans[e.name]
		default:
			known := findApp(have, e.name)
			same = known != nil && form(known) == form(findApp(want, e.name))
		}
		if !same {
			all = append(all, e)
		}
	}
	return all
}
