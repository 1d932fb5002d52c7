package nhn

import (
	"fmt"
	"strings"

	"postern/shared/gateway"
)

// part is a piece of a text: a variable, or what is said when it has no value. Without a variable it is that alone.
type part struct {
	variable variable
	text     string
}

// compile makes a text with context variables one that is filled in for each exchange (console guide, Context variables).
// ${x} stays as it is where x has no value, and $!{x} becomes nothing. Values are put in once and not read again, without
// control characters: they may end in a header. The error names the first variable that is unknown, empty or not closed.
func compile(text string) (gateway.Text, error) {
	var parts []part
	for text != "" {
		start, end := opening(text)
		if start > 0 {
			parts = append(parts, part{text: text[:start]})
		}
		if start == len(text) {
			break
		}
		name, after, closed := strings.Cut(text[end:], "}")
		if !closed {
			return nil, fmt.Errorf("%s is not closed: add a }", text[start:])
		}
		v, ok := lookup(name)
		if !ok {
			return nil, fmt.Errorf("${%s} is no context variable: see the vendor's list, or remove it", name)
		}
		p := part{variable: v, text: text[start : len(text)-len(after)]}
		if quiet := end-start == len("$!{"); quiet {
			p.text = ""
		}
		parts, text = append(parts, p), after
	}
	return func(x *gateway.Exchange) string { return fill(parts, x) }, nil
}

// opening is where the first ${ or $!{ begins and ends; both are the end of the text when there is none. Any other $ is text.
func opening(text string) (start, end int) {
	for i := range len(text) {
		for _, mark := range []string{"${", "$!{"} {
			if strings.HasPrefix(text[i:], mark) {
				return i, i + len(mark)
			}
		}
	}
	return len(text), len(text)
}

func fill(parts []part, x *gateway.Exchange) string {
	var b strings.Builder
	for _, p := range parts {
		text := p.text
		if p.variable != nil {
			if value, ok := p.variable(x); ok {
				text = strings.Map(printable, value)
			}
		}
		b.WriteString(text)
	}
	return b.String()
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}
