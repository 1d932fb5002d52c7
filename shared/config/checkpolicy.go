package config

import (
	"fmt"
	"net/url"
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
	if p.Access != nil {
		c.access(path+".access", p.Access, whole)
	}
	if p.CORS != nil {
		c.cors(path+".cors", p.CORS, whole)
	}
	c.parameters(path, p, whole)
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
