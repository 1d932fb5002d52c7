package guard

import (
	"context"
	"errors"
	"slices"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Stage reads which deployed copy a request is for. Both fields are required.
type Stage struct {
	Read  func(*gateway.Request) (string, error) // the name; that of the usual stage where the request names none
	Names []string                               // that there are
}

var errNoStage = errors.New("there is no stage of this name")

// Step is the step "stage". It refuses names that are no stage's.
func (s Stage) Step() gateway.Step {
	return gateway.Step{Name: "stage", Again: true, Run: func(_ context.Context, x *gateway.Exchange) error {
		name, err := s.Read(x.Request)
		if err == nil && !slices.Contains(s.Names, name) {
			err = errNoStage
		}
		if err != nil {
			return fault.New(fault.RouteStage, nil, err)
		}
		x.Stage = name
		return nil
	}}
}
