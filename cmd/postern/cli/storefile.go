package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"postern/cmd/postern/registryfile"
	"postern/shared/config"
	"postern/shared/operate"
)

// fileStore is the registry of postern serve.
type fileStore struct{ registryfile.File }

// Change implements operate.Store.
func (s fileStore) Change(ctx context.Context, edit func(*config.Registry) error) error {
	return s.File.Change(ctx, func(reg *config.Registry) error {
		if err := edit(reg); err != nil {
			return err
		}
		return unsealed(reg)
	})
}

// Diff implements operate.Store.
func (s fileStore) Diff(ctx context.Context, reg *config.Registry) ([]operate.Entry, error) {
	have, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	return operate.Differing(have, reg), unsealed(reg)
}

// unsealed says that a registry holds secrets, not what a table shows in their place.
func unsealed(reg *config.Registry) error {
	for _, name := range slices.Sorted(maps.Keys(reg.Secrets)) {
		if strings.HasPrefix(reg.Secrets[name], config.Sealed) {
			return errSealed("secret " + name)
		}
	}
	for i := range reg.Apps {
		for _, k := range reg.Apps[i].AccessKeys {
			if strings.HasPrefix(k.Secret, config.Sealed) || strings.HasPrefix(k.Secondary, config.Sealed) {
				return errSealed("access key " + k.ID)
			}
		}
	}
	return nil
}

func errSealed(what string) error {
	return fmt.Errorf("%s is sealed for a table: a file needs the secret itself, or leave it out", what)
}
