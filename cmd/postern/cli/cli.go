// Package cli is postern's command line: it reads files and flags, and wires what they ask for.
//
// It promises the exit codes 0 (done), 1 (failed, or problems found), 2 (not understood) and 3 (compared, and different),
// results on the standard output and everything else on the standard error. It may import everything.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
)

// World is what a command may touch beside files and the network.
type World struct {
	In       io.Reader
	Out, Err io.Writer
	Env      func(name string) (value string, ok bool)
	Reload   <-chan os.Signal // each asks serve to read its files again
}

// usage is an error of what was asked for, not of what was done.
type usage struct{ error }

func usagef(format string, args ...any) error { return usage{fmt.Errorf(format, args...)} }

// errReported is a failure that has been printed already.
var errReported = errors.New("reported")

// Run does what args ask for, until ctx ends, and returns the exit code.
func Run(ctx context.Context, args []string, w World) int {
	root := &cobra.Command{
		Use:   "postern",
		Short: "An API gateway that speaks the dialects of other gateways",
		Long: "postern verifies requests as the clients of other API gateways sign them, and answers every failure as those\n" +
			"gateways document it.",
		Example:       "  postern serve --demo\n  postern init && postern validate && postern serve",
		SilenceErrors: true, SilenceUsage: true,
		Version: version(), Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SuggestionsMinimumDistance = 2
	root.SetArgs(args)
	root.SetIn(w.In)
	root.SetOut(w.Out)
	root.SetErr(w.Err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage{err} })
	root.AddCommand(w.serve(), w.lambda(), w.validate(), w.compile(), w.init(), w.sign(), w.rows(), w.version())
	root.AddCommand(w.registry(), w.keys(), w.secret(), w.owner(), w.flag(), w.quota())
	return w.exit(root.ExecuteContext(ctx))
}

func (w World) exit(err error) int {
	var u usage
	err = hinted(err)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errReported):
		return 1
	case errors.Is(err, errDifferent):
		return 3
	case errors.As(err, &u), strings.HasPrefix(err.Error(), "unknown command"):
		fmt.Fprintf(w.Err, "postern: %v\n", err)
		fmt.Fprintln(w.Err, "See postern --help.")
		return 2
	default:
		fmt.Fprintf(w.Err, "postern: %v\n", err)
		return 1
	}
}

// args checks the number of arguments, in words that say what is expected.
func args(low, high int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, given []string) error {
		if len(given) < low || len(given) > high {
			return usagef("%s takes %s, not %q", c.CommandPath(), what, given)
		}
		return nil
	}
}

func noArgs(c *cobra.Command, given []string) error {
	if len(given) == 0 {
		return nil
	}
	if c.HasSubCommands() {
		return usagef("there is no command %q%s", given[0], suggestion(c, given[0]))
	}
	return usagef("%s takes no arguments, not %q", c.CommandPath(), given)
}

func suggestion(c *cobra.Command, word string) string {
	if near := c.SuggestionsFor(word); len(near) > 0 {
		return fmt.Sprintf("; did you mean %s?", strings.Join(near, " or "))
	}
	return ""
}
