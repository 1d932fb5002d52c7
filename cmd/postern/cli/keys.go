package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"postern/shared/operate"
)

// keyFlags are what a keys command was asked for.
type keyFlags struct {
	storeFlags
	app, name, kind, from string
	finish, asJSON        bool
}

func (w World) keys() *cobra.Command {
	f := &keyFlags{}
	c := &cobra.Command{
		Use: "keys", Short: "Create, rotate and switch off the keys of apps",
		Example: "  postern keys create shop --name web\n  postern keys rotate shop web\n  postern keys rotate shop web --finish",
	}
	f.add(c)
	c.PersistentFlags().StringVar(&f.kind, "kind", "", "api-key or access-key; default: the one of that name, or an API key")
	return group(c, w.keysCreate(f), w.keysRotate(f),
		w.keysSwitch(f, "disable", "Switch a key off: requests with it are refused as inactive", true),
		w.keysSwitch(f, "enable", "Switch a key on again", false))
}

func (f *keyFlags) valueFlags(c *cobra.Command) {
	c.Flags().StringVar(&f.from, "from-file", "", "file with the secret, -: the standard input; default: a new one")
	c.Flags().BoolVar(&f.asJSON, "json", false, "print the new key as JSON")
}

func (w World) keysCreate(f *keyFlags) *cobra.Command {
	c := &cobra.Command{
		Use: "create APP", Short: "Give an app a new key, and print its secret this once",
		Example: "  postern keys create shop\n  postern keys create shop --kind access-key --name AK1 --from-file secret.txt",
		Long: "Give an app a new key. A new secret is the only thing on the standard output, and never shown again: of an\n" +
			"API key its digest is kept, of an access key the secret itself (in a table, sealed).",
		Args: args(1, 1, "an app"),
		RunE: func(c *cobra.Command, args []string) error {
			f.app = args[0]
			return w.createKey(c.Context(), f)
		},
	}
	c.Flags().StringVar(&f.name, "name", "", "of the key; an access key's is its id; default: a new one")
	f.valueFlags(c)
	return c
}

func (w World) keysRotate(f *keyFlags) *cobra.Command {
	c := &cobra.Command{
		Use: "rotate APP NAME", Short: "Give a key a new secret; the old one stays valid until --finish",
		Example: "  postern keys rotate shop web            # hand the new secret out\n" +
			"  postern keys rotate shop web --finish   # when nobody uses the old one any more",
		Args: args(2, 2, "an app and the name of a key"),
		RunE: func(c *cobra.Command, args []string) error {
			f.app, f.name = args[0], args[1]
			if f.finish && f.from != "" {
				return usagef("--finish drops a secret and takes none: leave --from-file out")
			}
			if f.finish {
				return w.editKey(c.Context(), f, finishKey)
			}
			return w.rotateKey(c.Context(), f)
		},
	}
	c.Flags().BoolVar(&f.finish, "finish", false, "drop the old secret")
	f.valueFlags(c)
	return c
}

func (w World) keysSwitch(f *keyFlags, verb, short string, inactive bool) *cobra.Command {
	return &cobra.Command{
		Use: verb + " APP NAME", Short: short,
		Example: "  postern keys " + verb + " shop web",
		Args:    args(2, 2, "an app and the name of a key"),
		RunE: func(c *cobra.Command, args []string) error {
			f.app, f.name = args[0], args[1]
			return w.editKey(c.Context(), f, func(k *operate.Key) string {
				if !k.Switch(!inactive) {
					return fmt.Sprintf("%sd already: %s", verb, k)
				}
				return fmt.Sprintf("%sd %s", verb, k)
			})
		},
	}
}
