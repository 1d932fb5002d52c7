// Package registryfile changes a registry.yaml as a careful person would.
//
// It promises that a change touches only the lines that it is about, that comments, order and mode of the file stay, that the
// file is replaced as a whole or not at all, and that of two changes at once the second sees what the first did. What is
// written was read again before. It imports config, its YAML reader and goccy/go-yaml.
package registryfile

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"postern/shared/config"
	"postern/shared/config/yaml"
)

// empty is the registry of a file that is not there yet.
const empty = "version: 1\n"

// File is a registry in YAML or JSON.
type File struct {
	Path string
	// New says that a file that is missing holds an empty registry, and is made by the first change, for its owner alone.
	New bool
	// Patience is how long a change waits for another one to end; 0: five seconds.
	Patience time.Duration
}

// Read is the registry as it is. The error of one that cannot be read shows every problem at its line, and no secret.
func (f File) Read(context.Context) (*config.Registry, error) {
	_, reg, err := f.load()
	return reg, err
}

// Change lets edit change the registry and writes what it made of it. With an error the file stays as it is.
func (f File) Change(ctx context.Context, edit func(*config.Registry) error) error {
	lock, err := f.lock(ctx)
	if err != nil {
		return err
	}
	defer lock.release()
	text, reg, err := f.load()
	if err != nil {
		return err
	}
	before, err := valueOf(reg)
	if err != nil {
		return err
	}
	if err := edit(reg); err != nil {
		return err
	}
	after, err := valueOf(reg)
	if err != nil {
		return err
	}
	changed, err := rewrite(text, before, after)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Path, err)
	}
	if bytes.Equal(changed, text) {
		return nil
	}
	return lock.replace(changed)
}

func (f File) load() ([]byte, *config.Registry, error) {
	text, err := os.ReadFile(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && f.New:
		text = []byte(empty)
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("there is no registry %s: write one with postern init, or name it with --registry", f.Path)
	case err != nil:
		return nil, nil, fmt.Errorf("the registry: %w", err)
	}
	reg, err := Parse(f.Path, text)
	return text, reg, err
}

// Parse is the registry of a text, in YAML or JSON. What refers to what is not asked.
func Parse(name string, text []byte) (*config.Registry, error) {
	reg, source, problems := yaml.LoadRegistry(name, text)
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s cannot be read:\n%s", name, bytes.TrimRight([]byte(source.Report(problems)), "\n"))
	}
	return reg, nil
}

// lock is the file that will take the registry's place. That it can be made only once keeps other changes waiting.
type lock struct {
	*os.File
	target string
	mode   fs.FileMode
	placed bool // it has: its name may be another's by now
}

func (f File) lock(ctx context.Context) (*lock, error) {
	target, mode := f.Path, fs.FileMode(0o600)
	if real, err := filepath.EvalSymlinks(target); err == nil {
		target = real
	}
	if info, err := os.Stat(target); err == nil {
		mode = info.Mode().Perm()
	}
	name := target + ".lock"
	for end := time.Now().Add(cmp.Or(f.Patience, 5*time.Second)); ; {
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		switch {
		case err == nil:
			return &lock{File: file, target: target, mode: mode}, nil
		case !errors.Is(err, fs.ErrExist):
			return nil, fmt.Errorf("the registry: %w", err)
		case time.Now().After(end):
			return nil, fmt.Errorf("another command is changing %s: wait for it or, when none is running, remove %s", f.Path, name)
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (l *lock) replace(text []byte) error {
	if err := l.Chmod(l.mode); err != nil {
		return err
	}
	if _, err := l.Write(text); err != nil {
		return err
	}
	if err := l.Sync(); err != nil {
		return err
	}
	if err := l.Close(); err != nil {
		return err
	}
	err := os.Rename(l.Name(), l.target)
	l.placed = err == nil
	return err
}

// release gives up what was not put in place.
func (l *lock) release() {
	if !l.placed {
		_ = l.Close()
		_ = os.Remove(l.Name())
	}
}
