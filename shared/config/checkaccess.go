package config

import "fmt"

// access checks which clients are admitted.
func (c *checker) access(path string, a *Access, whole bool) {
	listed := len(a.Allow) > 0 || len(a.Deny) > 0 || len(a.Apps) > 0
	switch {
	case len(a.Allow) > 0 && len(a.Deny) > 0:
		c.problem(path, "write either allow or deny%s", inherited("deny"))
	case whole && !listed && a.XFF != nil:
		c.problem(path+".forwarded-for", "it says which address allow and deny judge: write one of them, or remove it")
	case whole && !listed && a.Public == "" && len(a.Networks) == 0:
		c.problem(path, "write either allow or deny, apps, public: closed or networks%s", inherited("access"))
	}
	for _, app := range sorted(a.Apps) {
		if len(a.Apps[app]) == 0 {
			c.problem(path+".apps."+app, "name at least one address, like 203.0.113.0/24, or remove the app")
		}
	}
	for i, name := range a.Networks {
		if name == "" {
			c.problem(fmt.Sprintf("%s.networks[%d]", path, i), "write the id of a VPC or VPC endpoint, like vpc-0a1b2c3d")
		}
	}
}
