package forward

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

var (
	errURI  = errors.New("forward: no valid URI")
	errDots = errors.New("forward: a path with dot segments")
)

// ParseURL is where a URL of the definition points to: Scheme, Authority, Path and RawQuery. The error says what to change;
// it does not quote the URL, which may hold a secret.
func ParseURL(text string) (*gateway.Outbound, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("this is no URL: write https://host[:port][/path]")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "":
		return nil, errors.New("write a URL with http or https and a host, like https://members.example.com/v2")
	case u.User != nil:
		return nil, errors.New("a URL cannot carry credentials: set the Authorization header in request.set instead")
	case u.Fragment != "" || strings.HasSuffix(text, "#"):
		return nil, errors.New("a fragment is never sent: remove it")
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, errors.New("the port must be between 1 and 65535")
		}
	}
	if err := checkTarget(u.EscapedPath(), u.RawQuery); err != nil {
		return nil, errors.New("percent-encode what a URI cannot hold, and write no dot segments")
	}
	return &gateway.Outbound{Scheme: u.Scheme, Authority: u.Host, Path: u.EscapedPath(), RawQuery: u.RawQuery}, nil
}

// checkTarget refuses a path and a query that are not what RFC 3986 lets them be, beside [ and ] in a query, which many
// clients send bare. A path must not climb: a backend would take it for another than the one that was admitted.
func checkTarget(path, query string) error {
	if !legal(path, "/") || !legal(query, "/?[]") {
		return fault.New(fault.BackendURI, nil, errURI)
	}
	for segment := range strings.SplitSeq(path, "/") {
		segment, _, _ = strings.Cut(segment, ";") // some servers leave parameters out before they look at the dots
		if segment != "" && len(segment) <= len("%2e%2e") && dots(segment) {
			return fault.New(fault.BackendURI, nil, errDots)
		}
	}
	return nil
}

func dots(segment string) bool {
	plain, err := url.PathUnescape(segment)
	return err == nil && (plain == "." || plain == "..")
}

func legal(s, more string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
		case strings.IndexByte("-._~!$&'()*+,;=:@", c) >= 0:
		case c == '%' && i+2 < len(s) && hex(s[i+1]) && hex(s[i+2]):
		case strings.IndexByte(more, c) < 0:
			return false
		}
	}
	return true
}

func hex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
