package cli

import (
	"slices"

	"postern/shared/dialect"
)

// names are those of the dialects, each once.
func names(all []*dialect.Dialect) (names []string) {
	for _, d := range all {
		if !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
	return names
}
