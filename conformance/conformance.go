// Package conformance runs scenarios: text files that say what a client sends, what the backends do and what must be answered,
// byte for byte, through every door that can carry them. README.md describes the files.
//
// It promises that an expectation is never computed by the code under test: signatures and tokens in a case are made here,
// from the text in the case. It may import everything of postern; nothing but cmd and tests may import it.
package conformance

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Case is one scenario, read but not yet filled in.
type Case struct {
	Name       string // dialect/topic/case
	Why        string
	Source     string
	Now        time.Time // the clock when it begins
	Doors      []string  // that it goes through; nil: all
	Because    string    // why it leaves out the others
	definition string
	resuming   string // the definition that the proxy behind an authorizer has; "": the same
	registry   string
	files      map[string]string // what the definition may refer to, by name
	around     surroundings
	steps      []step
}

// step is one section after the setup.
type step interface {
	run(*bench) error
}

// Load reads every case below the dialects' folders of files, by name. The error names every defect of the first bad file.
func Load(files fs.FS) ([]*Case, error) {
	names, err := fs.Glob(files, "*/*/*.txtar")
	if err != nil {
		return nil, err
	}
	cases := make([]*Case, 0, len(names))
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		c, err := parse(files, strings.TrimSuffix(name, ".txtar"), data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// Dialect is the first element of the name.
func (c *Case) Dialect() string { dialect, _, _ := strings.Cut(c.Name, "/"); return dialect }

// Through says whether the case goes through a door.
func (c *Case) Through(door string) bool { return c.Doors == nil || slices.Contains(c.Doors, door) }

// Rows are the ids of the documented answers that the case expects.
func (c *Case) Rows() []string {
	var rows []string
	for _, s := range c.steps {
		if e, ok := s.(interface{ rows() []string }); ok {
			rows = append(rows, e.rows()...)
		}
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

// fixture is a file that many cases use: nhn/hmac.yaml is nhn/fixtures/hmac.yaml.
func fixture(files fs.FS, name string) (string, error) {
	dialect, file, ok := strings.Cut(name, "/")
	if !ok {
		return "", fmt.Errorf("use %s: write use DIALECT/FIXTURE.yaml", name)
	}
	data, err := fs.ReadFile(files, path.Join(dialect, "fixtures", file))
	return string(data), err
}
