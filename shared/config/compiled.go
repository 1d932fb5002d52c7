package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// Compiled is a definition, checked and with its policies merged, and all files that it refers to: what a function reads
// when it starts. References to the environment and to secrets are in it as they were written.
type Compiled struct {
	Version    int               `json:"version"`
	Definition *Definition       `json:"definition"`
	Files      map[string]string `json:"files,omitempty"` // by the names that the definition has for them
}

const compiledVersion = 1

// Compile puts a definition and its files together. The same ones give the same bytes.
func Compile(def *Definition, files map[string]string) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(Compiled{Version: compiledVersion, Definition: def, Files: files}); err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	return out.Bytes(), nil
}

// ReadCompiled reads what Compile wrote. An unknown key is an error: another version wrote it.
func ReadCompiled(data []byte) (*Compiled, error) {
	var c Compiled
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("config: something follows the definition")
	}
	switch {
	case c.Version != compiledVersion:
		return nil, fmt.Errorf("config: version %d is not known here, only %d", c.Version, compiledVersion)
	case c.Definition == nil:
		return nil, errors.New("config: there is no definition in it")
	}
	return &c, nil
}

// File is the content of a file that the definition refers to.
func (c *Compiled) File(name string) ([]byte, error) {
	text, ok := c.Files[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(text), nil
}

// SecretNames are the names that a text refers to as ${secret:NAME}, each once, in order.
func SecretNames(text string) []string {
	var names []string
	seen := map[string]bool{}
	for i, rest := range strings.Split(text, "${secret:") {
		name, _, closed := strings.Cut(rest, "}")
		if i > 0 && closed && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}
