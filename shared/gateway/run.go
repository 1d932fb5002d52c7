package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"

	"postern/shared/fault"
)

var (
	errVerdict   = errors.New("the verdict is for another request or definition")
	errElsewhere = errors.New("the authorizer's log has the cause")
	errNoAnswer  = errors.New("no step answered")
)

// resume repeats what only reads, as far as v came, and then goes on where v stopped.
func (g *Gateway) resume(ctx context.Context, x *Exchange, v Verdict) error {
	if v.Digest != x.API.Digest || v.RequestID != x.Request.ID {
		return fault.New(fault.InternalVerdict, nil, errVerdict)
	}
	x.Principal, x.Header = v.Principal, v.Header
	x.account(v.Spent)
	if err := g.run(ctx, x, func(*Step) bool { return x.done == v.Done }, true); err != nil && v.Fault == nil {
		return err
	}
	switch {
	case v.Fault != nil:
		return fault.New(v.Fault.Kind, v.Fault.Args, cmp.Or(v.Fault.Err, errElsewhere))
	case x.done != v.Done, v.Done > 0 && v.Mark != x.mark(), v.Bodiless && x.Request.Length != 0:
		return fault.New(fault.InternalVerdict, nil, errVerdict)
	case v.Answer != nil:
		x.Answer = v.Answer
		return nil
	}
	err := g.run(ctx, x, func(*Step) bool { return false }, false)
	if err == nil && x.Answer == nil {
		err = errNoAnswer
	}
	return err
}

// admit runs all steps but the one that answers.
func (g *Gateway) admit(ctx context.Context, x *Exchange) error {
	err := g.run(ctx, x, func(s *Step) bool { return s.beyondAuthorizer(x.Request) }, false)
	switch {
	case err != nil || x.Answer != nil:
		return err
	case len(x.next) == 0:
		return errNoAnswer
	case !x.next[0].Last:
		return fmt.Errorf("step %s needs the body, which an authorizer never sees", x.next[0].Name)
	}
	return nil
}

// run goes through the steps until one answers or refuses, or until says stop before one.
// With replay only steps marked Again run; the others count as done. None runs for a malformed request.
func (g *Gateway) run(ctx context.Context, x *Exchange, until func(*Step) bool, replay bool) error {
	if err := x.Request.Malformed; err != nil {
		return fault.New(fault.RequestMalformed, nil, err)
	}
	start := g.Now()
	for x.Answer == nil && len(x.next) > 0 && !until(&x.next[0]) {
		s := &x.next[0]
		x.next, x.done = x.next[1:], x.done+1 // first: the step "route" replaces what is next
		if replay && !s.Again {
			continue
		}
		err := s.Run(ctx, x)
		end := g.Now()
		x.times, start = append(x.times, StepTime{s.Name, end.Sub(start)}), end
		if err != nil {
			x.giveBack(ctx, err)
			return err
		}
	}
	return nil
}

// settle makes x.Answer what is sent: err in the dialect's words, then amended. An amending step that fails replaces the
// answer, the rest still run.
func (x *Exchange) settle(ctx context.Context, err error) {
	if err != nil {
		x.refuse(err)
	}
	for _, a := range x.amend {
		if err := guard(func() error { return a.Run(ctx, x) }); err != nil {
			x.refuse(err)
		}
	}
	if x.Answer.Header == nil {
		x.Answer.Header = http.Header{}
	}
	maps.Copy(x.Answer.Header, x.Header)
}

// refuse renders err; a dialect that fails at it leaves a bare 500.
func (x *Exchange) refuse(err error) {
	f := fault.From(err)
	x.Answer, x.Refusal = nil, &Refusal{Fault: f}
	if err := guard(func() error { x.Answer = x.API.Render(f, x); return nil }); err != nil || x.Answer == nil {
		x.Answer = &Response{Status: http.StatusInternalServerError}
		x.Refusal = &Refusal{Fault: fault.New(fault.Internal, nil, errors.Join(errors.New("rendering"), f, err))}
	}
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
