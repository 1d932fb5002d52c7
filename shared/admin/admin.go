// Package admin is the operators' API: who may call, and what they have used, over HTTP.
//
// It promises that every refusal is a problem of RFC 9457, that no answer says a secret except a new one, once, that a
// change is refused when its If-Match names what is there no more, and that every call leaves one record of who did what
// with which result, without a secret. Who calls is told by the door in the context (WithOperator), never by a header.
//
// It imports the standard library, what operators do (operate), and the types that it shows. docs/openapi/admin.yaml
// describes it; a test holds the two together.
package admin

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"postern/shared/limit"
	"postern/shared/operate"
)

// Usage is where limits are counted.
type Usage interface {
	// Usage is what the owners whose keys begin with prefix have used of the windows that are not over, in order.
	Usage(ctx context.Context, prefix string, at time.Time) ([]limit.Usage, error)
	// Reset forgets what an owner has used of a limit, of all where its name is "", and says how many windows those were.
	Reset(ctx context.Context, owner, name string) (windows int, err error)
}

// Notes are kept for a while, each under a name.
type Notes interface {
	// Put keeps a note until a time, where there is what was says, or, without, nothing or what has expired at the time at.
	// Otherwise it returns what is there. A note that is there already is put.
	Put(ctx context.Context, name string, was, note []byte, at, until time.Time) (there []byte, err error)
}

// Options are what the API is made of. All are required but Now.
type Options struct {
	Registry operate.Store
	Usage    Usage
	Notes    Notes // of answers to requests with an Idempotency-Key
	Log      *slog.Logger
	Now      func() time.Time // nil: the wall's clock
}

// New is the API. It is safe for concurrent use.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = func() time.Time { return time.Now().Round(0) }
	}
	return &api{o, routes()}
}

type api struct {
	Options
	routes []route
}

// ServeHTTP implements http.Handler.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := newCall(a, r)
	answer := c.serve()
	c.record(answer)
	answer.write(w)
}

// serve finds out who calls what, and answers.
func (c *call) serve() (out *answer) {
	defer func() {
		if p := recover(); p != nil {
			out = c.refuse(panicked(p))
		}
	}()
	if c.operator.ARN == "" {
		return c.refuse(errNobody)
	}
	if c.operator.Defect != "" {
		return c.refuse(malformed(c.operator.Defect))
	}
	if err := c.find(); err != nil {
		return c.refuse(err)
	}
	if err := c.read(); err != nil {
		return c.refuse(err)
	}
	if key := c.Header.Get("Idempotency-Key"); key != "" && c.route.changes() {
		return c.once(key)
	}
	return c.act()
}

// mostAnswer is how many bytes an answer may have. A function sends 6 MB, in which quotes count twice.
const mostAnswer = 4 << 20

// act does what the route is for.
func (c *call) act() *answer {
	out, err := c.route.act(c)
	switch {
	case err != nil:
		return c.refuse(err)
	case c.route.changes():
		return out
	case len(out.Body) > mostAnswer:
		return c.refuse(problem(http.StatusInsufficientStorage, "answer-too-large",
			"the answer is larger than a function can send", "read it in pages: /v1/apps, /v1/plans and /v1/secrets"))
	case c.unchanged(out):
		return &answer{Status: http.StatusNotModified, Header: http.Header{"Etag": out.Header["Etag"]}}
	}
	return out
}
