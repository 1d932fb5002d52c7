package route

import (
	"fmt"
	"regexp"
	"strings"
)

type tokenKind int

const (
	textToken tokenKind = iota // literal text
	oneToken                   // ?
	anyToken                   // *
	nameToken                  // {name}, {name:expr}, {expr}
	restToken                  // {name+}
)

// token is a part of one segment.
type token struct {
	kind tokenKind
	text string // literal text, decoded; or the name, "" for {expr}
	expr string // a regular expression; "": any text
	subs int    // groups of expr
}

// tokens cuts a segment whose braces match.
func tokens(s string) (all []token, err error) {
	for s != "" {
		n := strings.IndexAny(s, "?*{}")
		if n < 0 {
			n = len(s)
		}
		if n > 0 {
			text, err := literalText(s[:n])
			if err != nil {
				return nil, err
			}
			all, s = append(all, token{kind: textToken, text: text}), s[n:]
			continue
		}
		t, length := token{kind: oneToken}, 1
		switch s[0] {
		case '*':
			t.kind = anyToken
		case '{', '}':
			length = closing(s)
			if t, err = parseVariable(s[1 : length-1]); err != nil {
				return nil, err
			}
		}
		all, s = append(all, t), s[length:]
	}
	return all, nil
}

// closing is the length of the text in braces that s begins with.
func closing(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

const maxExpr = 256 // bytes of a regular expression

// parseVariable reads what stands between braces.
func parseVariable(text string) (token, error) {
	name, expr, named := strings.Cut(text, ":")
	switch {
	case isName(text):
		return token{kind: nameToken, text: text}, nil
	case strings.HasSuffix(text, "+") && isName(text[:len(text)-1]):
		return token{kind: restToken, text: text[:len(text)-1]}, nil
	case named && isName(name) && expr != "":
	case strings.ContainsAny(text, `[\(.*+^$|`):
		name, expr = "", text
	default:
		return token{}, fmt.Errorf("{%s} is no variable: write {name}, {name+}, {name:expression} or {expression}", text)
	}
	if len(expr) > maxExpr {
		return token{}, fmt.Errorf("{%s}: an expression has at most %d bytes", text, maxExpr)
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return token{}, fmt.Errorf("{%s}: %w", text, err)
	}
	return token{kind: nameToken, text: name, expr: expr, subs: re.NumSubexp()}, nil
}

// isName says whether s is a letter or "_", followed by letters, digits, "_", "-" and ".".
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || c == '-' || c == '.')) {
			return false
		}
	}
	return s != ""
}
