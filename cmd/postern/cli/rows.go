package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"postern/shared/catalogue"
	"postern/shared/dialect/builtin"
)

func (w World) rows() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "rows [DIALECT]", Short: "List what each dialect answers: every documented error and every one of ours",
		Example: "  postern rows nhn\n  postern rows --json | jq '.[] | select(.undocumented)'",
		Args:    args(0, 1, "a dialect at most"),
		RunE: func(_ *cobra.Command, args []string) error {
			rows, err := rowsOf(args)
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(w.Out)
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				return e.Encode(rows)
			}
			t := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
			for _, r := range rows {
				fmt.Fprintf(t, "%s\t%d\t%s\t%s\n", r.ID, r.Status, r.Code, r.Message)
			}
			return t.Flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print everything that is known of each row, as JSON")
	return c
}

func rowsOf(args []string) (rows []catalogue.Row, err error) {
	all, err := builtin.Dialects()
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.Profile == "" && (len(args) == 0 || d.Name == args[0]) {
			rows = append(rows, d.Catalogue.Rows()...)
		}
	}
	if len(rows) == 0 {
		return nil, usagef("there is no dialect %q; there are: %s", args[0], strings.Join(names(all), ", "))
	}
	return rows, nil
}
