// Package config is the definition and the registry as types: what postern.yaml and registry.yaml may say, in which units,
// and which combinations make sense. It has no behaviour of a gateway. It imports the standard library alone.
//
// The field tags are the source of truth for the reader, the JSON Schema and the documentation alike: json is the key, doc
// says what it means, required and enum what is accepted.
package config

import "strings"

// Definition is what the gateway serves. It is written by the team and deployed.
type Definition struct {
	Version int    `json:"version" doc:"version of this format: 1" enum:"1" required:"true"`
	Default Voice  `json:"default-dialect,omitzero" doc:"who answers for hosts that no API serves; default: the first API's dialect"`
	Trust   int    `json:"trusted-hops,omitempty" doc:"proxies in front whose X-Forwarded-For entries are believed, counted from the right"`
	Egress  Egress `json:"egress,omitzero" doc:"what postern itself may connect to"`

	VPCAccess map[string]string `json:"vpc-access,omitempty" doc:"URLs of services inside the network, by the name under which backends use them"`
	APIs      []API             `json:"apis" doc:"what is served" required:"true"`
}

// Egress guards the connections that postern opens.
type Egress struct {
	Allow []Prefix `json:"allow,omitempty" doc:"private addresses that backends, pre-calls and key sets may have"`
	HTTP  bool     `json:"plain-jwks,omitempty" doc:"key sets may be fetched over plain http"`
}

// Voice is a dialect and its profile. The short form is the dialect's name.
type Voice struct {
	Name    string `json:"name" doc:"the vendor whose clients call" required:"true"`
	Profile string `json:"profile,omitempty" doc:"a variant of the dialect"`
}

// FromWord takes the short form.
func (v *Voice) FromWord(word string) error { v.Name = word; return nil }

// Host is a name that an API is served at. The short form is the name.
type Host struct {
	Name string `json:"name" doc:"host name, or *.example.com" required:"true"`
	Kind string `json:"kind,omitempty" doc:"inner: a name that the vendor itself gave" enum:"inner"`
}

// FromWord takes the short form.
func (h *Host) FromWord(word string) error { h.Name = word; return nil }

// API is one service, group or domain of its vendor.
type API struct {
	Name    string            `json:"name" doc:"unique; part of counters and logs" required:"true"`
	Hosts   []Host            `json:"hosts" doc:"where it is served" required:"true"`
	Base    string            `json:"base,omitempty" doc:"path prefix below which it is served; default: /"`
	Dialect Voice             `json:"dialect" doc:"the vendor whose clients call" required:"true"`
	Owner   string            `json:"owner,omitempty" doc:"whose registry flags apply"`
	Models  map[string]Model  `json:"models,omitempty" doc:"JSON Schemas of bodies, by name"`
	Answers map[string]Answer `json:"answers,omitempty" doc:"redefined answers, by kind of fault"`
	Policy  `json:",inline"`
	Uses    map[string]Policy `json:"policies,omitempty" doc:"named bundles that routes use"`
	Routes  []Route           `json:"routes" doc:"what can be called" required:"true"`
}

// Route is one path and its methods.
type Route struct {
	Name    string   `json:"name,omitempty" doc:"unique in the API; default: its methods and path, like GET,PUT /path"`
	Path    string   `json:"path" doc:"pattern below the base" required:"true"`
	Methods []string `json:"methods,omitempty" doc:"methods; default: all"`
	Use     []string `json:"use,omitempty" doc:"policies of the API, merged in this order before the route's own"`
	In      []string `json:"in,omitempty" doc:"stages of the API that have the route; default: all"`
	Policy  `json:",inline"`
}

// ID is what the route is called in logs, grants and counters: its name or, without one, its methods and path.
func (r *Route) ID() string {
	if r.Name != "" {
		return r.Name
	}
	return strings.Join(r.Methods, ",") + " " + r.Path
}

// Model is a JSON Schema. Exactly one field is set.
type Model struct {
	File   string `json:"file,omitempty" doc:"a file beside the definition"`
	Schema any    `json:"schema,omitempty" doc:"the schema itself"`
}

// Answer redefines what is answered for a kind of fault and those below it.
type Answer struct {
	Status  int               `json:"status,omitempty" doc:"HTTP status; default: the documented one"`
	Headers map[string]string `json:"headers,omitempty" doc:"headers to set"`
	Bodies  map[string]Body   `json:"bodies,omitempty" doc:"by content type, chosen by the request's Accept"`
}

// Body is text. The short form is the text itself.
type Body struct {
	Text string `json:"text,omitempty" doc:"the body"`
	File string `json:"file,omitempty" doc:"a file beside the definition that holds it"`
}

// FromWord takes the short form.
func (b *Body) FromWord(word string) error { b.Text = word; return nil }
