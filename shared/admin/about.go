package admin

import (
	"net/http"

	"postern/docs/openapi"
	"postern/shared/config"
)

func aboutRoutes() []route {
	return []route{
		{name: "getHealth", method: http.MethodGet, path: "/v1/health", act: (*call).health},
		{name: "getDescription", method: http.MethodGet, path: "/v1/openapi", act: (*call).description},
	}
}

// health says that the registry can be read.
func (c *call) health() (*answer, error) {
	return c.reading(func(*config.Registry) (*answer, error) {
		return say(http.StatusOK, map[string]string{"status": "ok"})
	})
}

func (c *call) description() (*answer, error) {
	return &answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/yaml"}}, Body: openapi.Admin()}, nil
}
