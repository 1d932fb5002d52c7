package operate

import (
	"context"

	"postern/shared/config"
)

// Planned are the changes that applying a registry makes: its entries, and those that the store alone has. The error says
// why it cannot be applied.
func Planned(ctx context.Context, s Store, reg *config.Registry) ([]Change, error) {
	have, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	next, err := Clone(have)
	if err != nil {
		return nil, err
	}
	if err := Merge(next, reg); err != nil {
		return nil, err
	}
	differ, err := s.Diff(ctx, reg)
	return Changes(have, reg, differ), err
}

// Apply adds the entries of a registry and replaces those of the same names.
func Apply(ctx context.Context, s Store, reg *config.Registry) error {
	return s.Change(ctx, func(have *config.Registry) error { return Merge(have, reg) })
}
