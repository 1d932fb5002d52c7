package route

import (
	"context"

	"postern/shared/gateway"
)

// Staged is the step "route" of an API with a table for each of its stages: by the exchange's stage, "" where there are none.
// A stage without a table has no paths.
func Staged(tables map[string]*Table) gateway.Step {
	none := NewTable()
	return gateway.Step{Name: "route", Again: true, Run: func(ctx context.Context, x *gateway.Exchange) error {
		if t := tables[x.Stage]; t != nil {
			return t.run(ctx, x)
		}
		return none.run(ctx, x)
	}}
}
