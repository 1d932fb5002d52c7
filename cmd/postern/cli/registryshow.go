package cli

import (
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"postern/cmd/postern/registryfile"
	"postern/shared/operate"
)

func (w World) registryShow(f *storeFlags) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "show", Short: "Show all of a registry, without its secrets",
		Example: "  postern registry show\n  postern registry show --table registry --json",
		Long: "Show all of a registry as a registry file: API keys as their digests, other secrets masked.\n\n" +
			"A table's secrets are shown as sealed: and a tag that changes with them.",
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return w.show(c.Context(), f, asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return c
}

func (w World) show(ctx context.Context, f *storeFlags, asJSON bool) error {
	_, reg, err := f.read(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return w.printJSON(operate.Shown(reg))
	}
	text, err := registryfile.Text(operate.Shown(reg))
	if err != nil {
		return err
	}
	_, err = io.WriteString(w.Out, text)
	return err
}

func (w World) printJSON(v any) error {
	e := json.NewEncoder(w.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
