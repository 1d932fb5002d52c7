package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"postern/shared/config"
	"postern/shared/operate"
)

func (w World) flag() *cobra.Command {
	f := &storeFlags{}
	c := &cobra.Command{
		Use: "flag", Short: "Set and clear the states that an operator gives an app, a host, an API or an owner",
		Example: "  postern flag set app/shop disabled\n  postern flag clear host/api.example.com legal",
		Long: "Set and clear the states that an operator gives an app, a host, an API or an owner.\n\n" +
			"  app/NAME     disabled   none of its keys is accepted: they are answered as inactive\n" +
			"  host/NAME    legal      closed for legal reasons\n" +
			"  api/NAME     legal      closed for legal reasons\n" +
			"               moved      another deployment serves it\n" +
			"               expired    its definition is withdrawn\n" +
			"  owner/NAME   overdue    owes money: the APIs that name this owner are closed\n\n" +
			"All but disabled are looked at where the vendor of an API has answers for them.",
	}
	f.add(c)
	return group(c,
		w.flagChange(f, "set", "Give a thing a flag", true),
		w.flagChange(f, "clear", "Take a flag from a thing", false))
}

func (w World) flagChange(f *storeFlags, verb, short string, on bool) *cobra.Command {
	return &cobra.Command{
		Use: verb + " KIND/NAME FLAG", Short: short,
		Example: "  postern flag " + verb + " app/shop disabled\n  postern flag " + verb + " owner/acme overdue",
		Args:    args(2, 2, "KIND/NAME and a flag"),
		RunE: func(c *cobra.Command, args []string) error {
			kind, name, ok := strings.Cut(args[0], "/")
			flag := config.Flag(args[1])
			if !ok || name == "" || config.Flagged(kind).Flags() == nil {
				return usagef("%q has no flags: write app/NAME, host/NAME, api/NAME or owner/NAME", args[0])
			}
			if err := config.Flagged(kind).Check(flag); err != nil {
				return usage{err}
			}
			return w.setFlag(c.Context(), f, operate.Entry{Kind: operate.Kind(kind), Name: name}, flag, on)
		},
	}
}

func (w World) setFlag(ctx context.Context, f *storeFlags, e operate.Entry, flag config.Flag, on bool) error {
	s, err := f.open(ctx)
	if err != nil {
		return err
	}
	changed := false
	err = s.Change(ctx, func(reg *config.Registry) error {
		if changed, err = operate.SetFlag(reg, e, flag, on); err != nil {
			return err
		}
		return operate.Consistent(reg)
	})
	if err != nil {
		return err
	}
	state := map[bool]string{true: "set", false: "clear"}[on]
	if !changed {
		state += " already"
	}
	_, err = fmt.Fprintf(w.Out, "flag %s of %s is %s\n", flag, e, state)
	return err
}
