// Package transform changes what goes on to the backend and what comes back: headers, query, path, and the body that an
// answer is given in.
//
// It promises that no value that a text takes from a request can add a header or a parameter of its own, and that a rewritten
// path is one. It imports fault and gateway.
package transform

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"postern/shared/gateway"
)

// Headers are changes to a header: first Set, which replaces, then Remove. Names are compared without case, and underscores
// are read as hyphens, as some backends do.
type Headers struct {
	Set    map[string]gateway.Text
	Remove []string
}

// Apply changes header, with values filled in for the exchange and without control characters.
func (h Headers) Apply(header http.Header, x *gateway.Exchange) {
	for _, name := range slices.Sorted(maps.Keys(h.Set)) {
		remove(header, name)
		header.Set(name, line(h.Set[name](x)))
	}
	for _, name := range h.Remove {
		remove(header, name)
	}
}

func remove(header http.Header, name string) {
	hyphens := func(s string) string { return strings.ReplaceAll(s, "_", "-") }
	maps.DeleteFunc(header, func(other string, _ []string) bool { return strings.EqualFold(hyphens(other), hyphens(name)) })
}

// line leaves out what would end a header's value.
func line(value string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, value)
}
