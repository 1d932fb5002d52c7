package transform

import (
	"context"
	"maps"
	"slices"
	"strings"

	"postern/shared/gateway"
)

// Request changes the backend's request.
type Request struct {
	Headers                         // Host may be set: it is what the backend is asked for
	Query   map[string]gateway.Text // appended by name, also where the parameter is there already
}

// Step runs after "outbound"; without a backend's request there is nothing to change.
func (r Request) Step() gateway.Step {
	return gateway.Step{Name: "request", Again: true, Run: r.run}
}

func (r Request) run(_ context.Context, x *gateway.Exchange) error {
	out := x.Outbound
	if out == nil {
		return nil
	}
	r.Apply(out.Header, x)
	if hosts, ok := out.Header["Host"]; ok {
		out.Host = hosts[0]
		delete(out.Header, "Host")
	}
	for _, name := range slices.Sorted(maps.Keys(r.Query)) {
		if out.RawQuery != "" {
			out.RawQuery += "&"
		}
		out.RawQuery += encode(name) + "=" + encode(r.Query[name](x))
	}
	return nil
}

// encode percent-encodes text for a query. Escapes stay as they are: what a text takes from the request is encoded already.
func encode(text string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case unreserved(c), c == '%' && escaped(text[i:]):
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// unreserved are the characters that mean themselves everywhere in a URI (RFC 3986, 2.3).
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// escaped says that text, which begins with a percent sign, begins with an escape.
func escaped(text string) bool {
	const digits = "0123456789abcdefABCDEF"
	return len(text) > 2 && strings.IndexByte(digits, text[1]) >= 0 && strings.IndexByte(digits, text[2]) >= 0
}
