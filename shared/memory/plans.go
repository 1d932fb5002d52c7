package memory

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"postern/shared/config"
	"postern/shared/limit"
	"postern/shared/registry"
)

var _ limit.Plans = (*Registry)(nil)

// Plan implements limit.Plans. A plan that is granted and does not exist is an error.
func (r *Registry) Plan(_ context.Context, name string) ([]limit.Window, error) {
	windows, ok := r.now.Load().plans[name]
	if !ok {
		return nil, fmt.Errorf("memory: there is no plan %q", name)
	}
	return windows, nil
}

// sell enters plans.
func (s *records) sell(plans map[string]config.Plan) error {
	for _, name := range slices.Sorted(maps.Keys(plans)) {
		windows, err := registry.Windows(plans[name])
		if err != nil {
			return fmt.Errorf("plans.%s.%w", name, err)
		}
		s.plans[name] = windows
	}
	return nil
}

// unsell removes a plan that nobody has.
func (s *records) unsell(name string) error {
	if _, there := s.plans[name]; !there {
		return nil
	}
	for _, app := range slices.Sorted(maps.Keys(s.apps)) {
		if slices.Contains(s.apps[app].plans, name) {
			return fmt.Errorf("plan %q is what app %q has: give it another one first", name, app)
		}
	}
	delete(s.plans, name)
	return nil
}
