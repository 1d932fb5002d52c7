// Package limit counts requests: rates, quotas and windows from the first call, each for an owner.
//
// It promises that all windows of an owner are charged or none, that a charge and its refund happen once however often they
// are sent, and that a refusal says which window refused and when it could pass again. A store that cannot say refuses,
// unless every limit asked says that it is open. The only clock is Request.Received. It imports fault and gateway.
package limit

import (
	"context"
	"time"
)

// Counter keeps the windows of owners. It is safe for concurrent use.
type Counter interface {
	// Charge charges all windows of the owner or, when one refuses, none. A charge whose ID is known was charged before:
	// it succeeds and charges nothing. An error means that the outcome is unknown. The context ends with the exchange: once
	// it has, a store need not be able to give the charge back.
	Charge(context.Context, Charge) (Outcome, error)
	// Refund gives a charge back, once. What is over is left out: no later period is credited. A charge that was refused,
	// refunded before or never arrived gives nothing back.
	Refund(context.Context, Handle) error
}

// Plans finds what a caller was sold.
type Plans interface {
	// Plan is the windows of the plan of this name; none when it limits nothing. They are not to be changed.
	Plan(ctx context.Context, name string) ([]Window, error)
}

// Charge asks for Units of each of the windows of one owner. It is the same for every copy that a store sends of it.
type Charge struct {
	ID      uint64    // of the attempt, random
	Owner   string    // key of the owner
	At      time.Time // when the request was received: the one time of the decision
	Units   int64     // at least 1
	Windows []Window  // not to be changed
}

// Outcome is what became of a charge. The zero value is a refusal for ever.
type Outcome struct {
	OK      bool      // every window was charged
	Refused int       // else: index of the window that refuses, the first of several
	Until   time.Time // else: when it could pass; zero: never, the limit is smaller than the units
	Left    []int64   // units that each window would still admit
	Handle  Handle    // of a charge: what gives it back
}

// Handle is what a refund needs.
type Handle struct {
	Charge
	Periods []int64 // Window.Period of each window as it was charged; nil: the answer was lost
}
