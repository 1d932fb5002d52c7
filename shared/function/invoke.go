package function

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"postern/shared/gateway"
)

// Invoke answers an event. Its error is always nil. data is written into.
func (f *Function) Invoke(ctx context.Context, data []byte) (answer []byte, _ error) {
	ctx = entered(ctx, !f.warm.Swap(true))
	ctx, cancel := hurried(ctx)
	defer cancel()
	if err := guard(func() error { answer = f.answer(ctx, data); return nil }); err != nil {
		answer = bare(http.StatusInternalServerError, "")
		_ = guard(func() error { f.log.ErrorContext(ctx, "the function failed", "cause", err.Error()); return nil })
	}
	return answer, nil
}

func (f *Function) answer(ctx context.Context, data []byte) (answer []byte) {
	e, err := f.Door(data, f.Now(), f.settings.Events)
	if err != nil {
		f.foreign.error(ctx, "an event that is none of an Application Load Balancer is refused", err)
		return bare(http.StatusBadRequest, "this is no event of an Application Load Balancer")
	}
	send := func(a *gateway.Response) (err error) { answer, err = e.Encode(a); return err }
	g, ready := f.gateway(ctx)
	if e.Health {
		status := http.StatusOK
		if !ready {
			status = http.StatusServiceUnavailable
		}
		_ = send(&gateway.Response{Status: status})
		return answer
	}
	e.Request.ID = cmp.Or(f.ID, e.Request.ID, invocationOf(ctx).requestID)
	g.Serve(ctx, e.Request, send)
	if answer == nil {
		answer = bare(http.StatusInternalServerError, "")
	}
	return answer
}

// gateway is the current one, or one that refuses everything while there is none.
func (f *Function) gateway(ctx context.Context) (g *gateway.Gateway, ready bool) {
	if f.broken != nil {
		return f.standIn.gateway(f.broken), false
	}
	f.house.refresh(ctx)
	if g := f.house.current.Load(); g != nil {
		return g, true
	}
	return f.standIn.gateway(*f.house.failure.Load()), false
}

// hurried ends before ctx does: what is waited for is given up in time for an answer.
func hurried(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	reserve := min(max(time.Until(deadline)/10, 20*time.Millisecond), 500*time.Millisecond)
	return context.WithDeadline(ctx, deadline.Add(-reserve))
}

// guard turns a panic into an error.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}
