package aliyun

import (
	"net/http"
	"strings"

	"postern/shared/gateway"
)

// Headers of this vendor, in canonical form (aliyun.md, 1.1, 3.1 and 4.13).
const (
	keyHeader       = "X-Ca-Key"
	signatureHeader = "X-Ca-Signature"
	methodHeader    = "X-Ca-Signature-Method"
	listHeader      = "X-Ca-Signature-Headers"
	timestampHeader = "X-Ca-Timestamp"
	nonceHeader     = "X-Ca-Nonce"
	stageHeader     = "X-Ca-Stage"
	modeHeader      = "X-Ca-Request-Mode"

	requestIDHeader = "X-Ca-Request-Id"
	codeHeader      = "X-Ca-Error-Code"
	messageHeader   = "X-Ca-Error-Message"
	debugHeader     = "X-Ca-Debug-Info"

	hopsHeader = "X-Ca-Proxy-Hops"
)

// longName is what names of headers are usually shorter than: longer ones cost an allocation.
const longName = 64

// values are the lines of a header, its name in any spelling. Names of this vendor's clients are in lower case, which
// http.Header.Values would copy.
func values(h http.Header, name string) []string {
	if len(name) > longName {
		return h.Values(name)
	}
	var canonical [longName]byte
	upper := true
	for i := range len(name) {
		c := name[i]
		switch {
		case upper && 'a' <= c && c <= 'z':
			c -= 'a' - 'A'
		case !upper && 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		canonical[i], upper = c, c == '-'
	}
	return h[string(canonical[:len(name)])]
}

// value joins the lines of a header as HTTP means them, and as some doors deliver them.
func value(r *gateway.Request, name string) string {
	lines := values(r.Header, name)
	switch {
	case len(lines) == 1:
		return lines[0]
	case len(lines) == 0 && strings.EqualFold(name, "Host"):
		return r.Host
	default:
		return strings.Join(lines, ",")
	}
}

// single is the value of a header that has one, without the blanks around it; "": it is not sent. Different values are
// refused, be they lines of their own or joined by the door.
func single(r *gateway.Request, name string) (string, error) {
	first, rest, several := strings.Cut(value(r, name), ",")
	first = strings.TrimSpace(first)
	for several {
		var next string
		if next, rest, several = strings.Cut(rest, ","); strings.TrimSpace(next) != first {
			return "", invalid(name, "duplicated")
		}
	}
	return first, nil
}

// isName says whether a header may be called so (RFC 9110, 5.1).
func isName(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
