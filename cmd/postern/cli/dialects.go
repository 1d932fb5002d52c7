package cli

import (
	"errors"
	"slices"

	"postern/shared/dialect"
	"postern/shared/dialect/nhn"
	"postern/shared/dialect/toast"
)

// dialects are all that there are. An error is a defect of a built-in catalogue.
func dialects() ([]*dialect.Dialect, error) {
	var all []*dialect.Dialect
	var errs []error
	for _, build := range []func() (*dialect.Dialect, error){nhn.New, nhn.NewKo, toast.New} {
		d, err := build()
		all, errs = append(all, d), append(errs, err)
	}
	return all, errors.Join(errs...)
}

// names are those of the dialects, each once.
func names(all []*dialect.Dialect) (names []string) {
	for _, d := range all {
		if !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
	return names
}
