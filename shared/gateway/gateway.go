// Package gateway is the core: a request goes through a flat list of steps until one answers or refuses.
//
// It promises exactly one answer and one record an exchange, whatever a step, an amending step, the rendering or the door
// does. It imports fault, meter and the standard library alone.
package gateway

import (
	"context"
	"errors"
	"net/http"
	"time"

	"postern/shared/fault"
	"postern/shared/meter"
)

// ErrTooLarge is what a door's send returns when it cannot carry the answer.
var ErrTooLarge = errors.New("answer too large for the door")

// Gateway serves the APIs that Find knows. All fields are required.
type Gateway struct {
	Digest string              // of the definition
	Find   func(*Request) *API // by host and base path; never nil: an unknown host has an API that refuses
	Now    func() time.Time    // for durations alone
	Log    func(context.Context, *Record)
}

// Record is what is known of an exchange once it is over.
type Record struct {
	*Exchange
	Authorizer bool  // of an authorizer: the answer, where there is one, is not what the client gets
	SendErr    error // the answer could not be delivered
	Steps      []StepTime
	Took       time.Duration
}

// Verdict is how far an authorizer came, for the proxy that goes on. Charges made on the way are final.
type Verdict struct {
	Digest, RequestID string       // what it is about: anything else is refused
	Mark              string       // of the request line, the API, the route and their steps, which must be the same
	Bodiless          bool         // it was judged as a request without a body
	Done              int          // steps behind it
	Fault             *fault.Fault // a step refused; the cause stays with the authorizer
	Answer            *Response    // a step answered
	Principal         *Principal
	Header            http.Header
	Spent             Spent
}

// Spent is what an authorizer has used up, for the record of the exchange.
type Spent struct {
	Store         meter.Cost    `json:",omitzero"`
	Backend, Took time.Duration `json:",omitzero"`
	Tolerated     bool          `json:",omitzero"` // a policy let a failure pass
}

func (x *Exchange) verdict() Verdict {
	return Verdict{
		Digest: x.API.Digest, RequestID: x.Request.ID, Done: x.done,
		Answer: x.Answer, Principal: x.Principal, Header: x.Header,
	}
}

func (g *Gateway) open(r *Request) *Exchange {
	api := g.Find(r)
	return &Exchange{
		Request: r, API: api, Client: r.Client, Store: meter.Meter{Now: g.Now},
		next: api.Steps, amend: api.Amend, times: make([]StepTime, 0, 16),
	}
}

// Serve gives exactly one answer and one record: it resumes what nobody has begun.
func (g *Gateway) Serve(ctx context.Context, r *Request, send func(*Response) error) {
	x := g.open(r)
	g.finish(ctx, x, x.verdict(), send)
}

// Authorize runs the steps up to the first that an authorizer cannot run. Nothing is rendered; a refusal is recorded here, and
// so is a failure that was let pass: with the cause, which the verdict does not carry.
func (g *Gateway) Authorize(ctx context.Context, r *Request) Verdict {
	start, x := g.Now(), g.open(r)
	ctx = meter.With(ctx, &x.Store)
	err := guard(func() error {
		return g.run(ctx, x, func(s *Step) bool { return s.beyondAuthorizer(r) }, false)
	})
	v := x.verdict()
	v.Mark, v.Bodiless, v.Spent = x.mark(), r.Length == 0, x.spent(g.Now().Sub(start))
	if err != nil {
		f := fault.From(err)
		v.Fault = &fault.Fault{Kind: f.Kind, Args: f.Args}
		x.Refusal = &Refusal{Fault: f}
	}
	if err != nil || v.Spent.Tolerated {
		g.record(ctx, &Record{Exchange: x, Authorizer: true, Steps: x.times, Took: v.Spent.Took})
	}
	return v
}

// Admit is Authorize where nobody resumes: it refuses what needs the body, renders what it refuses, and records every
// request. The exchange that it returns has no Answer where the request may pass.
func (g *Gateway) Admit(ctx context.Context, r *Request) *Exchange {
	start, x := g.Now(), g.open(r)
	ctx = meter.With(ctx, &x.Store)
	if err := guard(func() error { return g.admit(ctx, x) }); err != nil {
		x.refuse(err)
	}
	g.record(ctx, &Record{Exchange: x, Authorizer: true, Steps: x.times, Took: g.Now().Sub(start)})
	return x
}

// Resume is Serve from where Authorize stopped.
func (g *Gateway) Resume(ctx context.Context, r *Request, v Verdict, send func(*Response) error) {
	g.finish(ctx, g.open(r), v, send)
}

func (g *Gateway) finish(ctx context.Context, x *Exchange, v Verdict, send func(*Response) error) {
	start := g.Now()
	ctx = meter.With(ctx, &x.Store)
	x.settle(ctx, guard(func() error { return g.resume(ctx, x, v) }))
	deliver := func() error { return guard(func() error { return send(x.Answer) }) }
	err := deliver()
	if errors.Is(err, ErrTooLarge) {
		x.settle(ctx, fault.New(fault.BackendSize, nil, err))
		err = deliver()
	}
	g.record(ctx, &Record{Exchange: x, SendErr: err, Steps: x.times, Took: x.before + g.Now().Sub(start)})
}

// record keeps a logger's panic from reaching the door: the answer is out already.
func (g *Gateway) record(ctx context.Context, r *Record) {
	_ = guard(func() error { g.Log(ctx, r); return nil })
}
