package config

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// owners are whose requests a limit may count; those that end with a colon go on with a name.
func owners() []string {
	return []string{
		"gateway", "server", "api", "route", "app", "owner", "client", "host", "host:inner", "header:", "path:", "parameter:",
	}
}

// limit checks what of a limit does not go together. One without a number is for who compiles it to find out: some vendors
// answer for that.
func (c *checker) limit(path string, l *Limit, whole bool) {
	if whole || l.Per != "" {
		c.per(path+".per", l.Per)
	}
	rated, windowed, planned := !l.Rate.IsZero() || !l.Quota.IsZero(), !l.Window.IsZero(), l.From != ""
	if rated && windowed || rated && planned || windowed && planned {
		c.problem(path, "a limit has a rate and a quota, or a window, or from: write one of these%s", inherited("rate"))
	}
	if planned && l.Per != "app" && l.Per != "" {
		c.problem(path+".per", "the plan is that of an app: with from: plan, write per: app")
	}
	if l.Burst < 0 || l.Burst > 0 && whole && l.Rate.IsZero() {
		c.problem(path, "burst is the size of a rate's bucket: write at least 1, beside a rate")
	}
	if len(l.Special) > 0 && whole && l.Quota.IsZero() {
		c.problem(path, "special quotas are exceptions from a quota: write the quota for all others beside them")
	}
	c.zone(path+".quota", l.Quota)
	for _, name := range sorted(l.Special) {
		c.zone(path+".special."+name, l.Special[name])
	}
}

func (c *checker) per(path, per string) {
	kind, name, named := strings.Cut(per, ":")
	if named {
		kind += ":"
	}
	known := slices.Contains(owners(), kind)
	switch {
	case slices.Contains(owners(), per) && !strings.HasSuffix(per, ":"):
	case named && known && name == "":
		c.problem(path, "%s goes on with a name, like %sX", per, per)
	case named && known:
		if kind == "header:" {
			c.header(path, name)
		}
	default:
		c.nobody(path, per)
	}
}

// nobody reports an owner that there is none of.
func (c *checker) nobody(path, per string) {
	kind, name, named := strings.Cut(per, ":")
	if named {
		kind += ":"
	}
	near := Suggest(per, owners())
	if near == "" {
		near = Suggest(kind, owners())
	}
	if strings.HasSuffix(near, ":") {
		near += cmp.Or(name, "NAME")
	}
	if near != "" {
		c.problem(path, "%q is nobody whose requests can be counted; did you mean %q?", per, near)
		return
	}
	c.problem(path, "%q is nobody whose requests can be counted; write api, route, app, owner, client, host, header:NAME, "+
		"path:NAME or parameter:NAME", per)
}

func (c *checker) zone(path string, q Quota) {
	if _, err := time.LoadLocation(q.Zone); err != nil || q.Zone == "Local" {
		c.problem(path, "there is no time zone %q: write an IANA name, like Asia/Seoul", q.Zone)
	}
}
