package admin

import (
	"net/http"

	"postern/shared/config"
	"postern/shared/operate"
)

func appRoutes() []route {
	const path = "/v1/apps/{app}"
	return []route{
		{name: "listApps", method: http.MethodGet, path: "/v1/apps", query: paging(), act: (*call).listApps},
		{name: "getApp", method: http.MethodGet, path: path, act: (*call).getApp},
		{name: "putApp", method: http.MethodPut, path: path, body: must, act: (*call).putApp},
		{name: "deleteApp", method: http.MethodDelete, path: path, act: (*call).deleteApp},
	}
}

func (c *call) listApps() (*answer, error) {
	return c.reading(func(reg *config.Registry) (*answer, error) {
		return list(c, operate.Shown(reg).Apps, func(app config.App) string { return app.Name })
	})
}

func (c *call) getApp() (*answer, error) { return c.get(c.shownApp) }

// shownApp is the app of the path as it is shown.
func (c *call) shownApp(reg *config.Registry) (any, error) {
	app, err := c.app(reg)
	if err != nil {
		return nil, err
	}
	return operate.ShownApp(app), nil
}

func (c *call) putApp() (*answer, error) {
	app := &config.App{Name: c.vars["app"]}
	if err := c.decode(app); err != nil {
		return nil, err
	}
	if app.Name != c.vars["app"] {
		return nil, errName()
	}
	if err := operate.UnmaskedApp(app); err != nil {
		return nil, err
	}
	return c.put(c.shownApp, func(reg *config.Registry) error {
		operate.MergeApp(reg, app)
		return nil
	})
}

func (c *call) deleteApp() (*answer, error) { return c.remove(operate.App, c.vars["app"], c.shownApp) }
