package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"postern/cmd/postern/registryfile"
	"postern/shared/config"
)

// registryStore is where a registry is kept.
type registryStore interface {
	// Read is all there is. A secret that never comes out is shown as config.Sealed and a tag.
	Read(context.Context) (*config.Registry, error)
	// Change lets edit change the registry as Read shows it, and writes what edit made of it. With an error of edit nothing
	// changes. edit is called once more where somebody else was faster.
	Change(ctx context.Context, edit func(*config.Registry) error) error
	// Diff is the entries of a registry that the store does not have, or has otherwise.
	Diff(context.Context, *config.Registry) ([]entry, error)
}

// The kinds of what a registry holds; the last three are parts of an app.
const (
	kindSecret    = "secret"
	kindPlan      = "plan"
	kindApp       = "app"
	kindAPIKey    = "api-key"
	kindAccessKey = "access-key"
	kindGrant     = "grant"
)

// entry is one thing that a registry holds by a name.
type entry struct{ kind, name string }

func (e entry) String() string { return e.kind + " " + e.name }

// entries are those of a registry: secrets and plans by name, apps in their order.
func entries(reg *config.Registry) (all []entry) {
	for _, name := range slices.Sorted(maps.Keys(reg.Secrets)) {
		all = append(all, entry{kindSecret, name})
	}
	for _, name := range slices.Sorted(maps.Keys(reg.Plans)) {
		all = append(all, entry{kindPlan, name})
	}
	for i := range reg.Apps {
		all = append(all, entry{kindApp, reg.Apps[i].Name})
	}
	return all
}

// findApp is the app of this name; nil: there is none.
func findApp(reg *config.Registry, name string) *config.App {
	for i := range reg.Apps {
		if reg.Apps[i].Name == name {
			return &reg.Apps[i]
		}
	}
	return nil
}

// noApp says that there is no such app.
func noApp(reg *config.Registry, name string) error {
	var known []string
	for i := range reg.Apps {
		known = append(known, reg.Apps[i].Name)
	}
	if meant := config.Suggest(name, known); meant != "" {
		return fmt.Errorf("there is no app %q; did you mean %q?", name, meant)
	}
	return fmt.Errorf("there is no app %q: postern registry show lists all, postern registry apply adds one", name)
}

// editApp changes an app, and nothing when the registry would not be one any more.
func editApp(ctx context.Context, s registryStore, name string, edit func(*config.App) error) error {
	return s.Change(ctx, func(reg *config.Registry) error {
		app := findApp(reg, name)
		if app == nil {
			return noApp(reg, name)
		}
		if err := edit(app); err != nil {
			return err
		}
		return consistent(reg)
	})
}

// group is a command of commands.
func group(c *cobra.Command, commands ...*cobra.Command) *cobra.Command {
	c.Args, c.SuggestionsMinimumDistance = noArgs, 2
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(commands...)
	return c
}

// storeFlags say where a registry is kept.
type storeFlags struct{ registry, table, keyFile, kmsKey string }

func (f *storeFlags) add(c *cobra.Command) {
	flags := c.PersistentFlags()
	flags.StringVar(&f.registry, "registry", registryFile, "registry in this file, as postern serve reads it")
	flags.StringVar(&f.table, "table", "", "registry in this DynamoDB table instead")
	flags.StringVar(&f.keyFile, "key-file", "", "file with the key that seals the table's secrets")
	flags.StringVar(&f.kmsKey, "kms-key", "", "KMS key that seals the table's secrets: its ARN, id or alias")
}

func (f *storeFlags) open(ctx context.Context) (registryStore, error) {
	switch {
	case f.table != "" && f.registry != registryFile:
		return nil, usagef("--registry and --table are two registries: name one")
	case f.keyFile != "" && f.kmsKey != "":
		return nil, usagef("--key-file and --kms-key are two keys: name one")
	case f.table != "":
		return f.openTable(ctx)
	case f.keyFile != "" || f.kmsKey != "":
		return nil, usagef("--key-file and --kms-key seal the secrets of a table: name it with --table")
	}
	return fileStore{registryfile.File{Path: f.registry, New: f.registry == registryFile}}, nil
}
