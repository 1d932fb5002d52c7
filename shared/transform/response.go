package transform

import (
	"context"
	"net/http"

	"postern/shared/gateway"
)

// Response changes the header of what a backend or a mock answered. What the gateway itself answers to a fault stays as it
// is: the vendor runs these changes after the backend.
type Response struct{ Headers }

// Step amends an answer.
func (r Response) Step() gateway.Step {
	return gateway.Step{Name: "response", Run: r.run}
}

func (r Response) run(_ context.Context, x *gateway.Exchange) error {
	if x.Refusal != nil {
		return nil
	}
	if x.Answer.Header == nil {
		x.Answer.Header = http.Header{}
	}
	r.Apply(x.Answer.Header, x)
	return nil
}
