package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"postern/shared/config"
)

// removal is what registry rm was asked for.
type removal struct {
	entry
	app        string // that has it; "": it is no part of an app
	definition string
	yes        bool
}

func (r *removal) String() string {
	if r.app == "" {
		return r.entry.String()
	}
	return fmt.Sprintf("%s of app %s", r.entry, r.app)
}

func (w World) registryRemove(f *storeFlags) *cobra.Command {
	r := &removal{}
	c := &cobra.Command{
		Use: "rm KIND NAME", Short: "Remove an app, a plan, a secret, or a key or grant of an app",
		Example: "  postern registry rm app shop\n  postern registry rm api-key shop/old\n" +
			"  postern registry rm --yes grant shop/members",
		Long: "Remove what a registry holds. KIND is app, plan or secret; or api-key, access-key or grant, with APP/NAME.\n\n" +
			"What others refer to stays: a plan that an app was granted, a secret that the definition asks for.",
		Args: args(2, 2, "a kind and a name"),
		RunE: func(c *cobra.Command, args []string) error {
			r.entry = entry{args[0], args[1]}
			return w.remove(c.Context(), f, r)
		},
	}
	c.Flags().BoolVar(&r.yes, "yes", false, "do not ask")
	c.Flags().StringVar(&r.definition, "definition", definitionFile, "whose secrets stay; a missing file asks for none")
	return c
}

func (w World) remove(ctx context.Context, f *storeFlags, r *removal) error {
	kinds := []string{kindApp, kindPlan, kindSecret, kindAPIKey, kindAccessKey, kindGrant}
	if !slices.Contains(kinds, r.kind) {
		return usagef("there is no kind %q: write one of %s", r.kind, strings.Join(kinds, ", "))
	}
	s, err := f.open(ctx)
	if err != nil {
		return err
	}
	reg, err := s.Read(ctx)
	if err != nil {
		return err
	}
	if err := r.locate(reg); err != nil {
		return err
	}
	switch there, err := r.exists(reg); {
	case err != nil:
		return err
	case !there:
		fmt.Fprintf(w.Err, "there is no %s: nothing to remove\n", r)
		return nil
	}
	if err := r.referred(reg); err != nil {
		return err
	}
	if !r.yes && !w.confirmed("remove "+r.String()) {
		return fmt.Errorf("%s stays: answer y, or give --yes", r)
	}
	if err := s.Change(ctx, r.change); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Out, "removed %s\n", r)
	return err
}

// locate takes APP/NAME apart.
func (r *removal) locate(reg *config.Registry) error {
	if r.kind != kindAPIKey && r.kind != kindAccessKey && r.kind != kindGrant {
		return nil
	}
	for i := range reg.Apps {
		if name, ok := strings.CutPrefix(r.name, reg.Apps[i].Name+"/"); ok {
			r.app, r.name = reg.Apps[i].Name, name
			return nil
		}
	}
	app, _, ok := strings.Cut(r.name, "/")
	if !ok {
		return usagef("%q is no part of an app: write APP/NAME", r.name)
	}
	return noApp(reg, app)
}

func (r *removal) exists(reg *config.Registry) (bool, error) {
	without, err := clone(reg)
	if err != nil {
		return false, err
	}
	r.edit(without)
	return size(without) < size(reg), nil
}

// size is how much there is to remove.
func size(reg *config.Registry) int {
	n := len(reg.Secrets) + len(reg.Plans) + len(reg.Apps)
	for i := range reg.Apps {
		app := &reg.Apps[i]
		n += len(app.Keys) + len(app.AccessKeys) + len(app.Grants)
	}
	return n
}

// change takes it out of a registry that may have changed since it was asked for.
func (r *removal) change(reg *config.Registry) error {
	if err := r.referred(reg); err != nil {
		return err
	}
	r.edit(reg)
	return consistent(reg)
}

func (r *removal) edit(reg *config.Registry) {
	app := findApp(reg, r.app)
	if r.app != "" && app == nil {
		return
	}
	switch r.kind {
	case kindSecret:
		delete(reg.Secrets, r.name)
	case kindPlan:
		delete(reg.Plans, r.name)
	case kindApp:
		reg.Apps = slices.DeleteFunc(reg.Apps, func(app config.App) bool { return app.Name == r.name })
	case kindAPIKey:
		app.Keys = slices.DeleteFunc(app.Keys, func(k config.Key) bool { return k.Name == r.name })
	case kindAccessKey:
		app.AccessKeys = slices.DeleteFunc(app.AccessKeys, func(k config.AccessKey) bool { return k.ID == r.name })
	default:
		delete(app.Grants, r.name)
	}
}

// referred says who needs what is to be removed.
func (r *removal) referred(reg *config.Registry) error {
	switch r.kind {
	case kindPlan:
		for i := range reg.Apps {
			for _, api := range slices.Sorted(maps.Keys(reg.Apps[i].Grants)) {
				if app := reg.Apps[i].Name; reg.Apps[i].Grants[api] == r.name {
					return fmt.Errorf("plan %s is granted to app %q for API %q: grant another plan, or none, first", r.name, app, api)
				}
			}
		}
	case kindSecret:
		text, err := os.ReadFile(r.definition)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		if strings.Contains(string(text), "${secret:"+r.name+"}") {
			return fmt.Errorf("secret %s is asked for in %s: change the definition first", r.name, r.definition)
		}
	}
	return nil
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
