package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"postern/cmd/postern/registryfile"
	"postern/shared/config"
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
		Long: "Add the secrets, plans and apps of a file, and replace those of the same names where they differ.\n\n" +
			"What the file does not name stays: postern registry rm removes it. To apply a file twice is to apply it once.",
		Args: args(1, 1, "a file, or - for the standard input"),
		RunE: func(c *cobra.Command, args []string) error {
			s, reg, list, err := w.compare(c.Context(), f, args[0])
			if err != nil {
				return err
			}
			if !dry {
				if err := apply(c.Context(), s, reg); err != nil {
					return err
				}
			}
			return w.printChanges(without(list, kept), asJSON)
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
		Long: "Compare a file with the registry: what apply would add or change, and what the registry alone has (kept).\n\n" +
			"Exit code 0: they are the same; 3: they differ; 1 and 2: as everywhere. Of secrets it says only that they differ.",
		Args: args(1, 1, "a file, or - for the standard input"),
		RunE: func(c *cobra.Command, args []string) error {
			_, _, list, err := w.compare(c.Context(), f, args[0])
			if err != nil {
				return err
			}
			list = without(list, unchanged)
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
func (w World) compare(ctx context.Context, f *storeFlags, name string) (registryStore, *config.Registry, []change, error) {
	reg, err := w.readRegistry(f, name)
	if err != nil {
		return nil, nil, nil, err
	}
	s, err := f.open(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	list, err := planned(ctx, s, reg)
	return s, reg, list, err
}

// planned are the changes that applying a registry makes. The error says why it cannot be applied.
func planned(ctx context.Context, s registryStore, reg *config.Registry) ([]change, error) {
	have, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	next, err := clone(have)
	if err != nil {
		return nil, err
	}
	if err := merge(next, reg); err != nil {
		return nil, err
	}
	differ, err := s.Diff(ctx, reg)
	return changes(have, reg, differ), err
}

func apply(ctx context.Context, s registryStore, reg *config.Registry) error {
	return s.Change(ctx, func(have *config.Registry) error { return merge(have, reg) })
}

// readRegistry reads the registry of a file to apply.
func (w World) readRegistry(f *storeFlags, name string) (*config.Registry, error) {
	var text []byte
	var err error
	if name == "-" {
		name = "standard input"
		text, err = io.ReadAll(w.In)
	} else {
		if f.table == "" && sameFile(name, f.registry) {
			return nil, usagef("%s is the registry itself: name another one with --registry or --table", name)
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
	if err := unmasked(reg); err != nil {
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
