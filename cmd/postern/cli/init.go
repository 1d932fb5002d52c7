package cli

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"postern/shared/config/schema"
	"postern/shared/config/yaml"
)

func (w World) init() *cobra.Command {
	return &cobra.Command{
		Use: "init [FOLDER]", Short: "Write a commented definition and registry to start from",
		Example: "  postern init && postern validate && postern serve",
		Long: "Write postern.yaml and registry.yaml to start from, with a secret and an API key of their own, and the JSON Schemas\n" +
			"that editors explain them with. Files that are there already are never overwritten.",
		Args: args(0, 1, "a folder at most"),
		RunE: func(_ *cobra.Command, args []string) error {
			folder := "."
			if len(args) == 1 {
				folder = args[0]
			}
			return w.initialise(folder)
		},
	}
}

// fileToWrite is a file of a new site.
type fileToWrite struct {
	name string
	text []byte
}

func (w World) initialise(folder string) error {
	files := []fileToWrite{
		{definitionFile, []byte(yaml.InitialDefinition())},
		{registryFile, []byte(yaml.InitialRegistry(rand.Text(), rand.Text()))},
		{"postern-1.schema.json", schema.Definition()},
		{"registry-1.schema.json", schema.Registry()},
	}
	for _, f := range files {
		if _, err := os.Stat(filepath.Join(folder, f.name)); err == nil {
			return fmt.Errorf("%s is there already: move it away, or name another folder", filepath.Join(folder, f.name))
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(folder, f.name)
		if err := os.WriteFile(path, f.text, 0o600); err != nil {
			return err
		}
		fmt.Fprintf(w.Out, "wrote %s\n", path)
	}
	_, err := fmt.Fprintln(w.Out, "next: postern validate, then postern serve")
	return err
}
