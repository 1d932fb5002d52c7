// Package wire writes requests down: as a curl line, as raw bytes, or as headers alone.
//
// It promises that the bytes that were signed are the bytes that are sent. It imports gateway alone.
package wire

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"postern/shared/gateway"
)

// NewRequest is a request for a URL, whose path and query stay as they are written.
func NewRequest(method, url string) (*gateway.Request, error) {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok || scheme != "http" && scheme != "https" {
		return nil, fmt.Errorf("%q is no URL: write http://HOST/PATH or https://HOST/PATH", url)
	}
	host, target := rest, "/"
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		host, target = rest[:i], rest[i:]
	}
	if host == "" || strings.ContainsAny(url, " \t\r\n#") {
		return nil, fmt.Errorf("%q is no URL: it needs a host, and spaces and # must be percent-encoded", url)
	}
	if target[0] == '?' {
		target = "/" + target
	}
	r := &gateway.Request{Method: strings.ToUpper(method), Scheme: scheme, Host: host, Header: http.Header{}}
	r.Path, r.RawQuery, _ = strings.Cut(target, "?")
	return r, nil
}

// fields calls add for every header line, by name.
func fields(r *gateway.Request, add func(name, value string)) {
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		for _, value := range r.Header[name] {
			add(name, value)
		}
	}
}

// Curl is a line to paste into a shell.
func Curl(r *gateway.Request) string {
	var b strings.Builder
	b.WriteString("curl -i")
	switch r.Method {
	case http.MethodGet:
	case http.MethodHead:
		b.WriteString(" -I")
	default:
		b.WriteString(" -X " + quote(r.Method))
	}
	if strings.ContainsAny(r.Target(), "{}[]") {
		b.WriteString(" -g")
	}
	if strings.Contains(r.Path, "/.") {
		b.WriteString(" --path-as-is")
	}
	b.WriteString(" " + quote(r.Scheme+"://"+r.Host+r.Target()))
	fields(r, func(name, value string) {
		if value == "" {
			name += ";" // curl's way to send an empty value
		} else {
			name += ": "
		}
		b.WriteString(" -H " + quote(name+value))
	})
	if len(r.Body) > 0 {
		b.WriteString(" --data-binary " + quote(string(r.Body)))
	}
	return b.String() + "\n"
}

// quote is s as one word of a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Raw is the request as it goes over the wire.
func Raw(r *gateway.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, r.Target(), r.Host)
	fields(r, func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) })
	if len(r.Body) > 0 {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(r.Body))
	}
	return b.String() + "\r\n" + string(r.Body)
}

// Headers are the header lines alone.
func Headers(r *gateway.Request) string {
	var b strings.Builder
	fields(r, func(name, value string) { fmt.Fprintf(&b, "%s: %s\n", name, value) })
	return b.String()
}
