package app

import (
	"fmt"
	"slices"

	"postern/shared/config"
	"postern/shared/dialect"
)

// The settings of this file belong to dialects that are still to come. What nothing serves is refused: it must not look as if it
// held.

// unserved reports what an API says beside its policy that nothing serves.
func (c *compiler) unserved(path string, api *config.API, d *dialect.Dialect) {
	if api.Owner != "" && !slices.Contains(d.Order, "state") {
		c.problem(path+".owner", "dialect %s knows no flags of owners: remove it", d.Name)
	}
	for i, host := range api.Hosts {
		if host.Kind != "" && !d.Checks.InnerHosts {
			c.problem(fmt.Sprintf("%s.hosts[%d].kind", path, i), "dialect %s makes no difference between hosts: remove it", d.Name)
		}
	}
}
