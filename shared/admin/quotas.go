package admin

import (
	"net/http"
	"slices"

	"postern/shared/limit"
)

func quotaRoutes() []route {
	return []route{
		{name: "listQuotas", method: http.MethodGet, path: "/v1/quotas", query: paging("owner", "api", "route", "app"), act: (*call).listQuotas},
		{name: "resetQuota", method: http.MethodPost, path: "/v1/quotas/reset", body: must, act: (*call).resetQuota},
	}
}

// listQuotas shows what was used of the windows that are not over, by the beginning of their owners' keys and what those
// say.
func (c *call) listQuotas() (*answer, error) {
	used, err := c.api.Usage.Usage(c.Context(), c.query.Get("owner"), c.at)
	if err != nil {
		return nil, err
	}
	used = slices.DeleteFunc(used, func(u limit.Usage) bool {
		o := limit.ParseOwner(u.Owner)
		return c.wants("api", o.API) || c.wants("route", o.Route) || c.wants("app", o.App)
	})
	return list(c, used, func(u limit.Usage) string {
		return u.Owner + "\x00" + u.Limit + "\x00" + u.Ends.UTC().Format("2006-01-02T15:04:05.000000000")
	})
}

// wants says that a parameter asks for something else.
func (c *call) wants(name, value string) bool {
	wanted := c.query.Get(name)
	return wanted != "" && wanted != value
}

// whose says what is to be forgotten: of one limit or, without, of all.
type whose struct {
	Owner string `json:"owner"`
	Limit string `json:"limit"`
}

// forgotten is how many windows were.
type forgotten struct {
	Windows int `json:"windows"`
}

func (c *call) resetQuota() (*answer, error) {
	var of whose
	if err := c.decode(&of); err != nil {
		return nil, err
	}
	if of.Owner == "" {
		return nil, invalid("whose?", Defect{Pointer: "/owner", Detail: "write the key of an owner, as GET /v1/quotas shows it"})
	}
	c.vars["owner"], c.vars["limit"] = of.Owner, of.Limit
	windows, err := c.api.Usage.Reset(c.Context(), of.Owner, of.Limit)
	if err != nil {
		return nil, err
	}
	return say(http.StatusOK, forgotten{windows})
}
