package admin

import (
	"postern/shared/config"
	"postern/shared/operate"
)

// removed is what the record says of an entry that is gone.
const removed = "removed"

// edit changes the registry, and nothing when it would not be one any more. It keeps for the record what became other.
func (c *call) edit(change func(*config.Registry) error) error {
	return c.api.Registry.Change(c.Context(), func(reg *config.Registry) error {
		before, err := operate.Clone(reg)
		if err != nil {
			return err
		}
		if err := change(reg); err != nil {
			return err
		}
		if err := operate.Consistent(reg); err != nil {
			return err
		}
		c.changed = difference(before, reg)
		return nil
	})
}

// editApp changes the app of the path.
func (c *call) editApp(change func(*config.App) error) error {
	return c.edit(func(reg *config.Registry) error {
		app, err := c.app(reg)
		if err != nil {
			return err
		}
		return change(app)
	})
}

// difference is what became other, or is gone.
func difference(before, after *config.Registry) (list []operate.Change) {
	for _, one := range operate.Changes(before, after, operate.Differing(before, after)) {
		switch one.Change {
		case operate.Unchanged:
			continue
		case operate.Kept:
			one.Change = removed
		}
		list = append(list, one)
	}
	return list
}

// app is the one of the path.
func (c *call) app(reg *config.Registry) (*config.App, error) {
	app := operate.FindApp(reg, c.vars["app"])
	if app == nil {
		return nil, operate.NoApp(reg, c.vars["app"])
	}
	return app, nil
}
