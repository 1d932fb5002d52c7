package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"postern/shared/config"
)

const compiledFile = "postern.json"

func (w World) compile() *cobra.Command {
	f := files{definition: definitionFile}
	var output string
	c := &cobra.Command{
		Use: "compile [FILE]", Short: "Check a definition and write it as a Lambda function reads it",
		Example: "  postern compile -o build/postern.json\n  postern compile prod/postern.yaml -o -",
		Long: "Check a definition as validate does, and write it with every file that it refers to as one JSON file.\n\n" +
			"${env:NAME} and ${secret:NAME} stay as they are: the function fills them in. For the check, an environment variable\n" +
			"must have a value here too, though not the same. Problems go to the standard error. With one that keeps a gateway\n" +
			"from starting, nothing is written; with defects that a vendor has an answer for, the file is.",
		Args: args(0, 1, "a definition at most"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				f.definition = args[0]
			}
			return w.compileTo(f, output)
		},
	}
	f.authorizer.flag(c)
	c.Flags().StringVarP(&output, "output", "o", compiledFile, "where to write; -: the standard output")
	c.Flags().StringVar(&f.registry, "registry", registryFile, "who may call")
	return c
}

func (w World) compileTo(f files, output string) error {
	s, err := f.read()
	if err != nil {
		return usage{err}
	}
	read := map[string]string{}
	s.file = recorded(s.file, read)
	g, err := w.trial(s, f.authorizer)
	if err != nil {
		return err
	}
	fmt.Fprint(w.Err, s.report())
	if g == nil {
		return errReported
	}
	data, err := config.Compile(s.definition, read)
	if err != nil {
		return err
	}
	if output == "-" {
		_, err = w.Out.Write(data)
		return err
	}
	return replace(output, data)
}

var errText = errors.New("it is no text in UTF-8")

// recorded keeps what is read.
func recorded(file func(string) ([]byte, error), read map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		data, err := file(name)
		if err == nil && !utf8.Valid(data) {
			err = errText
		}
		if err != nil {
			return nil, err
		}
		read[name] = string(data)
		return data, nil
	}
}

// replace writes a file as a whole: whoever reads it meanwhile gets the old or the new one.
func replace(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = cmp.Or(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
