package admin

import (
	"cmp"
	"maps"
	"net/http"

	"postern/shared/config"
	"postern/shared/operate"
)

func grantRoutes() []route {
	const path = "/v1/apps/{app}/grants"
	return []route{
		{name: "listGrants", method: http.MethodGet, path: path, query: paging(), act: (*call).listGrants},
		{name: "getGrant", method: http.MethodGet, path: path + "/{api}", act: (*call).getGrant},
		{name: "putGrant", method: http.MethodPut, path: path + "/{api}", body: must, act: (*call).putGrant},
		{name: "deleteGrant", method: http.MethodDelete, path: path + "/{api}", act: (*call).deleteGrant},
	}
}

// grant is what an app may call of an API.
type grant struct {
	API    string        `json:"api"`
	Plan   string        `json:"plan"`             // none: without one
	Routes []string      `json:"routes,omitempty"` // nil: all
	Stages []string      `json:"stages,omitempty"` // nil: all
	Until  config.Moment `json:"until,omitzero"`   // zero: for ever
}

// grantWish is what an app gets of an API. Unlike config.Grant it has no short form.
type grantWish struct {
	Plan   string        `json:"plan"`
	Routes []string      `json:"routes"`
	Stages []string      `json:"stages"`
	Until  config.Moment `json:"until"`
}

func grantOf(api string, g config.Grant) grant {
	return grant{api, cmp.Or(g.Plan, "none"), g.Routes, g.Stages, g.Until}
}

func (c *call) listGrants() (*answer, error) {
	return c.reading(func(reg *config.Registry) (*answer, error) {
		app, err := c.app(reg)
		if err != nil {
			return nil, err
		}
		var all []grant
		for api, g := range app.Grants {
			all = append(all, grantOf(api, g))
		}
		return list(c, all, func(g grant) string { return g.API })
	})
}

func (c *call) getGrant() (*answer, error) { return c.get(c.shownGrant) }

func (c *call) shownGrant(reg *config.Registry) (any, error) {
	app, err := c.app(reg)
	if err != nil {
		return nil, err
	}
	api := c.vars["api"]
	g, ok := app.Grants[api]
	if !ok {
		return nil, unknown("grant", api, maps.Keys(app.Grants))
	}
	return grantOf(api, g), nil
}

func (c *call) putGrant() (*answer, error) {
	var wish grantWish
	if err := c.decode(&wish); err != nil {
		return nil, err
	}
	return c.put(c.shownGrant, func(reg *config.Registry) error {
		app, err := c.app(reg)
		if err != nil {
			return err
		}
		if app.Grants == nil {
			app.Grants = map[string]config.Grant{}
		}
		app.Grants[c.vars["api"]] = config.Grant(wish)
		return nil
	})
}

func (c *call) deleteGrant() (*answer, error) {
	return c.remove(operate.Grant, c.vars["api"], c.shownGrant)
}
