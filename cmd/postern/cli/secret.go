package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"postern/shared/config"
	"postern/shared/operate"
)

func (w World) secret() *cobra.Command {
	f := &storeFlags{}
	c := &cobra.Command{
		Use: "secret", Short: "Set what ${secret:NAME} stands for in a definition",
		Example: "  pass members | postern secret set members-hmac\n  postern secret list",
	}
	f.add(c)
	return group(c, w.secretSet(f), w.secretList(f))
}

func (w World) secretSet(f *storeFlags) *cobra.Command {
	var from string
	c := &cobra.Command{
		Use: "set NAME", Short: "Set a secret from the standard input or a file",
		Example: "  pass members | postern secret set members-hmac\n" +
			"  postern secret set --table registry --kms-key alias/postern --from-file hmac.txt members-hmac",
		Long: "Set a secret. Its value never is an argument: those are seen by everybody on a machine. The line break at its\n" +
			"end is no part of it. postern registry rm secret NAME removes it.",
		Args: args(1, 1, "the name of a secret"),
		RunE: func(c *cobra.Command, args []string) error { return w.setSecret(c.Context(), f, args[0], from) },
	}
	c.Flags().StringVar(&from, "from-file", "-", "file with the value; -: the standard input")
	return c
}

func (w World) setSecret(ctx context.Context, f *storeFlags, name, from string) error {
	s, err := f.open(ctx)
	if err != nil {
		return err
	}
	value, err := w.secretFrom(from)
	if err != nil {
		return err
	}
	reg := &config.Registry{Version: 1, Secrets: map[string]string{name: value}}
	list, err := operate.Planned(ctx, s, reg)
	if err != nil {
		return err
	}
	if err := operate.Apply(ctx, s, reg); err != nil {
		return err
	}
	return w.printChanges(without(list, operate.Kept), false)
}

// secretFrom reads a secret from a file or, by the name -, the standard input.
func (w World) secretFrom(name string) (string, error) {
	var data []byte
	var err error
	if name == "-" {
		if terminal(w.In) {
			fmt.Fprintln(w.Err, "type the secret (it will be seen), then a line break and Ctrl-D:")
		}
		data, err = io.ReadAll(w.In)
	} else {
		data, err = os.ReadFile(name)
	}
	if err != nil {
		return "", err
	}
	value := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	return value, operate.CheckSecret(value)
}

// terminal says that a person types.
func terminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (w World) secretList(f *storeFlags) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: "List the names of all secrets",
		Example: "  postern secret list",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, reg, err := f.read(c.Context())
			if err != nil {
				return err
			}
			names := slices.Sorted(maps.Keys(reg.Secrets))
			if asJSON {
				return w.printJSON(append([]string{}, names...))
			}
			for _, name := range names {
				fmt.Fprintln(w.Out, name)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print them as JSON")
	return c
}
