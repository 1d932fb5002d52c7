// Package builtin lists the dialects that there are. It is the one place to add a new one. It imports the vendors' packages.
package builtin

import (
	"errors"

	"postern/shared/dialect"
	"postern/shared/dialect/nhn"
	"postern/shared/dialect/toast"
)

// Dialects are all of them, profiles included. An error is a defect of a catalogue.
func Dialects() ([]*dialect.Dialect, error) {
	var all []*dialect.Dialect
	var errs []error
	for _, build := range []func() (*dialect.Dialect, error){nhn.New, nhn.NewKo, toast.New} {
		d, err := build()
		all, errs = append(all, d), append(errs, err)
	}
	return all, errors.Join(errs...)
}
