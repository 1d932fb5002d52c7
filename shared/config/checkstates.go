package config

import (
	"fmt"
	"strings"
)

// states checks what the registry says of hosts, APIs and owners.
func (c *registryChecker) states() {
	for _, name := range sorted(c.reg.Hosts) {
		at := "hosts." + name
		if !isHost(name) || name != strings.ToLower(name) {
			c.problem(at, "%q is no host as requests name it: write it in lower case, without a port or *, like api.example.com", name)
		}
		c.flags(at, FlaggedHost, c.reg.Hosts[name])
	}
	for _, name := range sorted(c.reg.APIs) {
		at := "apis." + name
		if c.apis != nil && c.apis[name] == nil {
			c.problem(at, "there is no API %q%s", name, meant(name, c.apis))
		}
		c.flags(at, FlaggedAPI, c.reg.APIs[name])
	}
	for _, name := range sorted(c.reg.Owners) {
		if name == "" {
			c.problem("owners", "an owner needs a name")
		}
		c.flags("owners."+name, FlaggedOwner, c.reg.Owners[name])
	}
}

// flags checks those of one thing.
func (c *registryChecker) flags(path string, kind Flagged, flags []Flag) {
	for i, flag := range flags {
		at := fmt.Sprintf("%s[%d]", path, i)
		if err := kind.Check(flag); err != nil {
			c.problem(at, "%v", err)
		}
	}
}
