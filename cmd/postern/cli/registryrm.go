package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"postern/shared/config"
	"postern/shared/operate"
)

// removal is what registry rm was asked for.
type removal struct {
	operate.Part
	definition string
	yes        bool
}

func (w World) registryRemove(f *storeFlags) *cobra.Command {
	r := &removal{}
	c := &cobra.Command{
		Use: "rm KIND NAME", Short: "Remove an app, a plan, a secret, a host, an API, an owner, or a key or grant of an app",
		Example: "  postern registry rm app shop\n  postern registry rm api-key shop/old\n" +
			"  postern registry rm --yes grant shop/members",
		Long: "Remove what a registry holds. KIND is app, plan, secret or owner; host or api, whose flags are cleared; or api-key,\n" +
			"access-key or grant, with APP/NAME.\n\n" +
			"What others refer to stays: a plan that an app was granted, an owner that an app has, a secret that the definition\n" +
			"asks for.",
		Args: args(2, 2, "a kind and a name"),
		RunE: func(c *cobra.Command, args []string) error {
			r.Entry = operate.Entry{Kind: operate.Kind(args[0]), Name: args[1]}
			return w.remove(c.Context(), f, r)
		},
	}
	c.Flags().BoolVar(&r.yes, "yes", false, "do not ask")
	c.Flags().StringVar(&r.definition, "definition", definitionFile, "whose secrets stay; a missing file asks for none")
	return c
}

func (w World) remove(ctx context.Context, f *storeFlags, r *removal) error {
	if !slices.Contains(strings.Fields(kinds), string(r.Kind)) {
		return usagef("there is no kind %q: write one of %s", r.Kind, strings.ReplaceAll(kinds, " ", ", "))
	}
	s, reg, err := f.read(ctx)
	if err != nil {
		return err
	}
	if err := r.locate(reg); err != nil {
		return err
	}
	if !r.Exists(reg) {
		fmt.Fprintf(w.Err, "there is no %s: nothing to remove\n", r.Part)
		return nil
	}
	if err := r.needed(reg); err != nil {
		return err
	}
	if !r.yes && !w.confirmed("remove "+r.String()) {
		return fmt.Errorf("%s stays: answer y, or give --yes", r.Part)
	}
	if err := s.Change(ctx, r.Remove); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Out, "removed %s\n", r.Part)
	return err
}

// kinds are those that can be removed.
const kinds = "app plan secret host api owner api-key access-key grant"

// locate takes APP/NAME apart.
func (r *removal) locate(reg *config.Registry) error {
	if r.Kind != operate.APIKey && r.Kind != operate.AccessKey && r.Kind != operate.Grant {
		return nil
	}
	for i := range reg.Apps {
		if name, ok := strings.CutPrefix(r.Name, reg.Apps[i].Name+"/"); ok {
			r.App, r.Name = reg.Apps[i].Name, name
			return nil
		}
	}
	app, _, ok := strings.Cut(r.Name, "/")
	if !ok {
		return usagef("%q is no part of an app: write APP/NAME", r.Name)
	}
	return operate.NoApp(reg, app)
}

// needed says who needs what is to be removed.
func (r *removal) needed(reg *config.Registry) error {
	if r.Kind == operate.Secret {
		text, err := os.ReadFile(r.definition)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		if strings.Contains(string(text), "${secret:"+r.Name+"}") {
			return fmt.Errorf("secret %s is asked for in %s: change the definition first", r.Name, r.definition)
		}
	}
	return r.Needed(reg)
}

// confirmed asks, and takes anything but a yes for a no.
func (w World) confirmed(what string) bool {
	fmt.Fprintf(w.Err, "%s? [y/N] ", what)
	answer, err := bufio.NewReader(w.In).ReadString('\n')
	if err != nil {
		fmt.Fprintln(w.Err)
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return true
	}
	return false
}
