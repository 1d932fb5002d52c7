package forward

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"postern/shared/gateway"
)

var errHeader = errors.New("forward: a header that HTTP does not allow")

// CleanHeader is what a backend gets of the client's header: without what is for one connection alone, and without what only
// a gateway may say of the client, which it says itself. Underscores are read as hyphens, as some backends do.
func CleanHeader(x *gateway.Exchange) http.Header {
	received := x.Request.Header
	nominated := connectionNames(received)
	header := make(http.Header, len(received)+3)
	buf := make([]byte, 0, longName)
	for name, values := range received {
		n := normal(buf, name)
		if _, drop := nominated[string(n)]; drop || managed(n) || identity(n) {
			continue
		}
		header[name] = slices.Clip(values) // shared, but never appended to in place
	}
	if x.Client.IsValid() {
		header["X-Forwarded-For"] = []string{x.Client.String()}
	}
	header["X-Forwarded-Proto"] = []string{x.Request.Scheme}
	header["X-Forwarded-Host"] = []string{x.Request.Host}
	return header
}

// CleanAnswer refuses a header that HTTP does not allow, and removes what says something of one connection alone.
func CleanAnswer(h http.Header) error {
	if err := checkHeader(h); err != nil {
		return err
	}
	removeHops(h)
	return nil
}

// removeHops removes what an answer's header says of one connection alone. Where Connection says close, net/http has removed
// it already, and with it the names of others.
func removeHops(h http.Header) {
	nominated := connectionNames(h)
	buf := make([]byte, 0, longName)
	for name := range h {
		n := normal(buf, name)
		if _, drop := nominated[string(n)]; drop || hop(n) {
			delete(h, name)
		}
	}
}

// managed says whether a header is neither a client's nor a definition's to set: it speaks of one connection alone, or it
// follows from where and what is sent.
func managed(name []byte) bool {
	switch string(name) {
	case "host", "content-length", "expect":
		return true
	}
	return hop(name)
}

// hop says whether a header speaks of one connection alone (RFC 9110, 7.6.1).
func hop(name []byte) bool {
	switch string(name) {
	case "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization",
		"te", "trailer", "transfer-encoding", "upgrade", "http2-settings":
		return true
	}
	return false
}

// identity says whether a header claims who the client is or what it asked another gateway for.
func identity(name []byte) bool {
	switch string(name) {
	case "forwarded", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "x-original-forwarded-for",
		"x-original-url", "x-original-host", "x-rewrite-url":
		return true
	}
	return bytes.HasPrefix(name, []byte("x-forwarded-"))
}

const longName = 64 // longer names cost an allocation

// normal appends the name in lower case, with hyphens for underscores.
func normal(to []byte, name string) []byte {
	for i := range len(name) {
		c := name[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '_':
			c = '-'
		}
		to = append(to, c)
	}
	return to
}

// connectionNames are the normal names of headers that Connection says are for this connection alone, beside those that
// always are; nil: none.
func connectionNames(h http.Header) (names map[string]struct{}) {
	buf := make([]byte, 0, longName)
	for name, values := range h {
		if string(normal(buf, name)) != "connection" {
			continue
		}
		for _, v := range values {
			for option := range strings.SplitSeq(v, ",") {
				n := normal(buf, strings.TrimSpace(option))
				if len(n) == 0 || hop(n) {
					continue
				}
				if names == nil {
					names = make(map[string]struct{})
				}
				names[string(n)] = struct{}{}
			}
		}
	}
	return names
}

// CheckPassed refuses a header that a backend never gets of a client: one that CheckField refuses, or one that says who that is.
func CheckPassed(name string) error {
	if identity(normal(nil, name)) {
		return fmt.Errorf("%s says who the client is, and is never what a client sent: take another name", name)
	}
	return CheckField(name, "")
}

// CheckField refuses a header that a definition may not set. The error says what to change.
func CheckField(name, value string) error {
	switch {
	case !token(name):
		return fmt.Errorf("%q is no name of a header: write letters, digits and hyphens", name)
	case managed(normal(nil, name)):
		return fmt.Errorf("%s follows from how the message is sent: remove it", name)
	case badValue(value):
		return fmt.Errorf("the value of %s holds a control character: remove it", name)
	}
	return nil
}

// checkHeader refuses names and values that RFC 9110 (5.1, 5.5) does not know.
func checkHeader(h http.Header) error {
	for name, values := range h {
		if !token(name) {
			return fmt.Errorf("%w: name %q", errHeader, name)
		}
		if slices.ContainsFunc(values, badValue) {
			return fmt.Errorf("%w: value of %s", errHeader, name)
		}
	}
	return nil
}

func badValue(v string) bool {
	for i := 0; i < len(v); i++ {
		if c := v[i]; c < ' ' && c != '\t' || c == 0x7f {
			return true
		}
	}
	return false
}

func token(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
