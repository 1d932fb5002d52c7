package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (w World) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version, the commit and the Go release", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(w.Out, version())
			return err
		},
	}
}

// version is what the toolchain recorded: "postern v1.2.3 (commit 0123456789ab, go1.26.8)".
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "postern (unknown build)"
	}
	number, commit := info.Main.Version, "unknown"
	if number == "" {
		number = "(devel)"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			commit = s.Value[:12]
		}
	}
	return fmt.Sprintf("postern %s (commit %s, %s)", number, commit, info.GoVersion)
}
