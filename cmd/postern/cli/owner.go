package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"postern/shared/config"
	"postern/shared/operate"
)

func (w World) owner() *cobra.Command {
	f := &storeFlags{}
	c := &cobra.Command{
		Use: "owner", Short: "Make and remove those who own APIs and apps",
		Example: "  postern owner create acme\n  postern flag set owner/acme overdue\n  postern owner delete acme",
		Long: "Make and remove those who own APIs and apps.\n\n" +
			"An API names its owner in the definition, an app in the registry. An API whose owner is not there is answered as nobody's.",
	}
	f.add(c)
	return group(c, w.ownerCreate(f), w.ownerDelete(f))
}

func (w World) ownerCreate(f *storeFlags) *cobra.Command {
	return &cobra.Command{
		Use: "create NAME", Short: "Make an owner",
		Example: "  postern owner create acme",
		Args:    args(1, 1, "a name"),
		RunE:    func(c *cobra.Command, args []string) error { return w.createOwner(c.Context(), f, args[0]) },
	}
}

func (w World) createOwner(ctx context.Context, f *storeFlags, name string) error {
	s, err := f.open(ctx)
	if err != nil {
		return err
	}
	fresh := false
	err = s.Change(ctx, func(reg *config.Registry) error {
		fresh = operate.AddOwner(reg, name)
		return operate.Consistent(reg)
	})
	if err != nil {
		return err
	}
	text := "created owner %s\n"
	if !fresh {
		text = "owner %s is there already\n"
	}
	_, err = fmt.Fprintf(w.Out, text, name)
	return err
}

func (w World) ownerDelete(f *storeFlags) *cobra.Command {
	r := &removal{}
	c := &cobra.Command{
		Use: "delete NAME", Short: "Remove an owner",
		Example: "  postern owner delete acme",
		Long: "Remove an owner, as postern registry rm owner does. Who has apps stays.\n\n" +
			"APIs whose definition names the owner are answered as nobody's from then on.",
		Args: args(1, 1, "a name"),
		RunE: func(c *cobra.Command, args []string) error {
			r.Entry = operate.Entry{Kind: operate.Owner, Name: args[0]}
			return w.remove(c.Context(), f, r)
		},
	}
	c.Flags().BoolVar(&r.yes, "yes", false, "do not ask")
	return c
}
