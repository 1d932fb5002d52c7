package gateway

import (
	"context"
	"errors"
	"strings"
	"time"

	"postern/shared/fault"
)

// Step judges, prepares or answers; or, listed under Amend, changes the answer. An error or x.Answer ends the list.
type Step struct {
	Name  string
	Again bool                // it only reads the request into the exchange: Resume repeats it
	Body  func(*Request) bool // it needs the body of this request: an authorizer stops before it; nil: never
	Last  bool                // it always answers: a route ends with it, an authorizer stops before it
	Run   func(context.Context, *Exchange) error
}

func (s *Step) beyondAuthorizer(r *Request) bool { return s.Last || s.Body != nil && s.Body(r) }

// Text is a compiled text of the definition, filled in for an exchange. What it takes from the request stays as it was sent,
// percent-encoding included.
type Text func(*Exchange) string

// Joined is a text made of several.
func Joined(parts []Text) Text {
	return func(x *Exchange) string {
		var all strings.Builder
		for _, part := range parts {
			all.WriteString(part(x))
		}
		return all.String()
	}
}

// StepTime is how long one step took.
type StepTime struct {
	Step string
	Took time.Duration
}

// Fail is the step that always refuses with err: a defect that its vendor answers for at request time.
func Fail(name string, err error) Step {
	return Step{Name: name, Run: func(context.Context, *Exchange) error { return err }}
}

// Route is compiled once, at load. Its Amend includes the API's.
type Route struct {
	Name  string // of the definition, for logs
	Path  string // the pattern
	Steps []Step
	Amend []Step
}

// Check refuses a route that could end without an answer.
func (r *Route) Check() error {
	if n := len(r.Steps); n == 0 || !r.Steps[n-1].Last {
		return errors.New("nothing answers: no backend")
	}
	return nil
}

// API is what one host and base path serve, in one dialect.
type API struct {
	Name, Dialect string
	Digest        string                                  // of the definition that it was compiled from
	Steps         []Step                                  // what the vendor checks before it knows the route, then "route"
	Amend         []Step                                  // of an answer without a route
	Render        func(*fault.Fault, *Exchange) *Response // words a fault and sets x.Refusal
}
