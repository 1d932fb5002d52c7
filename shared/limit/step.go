package limit

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Group is the limits of one owner that are charged together, all or none. Owner, Counter and Refusals are required.
type Group struct {
	Owner    Owner
	Windows  []Window            // of every owner
	Special  map[string][]Window // of single owners instead, by name: an application, the value of a header or variable
	Plans    Plans               // instead of both: what the plan says that the caller was granted; nil: no plan counts
	Keep     bool                // the charge stays when a later limit refuses
	Open     bool                // a request passes when the count cannot be known
	Counter  Counter
	Refusals *Refusals // shared by all groups
}

// Step is the group's step, "limit." and the kind of its owner. It refuses with fault.LimitKind.
func (g *Group) Step() gateway.Step {
	return gateway.Step{Name: "limit." + g.Owner.Kind, Run: g.run}
}

func (g *Group) run(ctx context.Context, x *gateway.Exchange) error {
	owner, ok := g.Owner.find(x)
	if !ok {
		return nil
	}
	windows, err := g.windows(ctx, x, owner.name)
	if err != nil {
		return g.unknown(ctx, x, err)
	}
	if len(windows) == 0 {
		return nil
	}
	if x.Stage != "" && g.Plans == nil {
		owner.key += stageMark + x.Stage
	}
	at := x.Request.Received
	if w, ok := g.Refusals.find(owner.key, windows, at); ok {
		return g.refuse(w, owner.shown)
	}
	return g.charge(ctx, x, owner.shown, Charge{ID: rand.Uint64(), Owner: owner.key, At: at, Units: 1, Windows: windows})
}

// windows are those that count for this owner.
func (g *Group) windows(ctx context.Context, x *gateway.Exchange, name string) ([]Window, error) {
	if g.Plans != nil {
		if x.Principal.Plan == "" {
			return nil, nil
		}
		return g.Plans.Plan(ctx, x.Principal.Plan)
	}
	if special, ok := g.Special[name]; ok {
		return special, nil
	}
	return g.Windows, nil
}

func (g *Group) charge(ctx context.Context, x *gateway.Exchange, shown string, c Charge) error {
	out, err := g.Counter.Charge(ctx, c)
	switch {
	case err != nil:
		if err := g.unknown(ctx, x, err); err != nil {
			return err
		}
		g.undo(x, Handle{Charge: c}) // it may have arrived
	case !out.OK:
		w := &c.Windows[out.Refused]
		g.Refusals.add(c.Owner, w, c.At, out.Until)
		return g.refuse(w, shown)
	default:
		g.undo(x, out.Handle)
	}
	return nil
}

// undo registers the refund. One that fails is let go, and recorded: the charge is over with its window.
func (g *Group) undo(x *gateway.Exchange, h Handle) {
	if g.Keep {
		return
	}
	x.Undo(func(ctx context.Context) {
		if err := g.Counter.Refund(ctx, h); err != nil {
			x.Tolerate(fmt.Errorf("limit.%s: refund: %w", g.Owner.Kind, err))
		}
	})
}

// unknown is what a request gets whose count cannot be known. A client that left is no failure of the store.
func (g *Group) unknown(ctx context.Context, x *gateway.Exchange, err error) error {
	switch {
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		return err
	case g.Open:
		x.Tolerate(fmt.Errorf("limit.%s: %w", g.Owner.Kind, err))
		return nil
	default:
		return fault.Store(ctx, err)
	}
}

func (g *Group) refuse(w *Window, shown string) error {
	unit := "rate"
	if w.Quota() {
		unit = "quota"
	}
	args := fault.Args{"name": w.Name, "limit": w.String(), "owner": shown}
	return fault.New(fault.LimitKind(g.Owner.Kind, unit), args, nil)
}
