package yaml

import (
	"errors"
	"strings"
	"unicode/utf8"

	goccy "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/token"
)

// syntax reports the first thing that is no YAML.
func (s *Source) syntax(err error) {
	var at position
	message := "it could not be read" // never err itself, which holds lines of the text
	if e, ok := errors.AsType[*goccy.SyntaxError](err); ok {
		at, message = place(e.Token), e.Message
		if text := crowded(e.Token); text != "" && strings.HasPrefix(message, "',' or") {
			s.problem(nil, at, "", "%s", text)
			return
		}
	}
	at.line = min(max(at.line, 1), len(s.lines))
	at.column = max(at.column, 1)
	line := s.lines[at.line-1]
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	speaks := strings.Contains(message, "tab ") || strings.Contains(message, "\t")
	if tab := strings.IndexByte(line, '\t'); tab >= 0 && (speaks || strings.Contains(indent, "\t")) {
		message, at.column = "tab", utf8.RuneCountInString(line[:tab])+1
	}
	s.problem(nil, at, "", "%s", wording(message))
}

// crowded speaks of a text with braces or brackets that stands within braces or brackets without quotes.
func crowded(t *token.Token) string {
	opens := t.Type == token.MappingStartType || t.Type == token.SequenceStartType
	if p := t.Prev; opens && p != nil && p.Type == token.StringType && p.Position.Line == t.Position.Line {
		return `within {…} and […], a text that holds { } [ ] or a comma must be in quotes, like "/members/{id}"`
	}
	return ""
}

const secondColon = `a value cannot be followed by another ": ": put the text in quotes, ` +
	"or check the indentation of the next line"

// wording says in a user's words what the parser said in its own.
func wording(message string) string {
	for _, w := range []struct{ says, means string }{
		{"tab", "a tab cannot stand here: use spaces"},
		{"end character of double-quoted", `this text is never closed: add the " at its end`},
		{"end character of single-quoted", "this text is never closed: add the ' at its end"},
		{"unknown escape character", `this is no escape within "…": write \\ for a backslash, or put the text in '…'`},
		{"reserved character", "a text cannot begin with this character: put it in quotes"},
		{"flow mapping end token", "this { is never closed: add the } after its last entry"},
		{"sequence end token", "this [ is never closed: add the ] after its last entry"},
		{"corresponding to ']'", "this ] closes nothing: remove it, or add the [ before the first entry"},
		{"corresponding to '}'", "this } closes nothing: remove it, or add the { before the first entry"},
		{"',' or '}'", "before this, a comma or a closing } is missing"},
		{"',' or ']'", "before this, a comma or a closing ] is missing"},
		{"found ','", "an entry is missing before this comma: remove the comma"},
		{"unexpected scalar value type", "an entry is missing here: write it, or remove the comma"},
		{"map key-value is pre-defined", "this follows a complete value: put the whole text in quotes, or check the indentation"},
		{"mapping value is not allowed", secondColon},
		{"value is not allowed in this context", "this does not belong here: check the indentation, and do not mix keys and entries"},
		{"block sequence entries", "a list begins on the line below its key"},
		{"non-map value", `this is no key with a value: write "key: value", or check the indentation`},
		{"unexpected key name", `this is no key with a value: write "key: value", or check the indentation`},
		{"invalid key", "a key is a single text: write it without braces or brackets"},
		{"document separator", "a file holds one document: remove what stands beside ---"},
	} {
		if strings.Contains(message, w.says) {
			return w.means
		}
	}
	return "this is no YAML: " + message
}
