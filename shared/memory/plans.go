package memory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"postern/shared/config"
	"postern/shared/limit"
)

// Plan implements limit.Plans. A plan that is granted and does not exist is an error.
func (r *Registry) Plan(_ context.Context, name string) ([]limit.Window, error) {
	windows, ok := r.now.Load().plans[name]
	if !ok {
		return nil, fmt.Errorf("memory: there is no plan %q", name)
	}
	return windows, nil
}

// sell enters plans. Their windows are named by what they count, not by the plan: usage stays when a caller changes to
// another one.
func (s *records) sell(plans map[string]config.Plan) error {
	for _, name := range slices.Sorted(maps.Keys(plans)) {
		var windows []limit.Window
		if r := plans[name].Rate; !r.IsZero() {
			windows = append(windows, limit.NewRate("rate", r.N, r.Per, 0))
		}
		if q := plans[name].Quota; !q.IsZero() {
			zone, err := time.LoadLocation(q.Zone)
			if err != nil || q.Zone == "Local" {
				return fmt.Errorf("plans.%s.quota: there is no time zone %q: write one like Asia/Seoul, or none for UTC", name, q.Zone)
			}
			windows = append(windows, limit.NewCalendar("quota", q.N, limit.Unit(q.Unit), zone))
		}
		s.plans[name] = windows
	}
	return nil
}
