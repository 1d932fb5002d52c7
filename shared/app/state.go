package app

import (
	"slices"

	"postern/shared/gateway"
	"postern/shared/guard"
)

// state asks what operators said of the host, the API and its owner, where the vendor knows such states.
func (b *build) state() []gateway.Step {
	if b.States == nil || !slices.Contains(b.dialect.Order, "state") {
		return nil
	}
	state := guard.State{Owner: b.api.Owner, Standings: b.States}
	if b.route == nil {
		return []gateway.Step{state.Step()}
	}
	return []gateway.Step{state.Expired()}
}
