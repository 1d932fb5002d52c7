package forward

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

var errUnread = errors.New("forward: no step has read the body")

// Caller makes one call of what answers. Its errors are faults; the answer and its header are the caller's own.
type Caller interface {
	// Call sends x.Outbound. The limits are whole: none is 0.
	Call(ctx context.Context, x *gateway.Exchange, l Limits) (*gateway.Response, error)
}

// Backend sends what earlier steps prepared and answers with what comes back: the step "forward".
type Backend struct {
	Name     string // shown to clients when the breaker refuses
	Client   Caller
	Limits   Limits
	Breaker  Breaker                                        // nil: none
	Circuit  Circuit                                        // of this backend, where there is a breaker
	Fallback func(context.Context, *gateway.Exchange) error // answers while the breaker does not let calls through; nil: nothing does
	Now      func() time.Time
}

// Step answers with the backend's answer or refuses with the kind of its failure; with BackendBreaker and BackendBusy it was
// not called.
func (b Backend) Step() gateway.Step {
	run := b.call
	if b.Breaker != nil {
		run = b.guarded
	}
	return gateway.Step{Name: "forward", Last: true, Run: func(ctx context.Context, x *gateway.Exchange) error {
		if x.Request.Load != nil && x.Request.Length != 0 {
			return errUnread
		}
		if err := ctx.Err(); errors.Is(err, context.DeadlineExceeded) {
			return timeout(b.Limits.withDefaults(), err) // not the backend's fault: no breaker counts it
		}
		if x.Outbound.Body == nil {
			x.Outbound.Body = x.Request.Body
		}
		return run(ctx, x)
	}}
}

func (b Backend) call(ctx context.Context, x *gateway.Exchange) (err error) {
	start := b.Now()
	x.Answer, err = b.Client.Call(ctx, x, b.Limits.withDefaults())
	x.BackendTime += b.Now().Sub(start)
	return err
}

// guarded asks the breaker first. It fails open, and records it: where the state cannot be known, the backend says itself how
// it is.
func (b Backend) guarded(ctx context.Context, x *gateway.Exchange) error {
	pass, err := b.Breaker.Allow(ctx, b.Circuit)
	known := err == nil
	if !known {
		x.Tolerate(fmt.Errorf("breaker: %w", err))
	}
	if known && !pass.State.Calls() {
		return b.refuse(ctx, x, pass.State)
	}
	before := x.BackendTime
	err = b.call(ctx, x)
	if known {
		outcome := Outcome{Took: x.BackendTime - before, Err: err}
		if err == nil {
			outcome.Status = x.Answer.Status
		}
		b.report(ctx, x, pass, outcome)
	}
	return err
}

// refuse answers for a backend that is left alone.
func (b Backend) refuse(ctx context.Context, x *gateway.Exchange, s State) error {
	kind := fault.BackendBreaker
	if s == Busy {
		kind = fault.BackendBusy
	}
	refusal := fault.New(kind, fault.Args{"backend": b.Name}, nil)
	if b.Fallback == nil {
		return refusal
	}
	x.Tolerate(refusal)
	return b.Fallback(ctx, x)
}

// report is sent also when the client has left: it must give its trial back all the same. One that is lost costs one failure
// or one trial.
func (b Backend) report(ctx context.Context, x *gateway.Exchange, p Pass, o Outcome) {
	ctx, cancel := gateway.Settling(ctx)
	defer cancel()
	if err := b.Breaker.Report(ctx, b.Circuit, p, o); err != nil {
		x.Tolerate(fmt.Errorf("breaker: %w", err))
	}
}
