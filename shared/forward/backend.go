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

// Backend sends what earlier steps prepared and answers with what comes back: the step "forward".
type Backend struct {
	Name    string // shown to clients when the breaker refuses
	Client  *Client
	Limits  Limits
	Breaker Breaker // nil: none
	Circuit Circuit // of this backend, where there is a breaker
	Now     func() time.Time
}

// Step answers with the backend's answer or refuses with the kind of its failure; with BackendBreaker it was not called.
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
		x.Outbound.Body = x.Request.Body
		return run(ctx, x)
	}}
}

func (b Backend) call(ctx context.Context, x *gateway.Exchange) (err error) {
	start := b.Now()
	x.Answer, err = b.Client.Do(ctx, x.Outbound, b.Limits)
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
		return fault.New(fault.BackendBreaker, fault.Args{"backend": b.Name}, nil)
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

// report is sent also when the client has left: it must give its trial back all the same. One that is lost costs one failure
// or one trial.
func (b Backend) report(ctx context.Context, x *gateway.Exchange, p Pass, o Outcome) {
	ctx, cancel := gateway.Settling(ctx)
	defer cancel()
	if err := b.Breaker.Report(ctx, b.Circuit, p, o); err != nil {
		x.Tolerate(fmt.Errorf("breaker: %w", err))
	}
}
