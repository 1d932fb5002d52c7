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
		{name: "setFlag", method: http.MethodPut, path: path + "/{flag}", act: flagged(true)},
		{name: "clearFlag", method: http.MethodDelete, path: path + "/{flag}", act: flagged(false)},
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

// flagged sets or clears a flag. To set one that is set changes nothing, as to clear one that is clear.
func flagged(on bool) func(*call) (*answer, error) {
	return func(c *call) (*answer, error) {
		var flag config.Flag
		if err := flag.UnmarshalText([]byte(c.vars["flag"])); err != nil {
			return nil, missing(err.Error())
		}
		err := c.edit(func(reg *config.Registry) error {
			shown, err := c.shownApp(reg)
			if err != nil {
				return err
			}
			if err := c.expect(shown); err != nil {
				return err
			}
			operate.SetFlag(operate.FindApp(reg, c.vars["app"]), flag, on)
			return nil
		})
		if err != nil {
			return nil, err
		}
		return done()
	}
}
