package lambda

import (
	"context"

	"postern/shared/forward"
	"postern/shared/gateway"
)

// Request is how a function is called.
func Request(ctx context.Context, f forward.Caller, event []byte) (*gateway.Outbound, error) {
	return f.(*function).request(ctx, event)
}

// Read is the answer of what a function returned.
func Read(data []byte) (*gateway.Response, error) { return readAnswer(data) }
