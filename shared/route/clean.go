package route

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"
)

var (
	errRelative = errors.New("the path does not begin with a slash")
	errRaw      = errors.New("the path holds a character that must be percent-encoded")
	errEscape   = errors.New("the path holds a broken escape")
	errSlash    = errors.New("the path holds an encoded slash")
	errControl  = errors.New("the path holds a control character")
	errSpecial  = errors.New("the path holds a backslash or a semicolon")
	errTwice    = errors.New("the path is percent-encoded twice")
	errUTF8     = errors.New("the path is not UTF-8")
	errDots     = errors.New("the path holds a dot segment")
	errEmpty    = errors.New("the path holds an empty segment")
)

// Clean is what a backend makes of a path as it was sent: every escape decoded once. It fails for a path that two servers
// could read in two ways, and which therefore belongs to no route: one with empty segments (but for a slash at the end),
// encoded slashes, dot segments, backslashes, ";", control characters or invalid UTF-8, be they sent raw or percent-encoded;
// with an escape that is broken or hides another escape ("%252e"); or with a raw space, "#" or non-ASCII character.
//
// Clean(path) has the same slashes as path.
func Clean(path string) (string, error) {
	if path == "" || path[0] != '/' {
		return "", errRelative
	}
	for i := range len(path) {
		if c := path[i]; c <= ' ' || c == '#' || c >= 0x7f {
			return "", errRaw
		}
	}
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return "", errEscape
	}
	if len(decoded) != len(path) && strings.Count(decoded, "/") != strings.Count(path, "/") {
		return "", errSlash
	}
	if err := plain(decoded); err != nil {
		return "", err
	}
	return decoded, segments(decoded[1:])
}

// plain refuses decoded text that does not mean the same to everybody.
func plain(text string) error {
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c == 0x7f:
			return errControl
		case c == '\\' || c == ';':
			return errSpecial
		case c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			return errTwice
		}
	}
	if !utf8.ValidString(text) {
		return errUTF8
	}
	return nil
}

// segments refuses dot segments, and empty ones but for the last.
func segments(rest string) error {
	for more := true; more; {
		var s string
		s, rest, more = strings.Cut(rest, "/")
		switch {
		case s == "." || s == "..":
			return errDots
		case s == "" && more:
			return errEmpty
		}
	}
	return nil
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
