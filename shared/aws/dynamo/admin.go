package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"postern/shared/config"
)

// ErrChanged says that somebody else changed what was about to be written.
var ErrChanged = errors.New("changed meanwhile; read again")

// adminTime is for one copy of an operator's call, who may be far away.
const adminTime = 5 * time.Second

// Admin changes a registry, for operators: every call reads the whole of it. It is safe for concurrent use, also by several
// operators: none overwrites what another one wrote since it was read. NewAdmin makes one.
type Admin struct {
	t        *Table
	dataKeys *dataKeys
}

// NewAdmin changes the registry in t, whose secrets k seals. A nil k will do for registries without secrets.
func NewAdmin(t *Table, k Keyring) *Admin {
	patient := *t
	if patient.Attempt == 0 {
		patient.Attempt = adminTime
	}
	return &Admin{t: &patient, dataKeys: newDataKeys(&patient, k)}
}

// The kinds of entries.
const (
	appKind    = "app"
	planKind   = "plan"
	secretKind = "secret"
)

// Change is an entry that a call would write.
type Change struct {
	Kind string // app, plan, secret, host, api or owner
	Name string
	Act  string // add, change or remove
}

// Read is all there is, by name: API keys as sha256:HEX, secrets as sealed:TAG. A tag stands for one secret in one place: it
// changes with the secret.
func (a *Admin) Read(ctx context.Context) (*config.Registry, error) {
	s, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	return s.show(), nil
}

// Apply adds the entries of reg and replaces those of the same names, where they differ. An app that is
// replaced loses the keys that reg does not name. A secret that is sealed:TAG, as Read shows it, stays as it is.
//
// Each app changes at once. After a failure some may have changed and others not, none to more than reg says: to apply again
// completes it. ErrChanged: somebody else was faster.
func (a *Admin) Apply(ctx context.Context, reg *config.Registry) error {
	s, err := a.load(ctx)
	if err != nil {
		return err
	}
	c := &change{state: s, open: a.dataKeys.open, seal: a.sealer(s)}
	if err := c.apply(ctx, reg); err != nil {
		return err
	}
	return a.write(ctx, c.writes)
}

// Diff is what Apply would write.
func (a *Admin) Diff(ctx context.Context, reg *config.Registry) ([]Change, error) {
	s, err := a.load(ctx)
	if err != nil {
		return nil, err
	}
	c := &change{state: s, open: a.dataKeys.open, seal: unsealed}
	if err := c.apply(ctx, reg); err != nil {
		return nil, err
	}
	return c.list(), nil
}

// unsealed is what would be sealed where nothing is written.
func unsealed(context.Context, string, string) (string, error) { return "another secret", nil }

// Change lets edit change the registry as Read shows it, and writes what it made of it: what is not in it any more is
// removed. With an error of edit nothing changes. ErrChanged: somebody else was faster.
func (a *Admin) Change(ctx context.Context, edit func(*config.Registry) error) error {
	s, err := a.load(ctx)
	if err != nil {
		return err
	}
	next := s.show()
	if err := edit(next); err != nil {
		return err
	}
	c := &change{state: s, open: a.dataKeys.open, seal: a.sealer(s)}
	if err := c.become(ctx, next); err != nil {
		return err
	}
	return a.write(ctx, c.writes)
}

// Remove removes an entry of a kind: app, plan, secret, host, api or owner. What is not there is removed already. A plan that
// an app was granted stays, and an owner that an app has, with an error.
func (a *Admin) Remove(ctx context.Context, kind, name string) error {
	return a.Change(ctx, func(reg *config.Registry) error {
		switch kind {
		case appKind:
			reg.Apps = slices.DeleteFunc(reg.Apps, func(app config.App) bool { return app.Name == name })
		case planKind:
			delete(reg.Plans, name)
		case secretKind:
			delete(reg.Secrets, name)
		default:
			named := reg.Named(config.Flagged(kind))
			if named == nil {
				return fmt.Errorf("there is no kind %q: write app, plan, secret, host, api or owner", kind)
			}
			delete(*named, name)
		}
		return nil
	})
}

// RotateDataKey makes a data key that seals what is written from now on. What was written before stays readable. ErrChanged:
// somebody else was faster.
func (a *Admin) RotateDataKey(ctx context.Context) error {
	s, err := a.load(ctx)
	if err != nil {
		return err
	}
	return a.newDataKey(ctx, s)
}
