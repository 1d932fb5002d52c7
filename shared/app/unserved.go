package app

import (
	"fmt"

	"postern/shared/config"
	"postern/shared/dialect"
	"postern/shared/gateway"
)

// The settings of this file belong to dialects that are still to come. What nothing serves is refused: it must not look as if it
// held.

// replay would check nonces.
func (b *build) replay() []gateway.Step {
	if b.policy.Replay != "" && b.policy.Replay != "none" {
		b.problem("replay", "clients of dialect %s send no nonce: remove it", b.dialect.Name)
	}
	return nil
}

// stages would choose between deployed copies.
func (b *build) stages() []gateway.Step {
	if len(b.policy.Stages) > 0 {
		b.problem("stages", "clients of dialect %s name no stage: write an API with its own hosts for each", b.dialect.Name)
	}
	return nil
}

// unserved reports what an API says beside its policy that nothing serves.
func (c *compiler) unserved(path string, api *config.API, d *dialect.Dialect) {
	if api.Owner != "" {
		c.problem(path+".owner", "dialect %s knows no flags of owners: remove it", d.Name)
	}
	for i, host := range api.Hosts {
		if host.Kind != "" {
			c.problem(fmt.Sprintf("%s.hosts[%d].kind", path, i), "dialect %s makes no difference between hosts: remove it", d.Name)
		}
	}
}
