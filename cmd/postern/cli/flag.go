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
		Use: "flag", Short: "Set and clear the states that an operator gives an app",
		Example: "  postern flag set app/shop disabled\n  postern flag clear app/shop disabled",
		Long: "Set and clear the states that an operator gives an app.\n\n" +
			"  disabled   none of its keys is accepted: they are answered as inactive",
	}
	f.add(c)
	return group(c,
		w.flagChange(f, "set", "Give an app a flag", true),
		w.flagChange(f, "clear", "Take a flag from an app", false))
}

func (w World) flagChange(f *storeFlags, verb, short string, on bool) *cobra.Command {
	return &cobra.Command{
		Use: verb + " app/NAME FLAG", Short: short,
		Example: "  postern flag " + verb + " app/shop disabled",
		Args:    args(2, 2, "app/NAME and a flag"),
		RunE: func(c *cobra.Command, args []string) error {
			app, ok := strings.CutPrefix(args[0], "app/")
			if !ok {
				return usagef("%q has no flags: write app/NAME", args[0])
			}
			var flag config.Flag
			if err := flag.UnmarshalText([]byte(args[1])); err != nil {
				return usage{err}
			}
			return w.setFlag(c.Context(), f, app, flag, on)
		},
	}
}

func (w World) setFlag(ctx context.Context, f *storeFlags, name string, flag config.Flag, on bool) error {
	s, err := f.open(ctx)
	if err != nil {
		return err
	}
	changed := false
	err = operate.EditApp(ctx, s, name, func(app *config.App) error {
		changed = operate.SetFlag(app, flag, on)
		return nil
	})
	if err != nil {
		return err
	}
	state := map[bool]string{true: "set", false: "clear"}[on]
	if !changed {
		state += " already"
	}
	_, err = fmt.Fprintf(w.Out, "flag %s of app %s is %s\n", flag, name, state)
	return err
}
