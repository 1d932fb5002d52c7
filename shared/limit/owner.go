package limit

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"postern/shared/gateway"
)

// Owner finds whose request it is.
//
// The key of an owner begins with what the definition says: its kind, the API and, where the limit is one of a single route,
// the route. What a client chooses follows as a hash: it may be long, and a million of them must not fill a store with text.
// Once the stage of a request is known, each stage counts for itself, but for plans: the key ends with @ and the stage.
type Owner struct {
	Kind string // the closed list of the definition: fault.Owners
	find func(*gateway.Exchange) (owned, bool)
}

// stageMark is before the stage in a key. No other part of one holds it.
const stageMark = "@"

// owned is one owner: its counter's key, the name by which a definition may give it limits of its own, and the name that a
// refusal may show. What a client sent is not shown: it may be a secret.
type owned struct{ key, name, shown string }

// NewOwner is the owner that per names, in an API or in one route of it; route is "" for the whole API. A limit per API
// counts all its routes, whatever the route. The error says what to write instead.
//
//	gateway        every request of every API
//	server         the same, where the counter is that of one process
//	api, route     every request
//	client         by the client's address; all whose address the door cannot tell are one
//	host           by the Host header, without its port, in lower case
//	header:NAME    by the values of the header; requests without it are not counted
//	path:NAME      by the decoded path variable; requests without it are not counted
//	app, owner     by the caller's application, or whose that is; requests of nobody are not counted
func NewOwner(per, api, route string) (Owner, error) {
	kind, name, _ := strings.Cut(per, ":")
	prefix := key(kind, api, route)
	switch {
	case per == "api":
		return every(kind, key(kind, api, "")), nil
	case per == "gateway", per == "server":
		return every(kind, kind), nil
	case per == "route" && route != "":
		return every(kind, prefix), nil
	case per == "app":
		return Owner{kind, byName(prefix, func(p *gateway.Principal) string { return p.App })}, nil
	case per == "owner":
		return Owner{kind, byName(prefix, func(p *gateway.Principal) string { return p.Owner })}, nil
	case per == "client":
		return Owner{kind, byClient(prefix)}, nil
	case per == "host":
		return Owner{kind, byHost(prefix)}, nil
	case kind == "header" && name != "":
		name = http.CanonicalHeaderKey(name)
		return Owner{kind, byHeader(prefix+":"+url.QueryEscape(name), name)}, nil
	case kind == "path" && name != "":
		return Owner{kind, byVariable(prefix+":"+url.QueryEscape(name), name)}, nil
	default:
		return Owner{}, fmt.Errorf("nothing counts per %q: write gateway, server, api, route, app, owner, client, host, "+
			"host:inner, header:NAME, path:NAME or parameter:NAME", per)
	}
}

// HostOwner is each of these host names, in lower case, for itself; requests for others are not counted.
func HostOwner(api, route string, names []string) Owner {
	find := byHost(key("host", api, route))
	return Owner{"host", func(x *gateway.Exchange) (owned, bool) {
		o, _ := find(x)
		return o, slices.Contains(names, o.name)
	}}
}

// ParameterOwner is each value of a parameter, which stands in a part of the request; requests without it are not counted.
func ParameterOwner(api, route, name, part string) Owner {
	prefix := key("parameter", api, route) + ":" + url.QueryEscape(name)
	return Owner{"parameter", func(x *gateway.Exchange) (owned, bool) {
		value, ok := x.Lookup(part, name)
		return owned{key: hashed(prefix, []byte(value)), name: value}, ok
	}}
}

// KeyOwner is each API key of an application for itself: every key has the plan that its application was granted.
func KeyOwner(api string) Owner {
	prefix := key("key", api, "")
	return Owner{"app", func(x *gateway.Exchange) (owned, bool) {
		p := x.Principal
		if p == nil || p.App == "" {
			return owned{}, false
		}
		return owned{prefix + ":" + url.QueryEscape(p.App) + ":" + url.QueryEscape(p.KeyID), p.App, p.App}, true
	}}
}

// key escapes its parts, so that no two of them read alike.
func key(kind, api, route string) string {
	k := kind + ":" + url.QueryEscape(api)
	if route != "" {
		k += ":" + url.QueryEscape(route)
	}
	return k
}

func every(kind, key string) Owner {
	return Owner{kind, func(*gateway.Exchange) (owned, bool) { return owned{key: key}, true }}
}

func byName(prefix string, of func(*gateway.Principal) string) func(*gateway.Exchange) (owned, bool) {
	return func(x *gateway.Exchange) (owned, bool) {
		if x.Principal == nil || of(x.Principal) == "" {
			return owned{}, false
		}
		name := of(x.Principal)
		return owned{prefix + ":" + url.QueryEscape(name), name, name}, true
	}
}

func byClient(prefix string) func(*gateway.Exchange) (owned, bool) {
	return func(x *gateway.Exchange) (owned, bool) {
		ip := x.Client.As16() // IPv4 is the same mapped or not; no zone
		return owned{key: hashed(prefix, ip[:])}, true
	}
}

func byHost(prefix string) func(*gateway.Exchange) (owned, bool) {
	return func(x *gateway.Exchange) (owned, bool) {
		host := x.Request.Host
		if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.Contains(host[i:], "]") {
			host = host[:i]
		}
		host = strings.ToLower(strings.TrimSuffix(host, "."))
		return owned{hashed(prefix, []byte(host)), host, host}, true
	}
}

func byHeader(prefix, name string) func(*gateway.Exchange) (owned, bool) {
	return func(x *gateway.Exchange) (owned, bool) {
		values := x.Request.Header[name]
		if len(values) == 0 {
			return owned{}, false
		}
		value := strings.Join(values, ",")
		return owned{key: hashed(prefix, []byte(value)), name: value}, true
	}
}

func byVariable(prefix, name string) func(*gateway.Exchange) (owned, bool) {
	return func(x *gateway.Exchange) (owned, bool) {
		value, ok := x.Params[name]
		if !ok {
			return owned{}, false
		}
		if plain, err := url.PathUnescape(value); err == nil {
			value = plain // %61 is a: one owner, not many
		}
		return owned{key: hashed(prefix, []byte(value)), name: value}, true
	}
}

// hashed is the prefix and the first 128 bits of the value's SHA-256.
func hashed(prefix string, value []byte) string {
	sum := sha256.Sum256(value)
	var text [22]byte
	base64.RawURLEncoding.Encode(text[:], sum[:16])
	return prefix + ":" + string(text[:])
}
