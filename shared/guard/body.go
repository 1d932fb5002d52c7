package guard

import (
	"context"
	"errors"
	"strconv"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Body reads the request's body. Limit is in bytes; a body of that length is still accepted.
type Body struct{ Limit int64 }

// Step is the step "body". It refuses what is announced to be too long before it reads any of it.
func (b Body) Step() gateway.Step {
	return gateway.Step{Name: "body", Body: hasBody, Run: func(ctx context.Context, x *gateway.Exchange) error {
		_, err := x.Request.ReadBody(b.Limit)
		return b.fault(ctx, err)
	}}
}

// hasBody is false where a body is announced that nobody here will ever read: its length is judged as it was announced.
func hasBody(r *gateway.Request) bool { return r.Load != nil && r.Length != 0 || len(r.Body) > 0 }

// fault says what a failed reading means. A client that left is no malformed request; a fault of the door stays what it is.
func (b Body) fault(ctx context.Context, err error) error {
	var own *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gateway.ErrBodyTooLarge):
		return fault.New(fault.RequestSize, fault.Args{"limit": strconv.FormatInt(b.Limit, 10)}, err)
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &own), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	default:
		return fault.New(fault.RequestMalformed, nil, err)
	}
}
