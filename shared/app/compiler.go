package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/dialect"
	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
	"postern/shared/guard"
	"postern/shared/limit"
	"postern/shared/memory"
	"postern/shared/route"
	"postern/shared/validate"
)

// compiler turns one definition into one gateway.
type compiler struct {
	Options
	def      *config.Definition
	digest   string
	secrets  []string                   // filled in, to be masked in problems
	client   *forward.Client            // shared by backends, pre-calls and key sets
	keySets  map[string]*auth.KeySet    // by URL
	models   map[string]*validate.Model // by path; nil: broken
	zones    map[string]*time.Location  // of quotas, by name
	refusals limit.Refusals             // shared by all limits
	local    limit.Counter              // of this process alone
	problems config.Problems

	insideClient *forward.Client              // of backends inside the network
	inside       map[string]*gateway.Outbound // where they are, by the name of vpc-access; nil: nowhere that may be called
}

// problem reports what is wrong at a path.
func (c *compiler) problem(path, format string, args ...any) {
	c.problems = append(c.problems, config.Problem{Path: path, Text: c.masked(fmt.Sprintf(format, args...))})
}

// defect reports what is wrong at a path, and is the fault that its vendor answers with at request time.
func (c *compiler) defect(path string, kind fault.Kind, err error) *fault.Fault {
	text := c.masked(err.Error())
	c.problems = append(c.problems, config.Problem{Path: path, Text: text, Defect: true})
	return fault.New(kind, nil, errors.New(text))
}

func (c *compiler) compile() func(*gateway.Request) *gateway.API {
	c.client, c.local = forward.NewClient(c.egress(), c.Dial), memory.NewCounter()
	c.insideClient, c.inside = forward.NewClient(c.insideEgress(), c.Dial), c.accesses()
	hosts, names := route.NewHosts[*gateway.API](), map[string]bool{}
	for i := range c.def.APIs {
		api := &c.def.APIs[i]
		path := fmt.Sprintf("apis[%d]", i)
		if names[api.Name] {
			c.problem(path+".name", "another API is called %q too", api.Name)
		}
		names[api.Name] = true
		d := c.dialect(path+".dialect", api.Dialect)
		if d == nil {
			continue
		}
		compiled := c.api(path, api, d)
		for j, host := range api.Hosts {
			if err := hosts.Add(host.Name, api.Base, compiled); err != nil {
				c.problem(fmt.Sprintf("%s.hosts[%d]", path, j), "%v", err)
			}
		}
	}
	nowhere := c.nowhere()
	return func(r *gateway.Request) *gateway.API {
		if api, ok := hosts.Find(r.Host, r.Path); ok {
			return api
		}
		return nowhere
	}
}

// nowhere answers for hosts that no API serves.
func (c *compiler) nowhere() *gateway.API {
	voice, path := c.def.Default, "default-dialect"
	if voice.Name == "" {
		if len(c.def.APIs) == 0 {
			c.problem("apis", "nothing is served: name at least one API")
			return nil
		}
		voice, path = c.def.APIs[0].Dialect, "apis[0].dialect"
	}
	d := c.find(voice)
	if d == nil {
		c.dialect(path, voice)
		return nil
	}
	own := &build{compiler: c, path: path, api: &config.API{}, policy: &config.Policy{}, dialect: d}
	return &gateway.API{
		Name: "", Dialect: d.Name, Digest: c.digest,
		Steps: append(own.first(), unknownHost()), Amend: d.Amend, Render: d.Render,
	}
}

// first are the checks of every request that come before its route.
func (b *build) first() []gateway.Step {
	steps := slices.DeleteFunc(b.line(), func(s gateway.Step) bool { return !b.early(s.Name) })
	return ordered(steps, b.dialect.Order)
}

// unknownHost refuses a host that no API serves.
func unknownHost() gateway.Step {
	return gateway.Step{Name: "route", Run: func(_ context.Context, x *gateway.Exchange) error {
		return fault.New(fault.RouteHost, fault.Args{"host": guard.HostName(x.Request.Host)}, nil)
	}}
}

func (c *compiler) find(v config.Voice) *dialect.Dialect {
	i := slices.IndexFunc(c.Dialects, func(d *dialect.Dialect) bool { return d.Name == v.Name && d.Profile == v.Profile })
	if i < 0 {
		return nil
	}
	return c.Dialects[i]
}

// dialect is nil, with a problem, where there is none of this name and profile.
func (c *compiler) dialect(path string, v config.Voice) *dialect.Dialect {
	if d := c.find(v); d != nil {
		return d
	}
	var names, profiles []string
	for _, d := range c.Dialects {
		if !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
		if d.Name == v.Name && d.Profile != "" {
			profiles = append(profiles, d.Profile)
		}
	}
	switch {
	case !slices.Contains(names, v.Name):
		c.problem(path, "there is no dialect %q; there are: %s", v.Name, strings.Join(names, ", "))
	case len(profiles) == 0:
		c.problem(path, "dialect %s has no profiles", v.Name)
	default:
		c.problem(path, "dialect %s has no profile %q; it has: %s", v.Name, v.Profile, strings.Join(profiles, ", "))
	}
	return nil
}
