package fault

import (
	"context"
	"errors"
)

// Store is what it means for the exchange of ctx that a call of a store failed with err: the check fails closed. A client
// that left is no failure of the store, and err stays what it is.
func Store(ctx context.Context, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return New(InternalStoreTimeout, nil, err)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return err
	default:
		return New(InternalStore, nil, err)
	}
}
