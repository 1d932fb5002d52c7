package operate

import (
	"fmt"
	"maps"
	"slices"

	"postern/shared/config"
)

// Part is an entry of a registry, or one of an app in it.
type Part struct {
	Entry
	App string // that has it; "": it is no part of an app
}

func (p Part) String() string {
	if p.App == "" {
		return p.Entry.String()
	}
	return fmt.Sprintf("%s of app %s", p.Entry, p.App)
}

// Exists says that a registry has the part.
func (p Part) Exists(reg *config.Registry) bool {
	app := FindApp(reg, p.App)
	if p.App != "" && app == nil {
		return false
	}
	var there bool
	switch p.Kind {
	case Secret:
		_, there = reg.Secrets[p.Name]
	case Plan:
		_, there = reg.Plans[p.Name]
	case App:
		there = FindApp(reg, p.Name) != nil
	case Host, API, Owner:
		_, there = (*named(reg, p.Kind))[p.Name]
	case Grant:
		_, there = app.Grants[p.Name]
	default:
		there = slices.ContainsFunc(Keys(app, p.Kind), func(k *Key) bool { return k.Name == p.Name })
	}
	return there
}

// Remove takes the part out of a registry, if it is there. What others need stays, with an error.
func (p Part) Remove(reg *config.Registry) error {
	if err := p.Needed(reg); err != nil {
		return err
	}
	app := FindApp(reg, p.App)
	if p.App != "" && app == nil {
		return nil
	}
	switch p.Kind {
	case Secret:
		delete(reg.Secrets, p.Name)
	case Plan:
		delete(reg.Plans, p.Name)
	case App:
		reg.Apps = slices.DeleteFunc(reg.Apps, func(app config.App) bool { return app.Name == p.Name })
	case Host, API, Owner:
		delete(*named(reg, p.Kind), p.Name)
	case APIKey:
		app.Keys = slices.DeleteFunc(app.Keys, func(k config.Key) bool { return k.Name == p.Name })
	case AccessKey:
		app.AccessKeys = slices.DeleteFunc(app.AccessKeys, func(k config.AccessKey) bool { return k.ID == p.Name })
	default:
		delete(app.Grants, p.Name)
	}
	return Consistent(reg)
}

// Needed says which app was granted a plan, or belongs to an owner.
func (p Part) Needed(reg *config.Registry) error {
	if p.Kind == Owner {
		if i := slices.IndexFunc(reg.Apps, func(app config.App) bool { return app.Owner == p.Name }); i >= 0 {
			return &Refusal{Because: ErrConflict, Text: fmt.Sprintf(
				"app %q belongs to owner %s: give it another one, or none, first", reg.Apps[i].Name, p.Name)}
		}
	}
	if p.Kind != Plan {
		return nil
	}
	for i := range reg.Apps {
		app := &reg.Apps[i]
		for _, api := range slices.Sorted(maps.Keys(app.Grants)) {
			if app.Grants[api].Plan == p.Name {
				return &Refusal{Because: ErrConflict, Text: fmt.Sprintf(
					"plan %s is granted to app %q for API %q: grant another plan, or none, first", p.Name, app.Name, api)}
			}
		}
	}
	return nil
}
