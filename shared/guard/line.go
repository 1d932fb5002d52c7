package guard

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// maxQuoted is how much of a target, in bytes, a refusal quotes.
const maxQuoted = 128

// Target is the step "target": it refuses a query that cannot be decoded, quoting the one parameter, and a path that cannot
// or that leads above its root.
func Target() gateway.Step {
	return gateway.Step{Name: "target", Run: func(_ context.Context, x *gateway.Exchange) error {
		r := x.Request
		for part := range strings.SplitSeq(r.RawQuery, "&") {
			if _, err := url.QueryUnescape(part); err != nil {
				return fault.New(fault.RequestURI, fault.Args{"uri": quoted(part)}, err)
			}
		}
		plain, err := url.PathUnescape(r.Path)
		if err != nil || strings.ContainsFunc(plain, isControl) || climbs(plain) {
			return fault.New(fault.RequestPath, fault.Args{"path": quoted(r.Path)}, err)
		}
		return nil
	}}
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// climbs says whether dot segments lead above the root.
func climbs(path string) bool {
	depth := 0
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		switch segment {
		case "..":
			depth--
		case ".", "":
		default:
			depth++
		}
		if depth < 0 {
			return true
		}
	}
	return false
}

func quoted(text string) string {
	if len(text) <= maxQuoted {
		return text
	}
	return strings.ToValidUTF8(text[:maxQuoted], "")
}

// Methods is the step "method": it refuses those that are not listed.
func Methods(known []string) gateway.Step {
	return gateway.Step{Name: "method", Run: func(_ context.Context, x *gateway.Exchange) error {
		if !slices.Contains(known, x.Request.Method) {
			return fault.New(fault.RequestMethod, fault.Args{"method": quoted(x.Request.Method)}, nil)
		}
		return nil
	}}
}

// Head is the step "head": request line and headers, as they would be written, have at most limit bytes.
func Head(limit int64) gateway.Step {
	return gateway.Step{Name: "head", Run: func(_ context.Context, x *gateway.Exchange) error {
		if headSize(x.Request) > limit {
			return fault.New(fault.RequestHead, fault.Args{"limit": strconv.FormatInt(limit, 10)}, nil)
		}
		return nil
	}}
}

func headSize(r *gateway.Request) int64 {
	n := len(r.Method) + len(" ") + len(r.Path) + len(" HTTP/1.1\r\n") + len("Host: \r\n") + len(r.Host)
	if r.RawQuery != "" {
		n += len("?") + len(r.RawQuery)
	}
	for name, values := range r.Header {
		for _, value := range values {
			n += len(name) + len(": \r\n") + len(value)
		}
	}
	return int64(n)
}

// Announced is the step "size": a body that is announced to be over limit bytes is refused before anything else is asked.
func Announced(limit int64) gateway.Step {
	return gateway.Step{Name: "size", Run: func(_ context.Context, x *gateway.Exchange) error {
		if x.Request.Length > limit {
			return fault.New(fault.RequestSize, fault.Args{"limit": strconv.FormatInt(limit, 10)}, nil)
		}
		return nil
	}}
}
