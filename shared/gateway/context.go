package gateway

import (
	"context"
	"time"
)

// settleTime is less than what a Lambda function keeps of its time for its answer.
const settleTime = 400 * time.Millisecond

// Settling is ctx for what an exchange still owes when it is over: it lives on when the client has left, up to ctx's deadline,
// and for a moment when that has passed or there is none.
func Settling(ctx context.Context) (context.Context, context.CancelFunc) {
	alive := context.WithoutCancel(ctx)
	moment, cancel := context.WithTimeout(alive, settleTime)
	least, _ := moment.Deadline()
	if end, ok := ctx.Deadline(); ok && end.After(least) {
		cancel()
		return context.WithDeadline(alive, end)
	}
	return moment, cancel
}

// Shared is ctx for work that others wait for too: it lives on when the client leaves, for at most limit and up to ctx's
// deadline.
func Shared(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	alive, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	if end, ok := ctx.Deadline(); ok {
		hurried, stop := context.WithDeadline(alive, end)
		return hurried, func() { stop(); cancel() }
	}
	return alive, cancel
}
