package validate

import (
	"strings"
	"unicode"
)

// How much of the client's names an answer may quote.
const (
	maxName = 50
	maxAt   = 200
)

// member is the place of a member: $.price, or $['unit price'] where the name is no word. What could do harm in an answer
// or a log shows as a question mark, what is long is cut.
func member(at, name string) string {
	word, n := true, 0
	clean := strings.Map(func(r rune) rune {
		n++
		switch {
		case n > maxName:
			return -1
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return r
		}
		word = false
		if r < ' ' || r > '~' || r == '\'' || r == '\\' {
			return '?'
		}
		return r
	}, name)
	switch {
	case len(at) > maxAt:
		return at
	case word && name != "":
		return at + "." + clean
	default:
		return at + "['" + clean + "']"
	}
}
