package limit

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"postern/shared/gateway"
)

// Owner finds whose request it is.
//
// The key of an owner begins with what the definition says: its kind, the API and, where the limit is one of a single route,
// the route. What a client chooses follows as a hash: it may be long, and a million of them must not fill a store with text.
type Owner struct {
	Kind string // the closed list of the definition: fault.Owners
	find func(*gateway.Exchange) (owned, bool)
}

// owned is one owner: its counter's key, and the name by which a definition may give it limits of its own.
type owned struct{ key, name string }

// NewOwner is the owner that per names, in an API or in one route of it; route is "" for the whole API. A limit per API
// counts all its routes, whatever the route. The error says what to write instead.
//
//	api, route     every request
//	client         by the client's address; all whose address the door cannot tell are one
//	host           by the Host header, without its port, in lower case
//	header:NAME    by the values of the header; requests without it are not counted
//	path:NAME      by the decoded path variable; requests without it are not counted
//	app            by the caller's application; requests of nobody are not counted
func NewOwner(per, api, route string) (Owner, error) {
	kind, name, _ := strings.Cut(per, ":")
	prefix := key(kind, api, route)
	switch {
	case per == "api":
		return every(kind, key(kind, api, "")), nil
	case per == "route" && route != "":
		return every(kind, prefix), nil
	case per == "app":
		return Owner{kind, byApp(prefix)}, nil
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
		return Owner{}, fmt.Errorf("nothing counts per %q: write api, route, app, client, host, header:NAME or path:NAME", per)
	}
}

// KeyOwner is each API key of an application for itself: every key has the plan that its application was granted.
func KeyOwner(api string) Owner {
	prefix := key("key", api, "")
	return Owner{"app", func(x *gateway.Exchange) (owned, bool) {
		p := x.Principal
		if p == nil || p.App == "" {
			return owned{}, false
		}
		return owned{prefix + ":" + url.QueryEscape(p.App) + ":" + url.QueryEscape(p.KeyID), p.App}, true
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

func byApp(prefix string) func(*gateway.Exchange) (owned, bool) {
	return func(x *gateway.Exchange) (owned, bool) {
		if x.Principal == nil || x.Principal.App == "" {
			return owned{}, false
		}
		return owned{prefix + ":" + url.QueryEscape(x.Principal.App), x.Principal.App}, true
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
		return owned{hashed(prefix, []byte(host)), host}, true
	}
}

func byHeader(prefix, name string) func(*gateway.Exchange) (owned, bool) {
	return func(x *gateway.Exchange) (owned, bool) {
		values := x.Request.Header[name]
		if len(values) == 0 {
			return owned{}, false
		}
		value := strings.Join(values, ",")
		return owned{hashed(prefix, []byte(value)), value}, true
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
		return owned{hashed(prefix, []byte(value)), value}, true
	}
}

// hashed is the prefix and the first 128 bits of the value's SHA-256.
func hashed(prefix string, value []byte) string {
	sum := sha256.Sum256(value)
	var text [22]byte
	base64.RawURLEncoding.Encode(text[:], sum[:16])
	return prefix + ":" + string(text[:])
}
