package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// isToken says that a word may be a header's name or a method (RFC 9110, 5.6.2).
func isToken(word string) bool {
	return word != "" && strings.IndexFunc(word, func(r rune) bool {
		return !isAlphanumeric(r) && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	}) < 0
}

func isAlphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
}

// isHost takes names and IPv4 addresses; underscores occur in private networks.
func isHost(name string) bool {
	if len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		odd := func(r rune) bool { return !isAlphanumeric(r) && r != '-' && r != '_' }
		if label == "" || len(label) > 63 || label[0] == '-' || strings.IndexFunc(label, odd) >= 0 {
			return false
		}
	}
	return true
}

func isMediaType(text string) bool {
	kind, sub, ok := strings.Cut(text, "/")
	sub, _, _ = strings.Cut(sub, ";")
	return ok && isToken(kind) && isToken(strings.TrimSpace(sub))
}

// isVariable says that a text is only known later: it holds a ${…}.
func isVariable(text string) bool { return strings.Contains(text, "${") }

func (c *checker) url(path, text string) {
	if isVariable(text) {
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https":
		c.problem(path, "%q is no URL that can be called: it begins with https:// or http://", bare(text))
	case u.User != nil:
		c.problem(path, "a URL here holds no user and password: set a header under request instead")
	case u.Fragment != "":
		c.problem(path, "%q: a fragment (#…) is never sent, remove it", text)
	case !isHost(u.Hostname()) && !isIP(u.Hostname()):
		c.problem(path, "%q is no URL that can be called: its host is missing or no name", text)
	}
}

// bare is a text without what may be a password in it.
func bare(text string) string {
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		return "…" + text[i:]
	}
	return text
}

func isIP(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

func (c *checker) status(path string, status int) {
	if status < 200 || status > 599 {
		c.problem(path, "%d is no HTTP status: write a number from 200 to 599", status)
	}
}

func (c *checker) methods(path string, methods []string) {
	for i, m := range methods {
		c.method(fmt.Sprintf("%s[%d]", path, i), m)
	}
}

func (c *checker) method(path, m string) {
	if !isToken(m) {
		c.problem(path, "%q is no method: write one like GET", m)
	} else if m != strings.ToUpper(m) {
		c.problem(path, "methods are written in capitals: %s", strings.ToUpper(m))
	}
}

func (c *checker) header(path, name string) {
	if !isToken(name) {
		c.problem(path, "%q is no name of a header: it holds letters, digits and hyphens", name)
	}
}

// headers checks a map of headers. A value with a line break could forge others.
func (c *checker) headers(path string, headers map[string]string) {
	for _, name := range sorted(headers) {
		c.header(path+"."+name, name)
		if strings.ContainsAny(headers[name], "\r\n\x00") {
			c.problem(path+"."+name, "a header's value is one line")
		}
	}
}

func (c *checker) mediaType(path, kind string) {
	if !isMediaType(kind) {
		c.problem(path, "%q is no content type: write one like application/json", kind)
	}
}

func (c *checker) names(path string, headers []string) {
	for i, name := range headers {
		c.header(fmt.Sprintf("%s[%d]", path, i), name)
	}
}
