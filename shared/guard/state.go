package guard

import (
	"context"
	"errors"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Standings knows what operators said of hosts, APIs and owners.
type Standings interface {
	// Standing is how a host, an API and its owner stand. owner is "" where the API has none. What nobody said anything of is
	// in order; an owner that nobody made is none.
	Standing(ctx context.Context, host, api, owner string) (Standing, error)
}

// Standing is how a host, an API and its owner stand. The zero value is in order.
type Standing struct {
	HostLegal bool // the host is closed for legal reasons
	NoOwner   bool // nobody of the owner's name is known
	Moved     bool // another deployment serves the API
	Legal     bool // the API is closed for legal reasons
	Overdue   bool // the owner owes money
	Expired   bool // the API's definition is withdrawn
}

// State is the states of one API. Standings is required.
type State struct {
	Owner     string // of the definition; "": none
	Standings Standings
}

var (
	errHostLegal = errors.New("the host is closed for legal reasons")
	errNoOwner   = errors.New("the registry has no such owner")
	errMoved     = errors.New("another deployment serves the API")
	errLegal     = errors.New("the API is closed for legal reasons")
	errOverdue   = errors.New("the API's owner owes money")
	errExpired   = errors.New("the API's definition is withdrawn")
)

// Step is the step "state": it refuses what an operator closed, the host first. A store that cannot say fails closed.
func (s State) Step() gateway.Step {
	return gateway.Step{Name: "state", Run: func(ctx context.Context, x *gateway.Exchange) error {
		is, err := s.standing(ctx, x)
		switch {
		case err != nil:
			return err
		case is.HostLegal:
			return fault.New(fault.RouteHostLegal, nil, errHostLegal)
		case is.NoOwner:
			return fault.New(fault.RouteOwner, fault.Args{"owner": s.Owner}, errNoOwner)
		case is.Moved:
			return fault.New(fault.RouteMoved, nil, errMoved)
		case is.Legal:
			return fault.New(fault.RouteLegal, nil, errLegal)
		case is.Overdue:
			return fault.New(fault.RouteOverdue, nil, errOverdue)
		}
		return nil
	}}
}

// Expired is the step "definition" that refuses a withdrawn definition.
func (s State) Expired() gateway.Step {
	return gateway.Step{Name: "definition", Run: func(ctx context.Context, x *gateway.Exchange) error {
		is, err := s.standing(ctx, x)
		if err == nil && is.Expired {
			err = fault.New(fault.DefinitionExpired, nil, errExpired)
		}
		return err
	}}
}

func (s State) standing(ctx context.Context, x *gateway.Exchange) (Standing, error) {
	is, err := s.Standings.Standing(ctx, HostName(x.Request.Host), x.API.Name, s.Owner)
	if err != nil {
		err = fault.Store(ctx, err)
	}
	return is, err
}

// HostName is a Host header without its port, in lower case, as the search for its API takes it.
func HostName(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.Contains(host[i:], "]") {
		host = host[:i]
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
