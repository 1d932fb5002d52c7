package operate

import (
	"context"
	"fmt"

	"postern/shared/config"
)

// FindApp is the app of this name; nil: there is none.
func FindApp(reg *config.Registry, name string) *config.App {
	for i := range reg.Apps {
		if reg.Apps[i].Name == name {
			return &reg.Apps[i]
		}
	}
	return nil
}

// NoApp says that there is no such app.
func NoApp(reg *config.Registry, name string) error {
	var known []string
	for i := range reg.Apps {
		known = append(known, reg.Apps[i].Name)
	}
	return notFound(fmt.Sprintf("there is no app %q", name), name, known)
}

// notFound suggests one of the known names.
func notFound(text, name string, known []string) error {
	meant := config.Suggest(name, known)
	if meant != "" {
		text += fmt.Sprintf("; did you mean %q?", meant)
	}
	return &Refusal{ErrNotFound, text, meant}
}

// EditApp changes an app, and nothing when the registry would not be one any more.
func EditApp(ctx context.Context, s Store, name string, edit func(*config.App) error) error {
	return s.Change(ctx, func(reg *config.Registry) error {
		app := FindApp(reg, name)
		if app == nil {
			return NoApp(reg, name)
		}
		if err := edit(app); err != nil {
			return err
		}
		return Consistent(reg)
	})
}
