package registry

import (
	"slices"

	"postern/shared/config"
	"postern/shared/guard"
)

// States are the flags of a host, an API and its owner.
type States struct {
	Host, API, Owner config.Flags
	NoOwner          bool // the API names one that the registry does not have
}

// Standing is what they mean to the gateway.
func Standing(s States) guard.Standing {
	return guard.Standing{
		HostLegal: slices.Contains(s.Host, config.Legal),
		NoOwner:   s.NoOwner,
		Moved:     slices.Contains(s.API, config.Moved),
		Legal:     slices.Contains(s.API, config.Legal),
		Overdue:   slices.Contains(s.Owner, config.Overdue),
		Expired:   slices.Contains(s.API, config.Expired),
	}
}
