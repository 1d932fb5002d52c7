package admin

import (
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

// grant is an API that an app may call.
type grant struct {
	API  string `json:"api"`
	Plan string `json:"plan"` // none: without one
}

// planWish is the plan that an app gets.
type planWish struct {
	Plan string `json:"plan"`
}

func (c *call) listGrants() (*answer, error) {
	return c.reading(func(reg *config.Registry) (*answer, error) {
		app, err := c.app(reg)
		if err != nil {
			return nil, err
		}
		var all []grant
		for api, plan := range app.Grants {
			all = append(all, grant{api, plan})
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
	plan, ok := app.Grants[api]
	if !ok {
		return nil, unknown("grant", api, maps.Keys(app.Grants))
	}
	return grant{api, plan}, nil
}

func (c *call) putGrant() (*answer, error) {
	var wish planWish
	if err := c.decode(&wish); err != nil {
		return nil, err
	}
	return c.put(c.shownGrant, func(reg *config.Registry) error {
		app, err := c.app(reg)
		if err != nil {
			return err
		}
		if app.Grants == nil {
			app.Grants = map[string]string{}
		}
		app.Grants[c.vars["api"]] = wish.Plan
		return nil
	})
}

func (c *call) deleteGrant() (*answer, error) {
	return c.remove(operate.Grant, c.vars["api"], c.shownGrant)
}
