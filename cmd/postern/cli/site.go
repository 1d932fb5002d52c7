package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"postern/cmd/postern/demo"
	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/gateway"
)

// site is a definition and a registry as read from their files, and what is wrong with them.
type site struct {
	definition *config.Definition
	registry   *config.Registry
	file       func(name string) ([]byte, error) // beside the definition

	definitionSource, registrySource     *yaml.Source
	definitionProblems, registryProblems config.Problems
}

// files are where a site is read from. With demo, nothing is read.
type files struct {
	definition, registry string
	demo                 bool
	authorizer           authorizerMode
}

const (
	definitionFile = "postern.yaml"
	registryFile   = "registry.yaml"
)

// read reads both files. The registry's may be missing where its name was not given. The error is of the files themselves;
// what is wrong inside them is in the site.
func (f files) read() (*site, error) {
	definition, registry := demo.Definition, demo.Registry
	if !f.demo {
		var err error
		if definition, err = os.ReadFile(f.definition); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is no definition %s: write one with postern init, or name it with --definition", f.definition)
		} else if err != nil {
			return nil, err
		}
		if registry, err = os.ReadFile(f.registry); errors.Is(err, fs.ErrNotExist) && f.registry == registryFile {
			registry = []byte("version: 1\n")
		} else if err != nil {
			return nil, fmt.Errorf("the registry: %w", err)
		}
	}
	s := &site{file: func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(f.definition), name)) }}
	s.definition, s.definitionSource, s.definitionProblems = yaml.Load(f.definition, definition)
	s.registry, s.registrySource, s.registryProblems = yaml.LoadRegistry(f.registry, registry)
	if s.definition != nil {
		s.definitionProblems = append(s.definitionProblems, config.Check(s.definition)...)
	}
	if s.registry != nil {
		s.registryProblems = append(s.registryProblems, config.CheckRegistry(s.registry, s.definition)...)
	}
	return s, nil
}

// compile makes a gateway of the definition and finds what is wrong with it beyond its text; nil when anything fatal is wrong
// with the site.
func (s *site) compile(o app.Options) *gateway.Gateway {
	if s.definition == nil {
		return nil
	}
	o.File = s.file
	g, problems := app.New(s.definition, o)
	s.definitionProblems = s.definitionProblems.With(problems)
	if len(s.definitionProblems.Fatal()) > 0 || len(s.registryProblems.Fatal()) > 0 {
		return nil
	}
	return g
}

// report shows everything that is wrong; "" when nothing is.
func (s *site) report() string {
	return s.definitionSource.Report(s.definitionProblems) + s.registrySource.Report(s.registryProblems)
}
