package registryfile

import (
	"regexp"
	"slices"
	"strings"
)

// style is how new parts are written: as YAML or, in a file that is JSON, as JSON.
type style struct{ json bool }

// entry is a key with its value, in lines below each other where it has much to say. indent is where its key stands. What is
// at the file's margin always gets lines of its own.
func (s style) entry(e entry, indent int) string {
	margin := "\n" + strings.Repeat(" ", indent+2)
	text := s.word(e.key) + ":"
	switch v := e.value; {
	case s.json || v.kind == scalar || v.leaf() && (indent > 0 || v.kind == list):
		return text + " " + s.line(v)
	case v.kind == mapping:
		for _, inner := range v.entries {
			text += margin + s.entry(inner, indent+2)
		}
		return text
	default:
		for _, item := range v.items {
			text += margin + "- " + s.item(item, indent+4, indent == 0)
		}
		return text
	}
}

// item is one of a list, without its dash. indent is where what follows the dash stands.
func (s style) item(v *value, indent int, lines bool) string {
	if s.json || v.leaf() && !lines {
		return s.line(v)
	}
	entries := make([]string, len(v.entries))
	for i, e := range v.entries {
		entries[i] = s.entry(e, indent)
	}
	return strings.Join(entries, "\n"+strings.Repeat(" ", indent))
}

// line is a value on one line.
func (s style) line(v *value) string {
	var parts []string
	switch v.kind {
	case mapping:
		for _, e := range v.entries {
			parts = append(parts, s.pair(e))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case list:
		for _, item := range v.items {
			parts = append(parts, s.line(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return s.bare(v.scalar)
}

func (s style) pair(e entry) string { return s.word(e.key) + ": " + s.line(e.value) }

// word is a key.
func (s style) word(text string) string { return s.bare(quoted(text)) }

// plain are the words, rates and quotas that YAML reads as a text without quotes.
var plain = regexp.MustCompile(`^"([A-Za-z][A-Za-z0-9_./-]*|[0-9]+/[a-z]+( in [A-Za-z][A-Za-z0-9_/-]*)?)"$`)

// bare is a scalar without the quotes that it does not need.
func (s style) bare(text string) string {
	if s.json || !plain.MatchString(text) {
		return text
	}
	word := strings.Trim(text, `"`)
	if slices.Contains([]string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}, strings.ToLower(word)) {
		return text
	}
	return word
}
