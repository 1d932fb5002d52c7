package nhncloud

import (
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"postern/shared/gateway"
)

// ParseTime reads yyyy-MM-dd'T'HH:mm:ss with Z, ±hh:mm or ±hhmm after it: no fraction of a second, no other notation.
// (±hhmm is not documented; old clients of toast format with a pattern that gives it.)
func ParseTime(s string) (time.Time, bool) {
	var layout string
	switch len(s) { // Go would accept a fraction where the layout has none
	case len("2006-01-02T15:04:05Z"):
		layout = "2006-01-02T15:04:05Z"
	case len("2006-01-02T15:04:05-0700"):
		layout = "2006-01-02T15:04:05-0700"
	case len("2006-01-02T15:04:05-07:00"):
		layout = "2006-01-02T15:04:05-07:00"
	default:
		return time.Time{}, false
	}
	t, err := time.Parse(layout, s)
	return t, err == nil
}

// Targets are the spellings of path and query that a client may have signed: as sent, and as Java's URI.getPath and getQuery
// give them to the vendor's own sample client, percent-decoded with + left alone. What decodes to control characters or to
// no UTF-8 has the first alone.
func Targets(r *gateway.Request) []string {
	raw := r.Target()
	decoded, err := url.PathUnescape(raw)
	if err != nil || decoded == raw || !utf8.ValidString(decoded) || strings.ContainsFunc(decoded, unicode.IsControl) {
		return []string{raw}
	}
	return []string{raw, decoded}
}
