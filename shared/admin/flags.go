package admin

import (
	"net/http"

	"postern/shared/config"
	"postern/shared/operate"
)

func flagRoutes() []route {
	const path = "/v1/apps/{app}/flags"
	return []route{
		{name: "listFlags", method: http.MethodGet, path: path, query: paging(), act: (*call).listFlags},
		{name: "setFlag", method: http.MethodPut, path: path + "/{flag}", act: flagged(operate.App, true)},
		{name: "clearFlag", method: http.MethodDelete, path: path + "/{flag}", act: flagged(operate.App, false)},
	}
}

func (c *call) listFlags() (*answer, error) {
	return c.reading(func(reg *config.Registry) (*answer, error) {
		app, err := c.app(reg)
		if err != nil {
			return nil, err
		}
		return list(c, operate.ShownApp(app).Flags, func(f config.Flag) string { return string(f) })
	})
}

// flagged sets or clears a flag of the thing of the path. To set one that is set changes nothing, as to clear one that is clear.
func flagged(kind operate.Kind, on bool) func(*call) (*answer, error) {
	return func(c *call) (*answer, error) {
		thing, flag := operate.Entry{Kind: kind, Name: c.vars[string(kind)]}, config.Flag(c.vars["flag"])
		if err := config.Flagged(kind).Check(flag); err != nil {
			return nil, missing(err.Error())
		}
		err := c.edit(func(reg *config.Registry) error {
			there, err := c.shownFlagged(reg, thing)
			if err != nil {
				return err
			}
			if err := c.expect(there); err != nil {
				return err
			}
			_, err = operate.SetFlag(reg, thing, flag, on)
			return err
		})
		if err != nil {
			return nil, err
		}
		return done()
	}
}

// shownFlagged is what has flags as it is shown; nil: a host or an API without any.
func (c *call) shownFlagged(reg *config.Registry, e operate.Entry) (any, error) {
	switch e.Kind {
	case operate.App:
		return c.shownApp(reg)
	case operate.Owner:
		return shownThing(config.FlaggedOwner, e.Name)(reg)
	}
	there, err := shownThing(config.Flagged(e.Kind), e.Name)(reg)
	if err != nil {
		return nil, nil
	}
	return there, nil
}
