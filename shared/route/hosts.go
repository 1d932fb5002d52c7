package route

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Hosts finds what serves a host and a base path. Add everything first: Find may then be called concurrently.
type Hosts[T any] struct {
	exact     map[string]*bases[T]
	wildcards map[string]*bases[T] // by what follows the star: ".example.com"
}

// bases are what one host serves, by the path prefix below which it does; "" is everything.
type bases[T any] struct {
	at    map[string]T
	depth int // segments of the longest
}

// NewHosts makes an empty one.
func NewHosts[T any]() *Hosts[T] {
	return &Hosts[T]{exact: map[string]*bases[T]{}, wildcards: map[string]*bases[T]{}}
}

// Add makes v what serves host below base. The host is a name without a port, or *.example.com for the names of any depth
// below example.com. The base is "", "/" or literal segments like /users.
func (h *Hosts[T]) Add(host, base string, v T) error {
	if err := checkBase(base); err != nil {
		return err
	}
	prefix := strings.TrimSuffix(base, "/")
	name := hostname(host)
	below := strings.TrimPrefix(name, "*.")
	if strings.Contains(host, ":") || !isHost(below) {
		return fmt.Errorf("%q is no host: write a name without a port, like api.example.com, or *.example.com; "+
			"a name with other letters in its xn-- form", host)
	}
	group := h.exact
	if below != name {
		group, name = h.wildcards, name[1:]
	}
	b := group[name]
	if b == nil {
		b = &bases[T]{at: map[string]T{}}
		group[name] = b
	}
	if _, ok := b.at[prefix]; ok {
		return fmt.Errorf("host %s with base %s/ is served already: give one of the two another host or base", host, prefix)
	}
	b.at[prefix], b.depth = v, max(b.depth, strings.Count(prefix, "/"))
	return nil
}

// Find is what serves the path of the host: of the host itself rather than of a wildcard, of the longer wildcard, of the
// longer base. Case, port and a dot at the end of the host do not matter. The base is compared with the path as it was sent.
func (h *Hosts[T]) Find(host, path string) (T, bool) {
	name := hostname(host)
	if v, ok := h.exact[name].find(path); ok {
		return v, true
	}
	for i := 1; i < len(name); i++ {
		if name[i] != '.' {
			continue
		}
		if v, ok := h.wildcards[name[i:]].find(path); ok {
			return v, true
		}
	}
	var none T
	return none, false
}

// find may be called on nil, which serves nothing.
func (b *bases[T]) find(path string) (v T, ok bool) {
	if b == nil {
		return v, false
	}
	v, ok = b.at[""]
	for end, n := 0, 0; n < b.depth && end < len(path); n++ {
		if i := strings.IndexByte(path[end+1:], '/'); i >= 0 {
			end += 1 + i
		} else {
			end = len(path)
		}
		if longer, hit := b.at[path[:end]]; hit {
			v, ok = longer, true
		}
	}
	return v, ok
}

const maxHost = 255 // RFC 1035: octets of a name

// hostname is a Host header without its port, in lower case; "" if it cannot be a name.
func hostname(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.Contains(host[i:], "]") {
		host = host[:i]
	}
	host = strings.TrimSuffix(host, ".")
	if len(host) > maxHost {
		return ""
	}
	for i := range len(host) {
		if host[i] >= utf8.RuneSelf { // some of them have ASCII letters as their lower case
			return ""
		}
	}
	return strings.ToLower(host)
}

// isHost says whether name is one of letters, digits, "-" and "_", in labels that are not empty.
func isHost(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

// checkBase refuses a base path that is no sequence of literal segments.
func checkBase(base string) error {
	if base == "" || base == "/" {
		return nil
	}
	decoded, err := Clean(base)
	if err != nil || decoded != base || strings.HasSuffix(base, "/") || strings.ContainsAny(base, "{}*?%") {
		return fmt.Errorf("%q is no base path: write / or fixed segments without a slash at the end, like /users", base)
	}
	return nil
}
