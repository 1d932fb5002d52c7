package cli

import (
	"time"

	"github.com/spf13/cobra"

	"postern/cmd/postern/host"
	"postern/cmd/postern/host/front"
)

// frontFlags are what is said of an authorizer in front of the function.
type frontFlags struct {
	bootstrap  string // "": there is none
	rest, http string // kinds
	identity   []string
	ttl        time.Duration
}

func (a *frontFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&a.bootstrap, "authorizer", "", "bootstrap of a Lambda authorizer before REST and HTTP API; alone: postern's own")
	flags.Lookup("authorizer").NoOptDefVal = built
	flags.StringVar(&a.rest, "rest-authorizer", front.KindRequest, "its kind at the REST API: TOKEN or REQUEST")
	flags.StringVar(&a.http, "http-authorizer", front.KindSimple, "its kind at the HTTP API: 1.0, 2.0 or simple")
	flags.StringArrayVar(&a.identity, "identity", nil, "where an identity is: header.NAME, querystring.NAME or context.NAME; again for each")
	flags.DurationVar(&a.ttl, "authorizer-ttl", 0, "how long what it said holds for an identity")
}

// at is the authorizer of a door; nil: there is none.
func (a *frontFlags) at(h *host.Host, kind string, kinds ...string) (*front.Authorizer, error) {
	if h == nil {
		return nil, nil
	}
	door := &front.Authorizer{Invoke: h.Invoke, Kind: kind, Identity: a.identity, TTL: a.ttl}
	if err := door.Check(kinds...); err != nil {
		return nil, usage{err}
	}
	return door, nil
}
