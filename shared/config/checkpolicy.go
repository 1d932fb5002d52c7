package config

import (
	"fmt"
	"net/url"
	"strings"
)

// policy checks one policy. Those of an API and the named ones are completed by routes; a route's must be whole.
func (c *checker) policy(path string, p *Policy, whole bool) {
	for i := range p.Auth {
		c.auth(fmt.Sprintf("%s.auth[%d]", path, i), &p.Auth[i], false)
	}
	for _, name := range sorted(p.Limits) {
		l := p.Limits[name]
		c.limit(path+".limits."+name, &l, whole)
	}
	if a := p.Access; a != nil && (len(a.Allow) > 0) == (len(a.Deny) > 0) {
		if whole || len(a.Allow) > 0 {
			c.problem(path+".access", "write either allow or deny%s", inherited("deny"))
		}
	}
	if p.CORS != nil {
		c.cors(path+".cors", p.CORS, whole)
	}
	if v := p.Validate; v != nil {
		c.names(path+".validate.headers", v.Headers)
		for i, kind := range v.ContentTypes {
			c.mediaType(fmt.Sprintf("%s.validate.content-types[%d]", path, i), kind)
		}
	}
	if p.Precall != nil {
		c.precall(path+".pre-call", p.Precall)
	}
	if r := p.Request; r != nil {
		c.headers(path+".request.set", r.Set)
		c.names(path+".request.remove", r.Remove)
	}
	if r := p.Response; r != nil {
		c.headers(path+".response.set", r.Set)
		c.names(path+".response.remove", r.Remove)
	}
	if p.Maintenance != nil {
		c.mock(path+".maintenance", p.Maintenance, whole)
	}
	if p.Backend != nil {
		c.backend(path+".backend", p.Backend, whole)
	}
	for _, name := range sorted(p.Stages) {
		stage := p.Stages[name]
		c.policy(path+".stages."+name, &stage, false)
	}
}

func (c *checker) cors(path string, cors *CORS, whole bool) {
	if whole && len(cors.Origins) == 0 {
		c.problem(path+".origins", "name at least one origin, or * for all")
	}
	for i, origin := range cors.Origins {
		u, err := url.Parse(origin)
		if origin != "*" && (err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin) && !isVariable(origin) {
			c.problem(fmt.Sprintf("%s.origins[%d]", path, i),
				"%q is no origin: write scheme and host, like https://app.example.com, or *", origin)
		}
	}
	c.methods(path+".methods", cors.Methods)
	c.names(path+".headers", cors.Headers)
	c.names(path+".expose", cors.Expose)
}

func (c *checker) precall(path string, p *Precall) {
	if p.URL != "" {
		c.url(path+".url", p.URL)
	}
	if p.Method != "" {
		c.method(path+".method", p.Method)
	}
	c.names(path+".vary", p.Vary)
}

func (c *checker) mock(path string, m *Mock, whole bool) {
	if whole || m.Status != 0 {
		c.status(path+".status", m.Status)
	}
	c.headers(path+".headers", m.Headers)
}

func (c *checker) backend(path string, b *Backend, whole bool) {
	switch {
	case b.URL != "" && b.Mock != nil:
		c.problem(path, "a backend is either a url or a mock: write one of them%s", inherited("url"))
	case whole && b.URL == "" && b.Mock == nil:
		c.problem(path, "a backend needs a url or a mock")
	}
	if b.URL != "" {
		c.url(path+".url", b.URL)
	}
	if b.Path != "" && !strings.HasPrefix(b.Path, "/") && !isVariable(b.Path) {
		c.problem(path+".path", "a path begins with /: write %q", "/"+b.Path)
	}
	if b.Breaker != nil && b.Breaker.Failures < 0 {
		c.problem(path+".breaker.failures", "write the number of failures in a row, at least 1")
	}
	if b.Mock != nil {
		c.mock(path+".mock", b.Mock, whole)
	}
}
