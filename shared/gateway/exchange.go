package gateway

import (
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"postern/shared/fault"
	"postern/shared/meter"
)

// Credential is what a request claims, in no vendor's terms.
type Credential struct {
	KeyID, Nonce, Token, APIKey string
	Hash                        crypto.Hash
	MAC                         []byte           // nil: none was sent; empty: what was sent is no MAC
	At                          time.Time        // the signed time; zero: none
	Candidates                  []string         // strings that the MAC may be over, capped; the first is canonical
	Others                      iter.Seq[string] // further ones, made when they are asked for; nil: none
	StringToSign                string           // the canonical one as an answer may quote it
}

// Principal is who the caller turned out to be.
type Principal struct {
	App   string // the application; "" where the vendor knows none
	KeyID string // public name of the key that proved it
	Plan  string // granted for this API; "": none
	Owner string // the account that the application belongs to; "": none
	Grant *Grant // of this API; nil: it was granted nothing
}

// Grant is what may be called of an API. The zero value is all of it, for ever, without a plan.
type Grant struct {
	Plan           string    // "": none
	Routes, Stages []string  // nil: all
	Until          time.Time // zero: for ever
}

// Refusal is what the dialect made of a fault.
type Refusal struct {
	Fault              *fault.Fault
	Row, Code, Message string
}

// Exchange is one request on its way to its answer.
type Exchange struct {
	Request     *Request
	API         *API
	Route       *Route            // nil until the step "route" enters one
	Stage       string            // the deployed copy that the request is for; "": the API has none
	Params      map[string]string // path variables, as sent
	Parameters  map[string]string // what the API declares and the request carries, by the client's names, decoded
	Claims      map[string]any    // of the verified token; nil: there is none
	Client      netip.Addr        // as resolved through trusted hops; until then the peer
	Credentials []*Credential     // one for each scheme of the route; nil: this request does not use it
	Principal   *Principal        // nil until a scheme that knows callers has verified one
	Outbound    *Outbound         // nil until the backend call is prepared
	Header      http.Header       // set on whatever is answered
	Answer      *Response         // ends the steps
	Refusal     *Refusal          // of the last fault; nil: there was none
	Store       meter.Meter       // calls of stores made for this exchange, and the wait for them
	BackendTime time.Duration     // spent on waiting for backends
	Tolerated   []error           // failures that a policy let pass

	next   []Step // still to run
	done   int    // steps behind us, of the API and the route
	amend  []Step
	undo   []func(context.Context)
	times  []StepTime
	before time.Duration // that an authorizer took
}

// Enter goes over to a route: its steps are next, and its Amend replaces the API's. The step "route" calls it.
func (x *Exchange) Enter(r *Route, params map[string]string) {
	x.Route, x.Params, x.next, x.amend = r, params, r.Steps, r.Amend
}

// Undo registers how a charge is given back when a later limit refuses.
func (x *Exchange) Undo(f func(context.Context)) { x.undo = append(x.undo, f) }

// Tolerate keeps a failure that does not end the exchange, for the record: the policy of what failed is to go on.
func (x *Exchange) Tolerate(err error) { x.Tolerated = append(x.Tolerated, err) }

// SetHeader sets a header of whatever is answered.
func (x *Exchange) SetHeader(name, value string) {
	if x.Header == nil {
		x.Header = http.Header{}
	}
	x.Header.Set(name, value)
}

// Elapsed is the time that the steps took so far, those of an authorizer included.
func (x *Exchange) Elapsed() time.Duration {
	sum := x.before
	for _, t := range x.times {
		sum += t.Took
	}
	return sum
}

func (x *Exchange) spent(took time.Duration) Spent {
	return Spent{Store: x.Store.Cost(), Backend: x.BackendTime, Took: took, Tolerated: len(x.Tolerated) > 0}
}

// account takes over what an authorizer has spent.
func (x *Exchange) account(s Spent) {
	x.Store.Add(s.Store)
	x.BackendTime, x.before = x.BackendTime+s.Backend, s.Took
	if s.Tolerated {
		x.Tolerate(errElsewhere)
	}
}

// giveBack undoes the charges of this run, the last first, when err is a limit's refusal; other failures keep them.
func (x *Exchange) giveBack(ctx context.Context, err error) {
	if len(x.undo) == 0 || !fault.From(err).Kind.Under(fault.Limit) {
		return
	}
	ctx, cancel := Settling(ctx)
	defer cancel()
	for _, undo := range slices.Backward(x.undo) {
		undo(ctx)
	}
}

// mark tells apart what a verdict may be about: the same steps of the same route, for the same request line.
func (x *Exchange) mark() string {
	sum := sha256.New()
	write := func(name string, steps []Step) {
		_, _ = io.WriteString(sum, name+"\n")
		for i := range steps {
			_, _ = io.WriteString(sum, steps[i].Name+"\n")
		}
	}
	write(x.Request.Method+" "+x.Request.Path+"\n"+x.API.Name+"\n"+x.Stage, x.API.Steps)
	if x.Route != nil {
		write(x.Route.Name, x.Route.Steps)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
