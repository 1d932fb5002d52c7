// Package table is the operators' store of a registry in DynamoDB.
//
// It promises to make a change anew while others are faster, a few times. It imports operate and dynamo, which know nothing
// of each other: the functions that serve requests need no operators.
package table

import (
	"context"
	"errors"

	"postern/shared/aws/dynamo"
	"postern/shared/config"
	"postern/shared/operate"
)

// attempts is how often a change is made anew because somebody else was faster.
const attempts = 5

// Store is a registry in a table. It is safe for concurrent use.
type Store struct{ Admin *dynamo.Admin }

var _ operate.Store = Store{}

// Read implements operate.Store.
func (s Store) Read(ctx context.Context) (*config.Registry, error) { return s.Admin.Read(ctx) }

// Change implements operate.Store.
func (s Store) Change(ctx context.Context, edit func(*config.Registry) error) (err error) {
	for range attempts {
		if err = s.Admin.Change(ctx, edit); !errors.Is(err, dynamo.ErrChanged) {
			return err
		}
	}
	return changed{err}
}

// Diff implements operate.Store.
func (s Store) Diff(ctx context.Context, reg *config.Registry) ([]operate.Entry, error) {
	list, err := s.Admin.Diff(ctx, reg)
	var differ []operate.Entry
	for _, c := range list {
		differ = append(differ, operate.Entry{Kind: operate.Kind(c.Kind), Name: c.Name})
	}
	if errors.Is(err, dynamo.ErrChanged) {
		err = changed{err}
	}
	return differ, err
}

// changed is a dynamo.ErrChanged that is operate's, too.
type changed struct{ error }

func (c changed) Unwrap() error { return c.error }

// Is makes it operate.ErrChanged.
func (c changed) Is(target error) bool { return target == operate.ErrChanged }
