package function

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"postern/shared/event"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// Invoke answers an event. Its error is always nil. data is written into.
func (f *Function) Invoke(ctx context.Context, data []byte) ([]byte, error) {
	a := f.respond(ctx, data)
	return a.data, nil
}

// respond answers an event, whatever happens.
func (f *Function) respond(ctx context.Context, data []byte) (a answer) {
	f.protect(ctx, func(ctx context.Context) { a = f.answer(ctx, data) },
		func() { a = f.bare(http.StatusInternalServerError, "") })
	return a
}

// protect calls work in good time before ctx ends, and instead when that panics.
func (f *Function) protect(ctx context.Context, work func(context.Context), instead func()) {
	ctx = entered(ctx, !f.warm.Swap(true))
	ctx, cancel := hurried(ctx)
	defer cancel()
	if err := guard(func() error { work(ctx); return nil }); err != nil {
		instead()
		_ = guard(func() error { f.log.ErrorContext(ctx, "the function failed", "cause", err.Error()); return nil })
	}
}

func (f *Function) answer(ctx context.Context, data []byte) (a answer) {
	read := f.Door
	if read == nil {
		read = event.Read // here, so that an authorizer does not link all doors
	}
	e, err := read(data, f.Now(), f.settings.Events)
	if err != nil {
		f.foreign.error(ctx, "an event of no door is refused", err)
		return f.bare(http.StatusBadRequest, "this is no event of a front door of postern")
	}
	send := func(r *gateway.Response) (err error) { a.data, err = e.Encode(r); return err }
	g, ready := f.gateway(ctx)
	a.stream = e.Stream
	if e.Health {
		status := http.StatusOK
		if !ready {
			status = http.StatusServiceUnavailable
		}
		_ = send(&gateway.Response{Status: status})
		return a
	}
	e.Request.ID = f.requestID(ctx, e.Request.ID)
	if ready && f.settings.Annotated && annotates(e.Request.Door.Name) {
		g.Resume(ctx, e.Request, verdict(g, e), send)
	} else {
		g.Serve(ctx, e.Request, send)
	}
	if a.data == nil {
		return f.bare(http.StatusInternalServerError, "")
	}
	return a
}

func (f *Function) requestID(ctx context.Context, own string) string {
	return cmp.Or(f.ID, own, invocationOf(ctx).requestID)
}

// annotates says whether a door can have an authorizer.
func annotates(door string) bool { return door == "rest" || door == "http" }

// verdict is what the authorizer in front has left, or the refusal of an event without one.
func verdict(g *gateway.Gateway, e *event.Event) gateway.Verdict {
	v, err := unseal(e.Authorizer, e.Stamp)
	if err != nil {
		refusal := fault.New(fault.InternalVerdict, nil, err)
		v = gateway.Verdict{Digest: g.Digest, RequestID: e.Request.ID, Fault: refusal}
	}
	return v
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
