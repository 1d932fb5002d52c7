package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"postern/cmd/postern/registryfile"
	"postern/shared/config"
	"postern/shared/operate"
)

// errDifferent ends a comparison that found differences, which have been printed.
var errDifferent = errors.New("different")

func (w World) registry() *cobra.Command {
	f := &storeFlags{}
	c := &cobra.Command{
		Use: "registry", Short: "See and change who may call",
		Example: "  postern registry show\n  postern registry apply --table registry --kms-key alias/postern partners.yaml",
	}
	f.add(c)
	return group(c, w.registryApply(f), w.registryShow(f), w.registryDiff(f), w.registryRemove(f))
}

func (w World) registryApply(f *storeFlags) *cobra.Command {
	var dry, asJSON bool
	c := &cobra.Command{
		Use: "apply FILE", Short: "Add and replace what a file names",
		Example: "  postern registry apply partners.yaml\n  generate | postern registry apply --dry-run -",
		Long: "Add the secrets, plans, apps, hosts, APIs and owners of a file, and replace those of the same names where they differ.\n\n" +
			"What the file does not name stays: postern registry rm removes it. To apply a file twice is to apply it once.",
		Args: args(1, 1, "a file, or - for the standard input"),
		RunE: func(c *cobra.Command, args []string) error {
			s, reg, list, err := w.compare(c.Context(), f, args[0])
			if err != nil {
				return err
			}
			if !dry {
				if err := operate.Apply(c.Context(), s, reg); err != nil {
					return err
				}
			}
			return w.printChanges(without(list, operate.Kept), asJSON)
		},
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "only say what would change")
	c.Flags().BoolVar(&asJSON, "json", false, "print the changes as JSON")
	return c
}

func (w World) registryDiff(f *storeFlags) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "diff FILE", Short: "Compare a file with the registry",
		Example: "  postern registry diff partners.yaml",
		Long: "Compare a file with the registry: what apply would add or change, and what the registry alone has (operate.Kept).\n\n" +
			"Exit code 0: they are the same; 3: they differ; 1 and 2: as everywhere. Of secrets it says only that they differ.",
		Args: args(1, 1, "a file, or - for the standard input"),
		RunE: func(c *cobra.Command, args []string) error {
			_, _, list, err := w.compare(c.Context(), f, args[0])
			if err != nil {
				return err
			}
			list = without(list, operate.Unchanged)
			if err := w.printChanges(list, asJSON); err != nil {
				return err
			}
			if len(list) > 0 {
				return errDifferent
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the differences as JSON")
	return c
}

// compare reads a registry from a file and says what applying it does to the store.
func (w World) compare(ctx context.Context, f *storeFlags, name string) (operate.Store, *config.Registry, []operate.Change, error) {
	reg, err := w.readRegistry(f, name)
	if err != nil {
		return nil, nil, nil, err
	}
	s, err := f.open(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	list, err := operate.Planned(ctx, s, reg)
	return s, reg, list, err
}

// readRegistry reads the registry of a file to apply.
func (w World) readRegistry(f *storeFlags, name string) (*config.Registry, error) {
	var text []byte
	var err error
	if name == "-" {
		name = "standard input"
		text, err = io.ReadAll(w.In)
	} else {
		if f.table == "" && f.endpoint == "" && sameFile(name, f.registry) {
			return nil, usagef("%s is the registry itself: name another one with --registry, --table or --endpoint", name)
		}
		text, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, err
	}
	reg, err := registryfile.Parse(name, text)
	if err != nil {
		return nil, err
	}
	if err := operate.Unmasked(reg); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return reg, nil
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// without leaves out the changes of one sort.
func without(list []operate.Change, sort string) []operate.Change {
	return slices.DeleteFunc(list, func(c operate.Change) bool { return c.Change == sort })
}

func (w World) printChanges(list []operate.Change, asJSON bool) error {
	if asJSON {
		return w.printJSON(list)
	}
	for _, c := range list {
		if _, err := fmt.Fprintln(w.Out, c); err != nil {
			return err
		}
	}
	return nil
}
