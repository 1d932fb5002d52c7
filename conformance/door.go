package conformance

import (
	"context"
	"maps"
	"slices"
	"time"

	"postern/shared/gateway"
)

// Door carries a request, as the bytes that a client writes, to a gateway, and its answer back. It is used by several
// goroutines at once.
type Door interface {
	// Do returns when the answer is there, or with the error of ctx when that ends before.
	Do(ctx context.Context, raw []byte) (*Answer, error)
	// Close waits until nothing runs any more.
	Close() error
}

// open makes a door in front of a gateway, for requests received at now.
type open func(g *gateway.Gateway, now func() time.Time) (Door, error)

func doors() map[string]open {
	return map[string]open{"direct": openDirect, "split": openSplit, "serve": openServe}
}

// DoorNames are the doors that a case may go through, in the order of the alphabet.
func DoorNames() []string { return slices.Sorted(maps.Keys(doors())) }
