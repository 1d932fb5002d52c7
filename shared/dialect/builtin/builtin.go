// Package builtin lists the dialects that there are. It is the one place to add a new one. It imports the vendors' packages.
package builtin

import (
	"errors"
	"fmt"
	"slices"

	"postern/shared/dialect"
	"postern/shared/dialect/aliyun"
	"postern/shared/dialect/nhn"
	"postern/shared/dialect/toast"
)

// entry is a dialect and how it is made.
type entry struct {
	name, profile string
	build         func() *dialect.Dialect
}

func entries() []entry {
	return []entry{{"nhn", "", nhn.New}, {"nhn", "ko", nhn.NewKo}, {"toast", "", toast.New}, {"aliyun", "", aliyun.New}}
}

// Names are those of all dialects, each once.
func Names() []string {
	var names []string
	for _, e := range entries() {
		if !slices.Contains(names, e.name) {
			names = append(names, e.name)
		}
	}
	return names
}

// Dialects are all of them, profiles included. An error is a defect of a catalogue.
func Dialects() ([]*dialect.Dialect, error) {
	all := Only(func(string, string) bool { return true })
	var errs []error
	for _, d := range all {
		if err := d.Catalogue.Check(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", d.Name, err))
		}
	}
	return all, errors.Join(errs...)
}

// Only are those that are wanted, by name and profile, their catalogues still unread.
func Only(wanted func(name, profile string) bool) []*dialect.Dialect {
	var some []*dialect.Dialect
	for _, e := range entries() {
		if wanted(e.name, e.profile) {
			some = append(some, e.build())
		}
	}
	return some
}
