package app

import (
	"postern/shared/config"
	"postern/shared/forward"
	"postern/shared/gateway"
)

// device answers for one that no door has connected.
func (b *build) device(place *config.Place) []gateway.Step {
	if !b.dialect.Checks.Devices {
		b.problem("backend.device", "clients of dialect %s are no connected devices: write a url", b.dialect.Name)
		return nil
	}
	return []gateway.Step{forward.Device{In: place.In, Name: place.Name}.Step()}
}
