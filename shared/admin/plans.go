package admin

import (
	"maps"
	"net/http"

	"postern/shared/config"
	"postern/shared/operate"
)

func planRoutes() []route {
	const path = "/v1/plans/{plan}"
	return []route{
		{name: "listPlans", method: http.MethodGet, path: "/v1/plans", query: paging(), act: (*call).listPlans},
		{name: "getPlan", method: http.MethodGet, path: path, act: (*call).getPlan},
		{name: "putPlan", method: http.MethodPut, path: path, body: must, act: (*call).putPlan},
		{name: "deletePlan", method: http.MethodDelete, path: path, act: (*call).deletePlan},
	}
}

// namedPlan is a plan as it is shown.
type namedPlan struct {
	Name  string       `json:"name"`
	Rate  config.Rate  `json:"rate,omitzero"`
	Quota config.Quota `json:"quota,omitzero"`
}

func (c *call) listPlans() (*answer, error) {
	return c.reading(func(reg *config.Registry) (*answer, error) {
		var all []namedPlan
		for name, plan := range reg.Plans {
			all = append(all, namedPlan{name, plan.Rate, plan.Quota})
		}
		return list(c, all, func(p namedPlan) string { return p.Name })
	})
}

func (c *call) getPlan() (*answer, error) { return c.get(c.shownPlan) }

func (c *call) shownPlan(reg *config.Registry) (any, error) {
	name := c.vars["plan"]
	plan, ok := reg.Plans[name]
	if !ok {
		return nil, unknown("plan", name, maps.Keys(reg.Plans))
	}
	return namedPlan{name, plan.Rate, plan.Quota}, nil
}

func (c *call) putPlan() (*answer, error) {
	name, plan := c.vars["plan"], namedPlan{Name: c.vars["plan"]}
	if err := c.decode(&plan); err != nil {
		return nil, err
	}
	if plan.Name != name {
		return nil, errName()
	}
	return c.put(c.shownPlan, func(reg *config.Registry) error {
		if reg.Plans == nil {
			reg.Plans = map[string]config.Plan{}
		}
		reg.Plans[name] = config.Plan{Rate: plan.Rate, Quota: plan.Quota}
		return nil
	})
}

func (c *call) deletePlan() (*answer, error) {
	return c.remove(operate.Plan, c.vars["plan"], c.shownPlan)
}
