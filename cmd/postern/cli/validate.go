package cli

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/dialect/builtin"
	"postern/shared/gateway"
	"postern/shared/memory"
)

func (w World) validate() *cobra.Command {
	f := files{definition: definitionFile}
	var asJSON bool
	c := &cobra.Command{
		Use: "validate [FILE]", Short: "Check a definition and its registry without serving them",
		Example: "  postern validate\n  postern validate --registry prod/registry.yaml prod/postern.yaml",
		Long: "Check a definition and its registry, and report all problems at once.\n\n" +
			"Exit code 0: none; 1: problems; 2: not understood. Secrets that no registry file holds are taken for set.",
		Args: args(0, 1, "a definition at most"),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				f.definition = args[0]
			}
			return w.check(f, asJSON)
		},
	}
	f.authorizer.flag(c)
	c.Flags().StringVar(&f.registry, "registry", registryFile, "who may call")
	c.Flags().BoolVar(&asJSON, "json", false, "print the problems as JSON")
	return c
}

func (w World) check(f files, asJSON bool) error {
	s, err := f.read()
	if err != nil {
		return usage{err}
	}
	if _, err := w.trial(s, f.authorizer); err != nil {
		return err
	}
	if asJSON {
		err = json.NewEncoder(w.Out).Encode(append(
			listed(f.definition, s.definitionSource, s.definitionProblems), listed(f.registry, s.registrySource, s.registryProblems)...))
	} else if report := s.report(); report != "" {
		_, err = fmt.Fprint(w.Out, report)
	} else {
		_, err = fmt.Fprintf(w.Out, "%s: no problems: %d APIs, %d routes\n", f.definition, len(s.definition.APIs), routes(s.definition))
	}
	if err == nil && len(s.definitionProblems)+len(s.registryProblems) > 0 {
		return errReported
	}
	return err
}

// trial compiles the site as if it were served, to nobody: the site then has its problems, and the gateway is nil when one is
// fatal.
func (w World) trial(s *site, mode authorizerMode) (*gateway.Gateway, error) {
	all, err := builtin.Dialects()
	if err != nil {
		return nil, err
	}
	nobody := memory.NewRegistry()
	return s.compile(app.Options{
		Dialects: all, Keys: nobody, Plans: nobody, Counter: memory.NewCounter(), Env: w.Env, Secret: s.secret,
		Enforce: mode == enforced, Function: functions(w.Env),
	}), nil
}

// secret is what the registry has. Where it has none at all, every secret is taken for set.
func (s *site) secret(name string) (string, bool) {
	if s.registry == nil || len(s.registry.Secrets) == 0 {
		return "a secret that is not known here", true
	}
	value, ok := s.registry.Secrets[name]
	return value, ok
}

func routes(d *config.Definition) (n int) {
	for _, api := range d.APIs {
		n += len(api.Routes)
	}
	return n
}

// listedProblem is a problem for programs.
type listedProblem struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Path   string `json:"path"`
	Text   string `json:"text"`
	Defect bool   `json:"defect"`
}

// listed are the problems of a file; what several routes inherit is one.
func listed(file string, s *yaml.Source, problems config.Problems) []listedProblem {
	list := []listedProblem{}
	for _, p := range problems {
		line, column := s.Position(p.Path)
		inherited := func(known listedProblem) bool {
			return known.Line == line && known.Column == column && known.Text == p.Text
		}
		if !slices.ContainsFunc(list, inherited) {
			list = append(list, listedProblem{file, line, column, p.Path, p.Text, p.Defect})
		}
	}
	return list
}
