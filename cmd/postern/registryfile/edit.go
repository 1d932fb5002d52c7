package registryfile

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

var errWriting = errors.New("a file written in this way cannot be changed by a command: do it by hand, or write it plainer")

// rewrite is the text with the least changes that make its registry, before, that of after.
func rewrite(data []byte, before, after *value) ([]byte, error) {
	if before.equal(after) {
		return data, nil
	}
	head, text := "", string(data)
	if rest, ok := strings.CutPrefix(text, "\ufeff"); ok {
		head, text = "\ufeff", rest
	}
	crlf := strings.Contains(text, "\r\n")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	text, err := edited(text, before, after)
	if err != nil {
		return nil, err
	}
	if err := proof(text, after); err != nil {
		return nil, err
	}
	if crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return []byte(head + text), nil
}

// proof reads the text as everybody will.
func proof(text string, want *value) error {
	reg, err := Parse("what was written", []byte(text))
	if err != nil {
		return errWriting
	}
	got, err := valueOf(reg)
	if err != nil || !got.equal(want) {
		return errWriting
	}
	return nil
}

// editor collects the changes of a text.
type editor struct {
	style
	text   string
	tokens token.Tokens
	spans  map[*token.Token]span
	edits  []edit
}

// span is a part of the text, in bytes.
type span struct{ from, to int }

type edit struct {
	span
	text string
}

func edited(text string, before, after *value) (string, error) {
	e := &editor{text: text, tokens: lexer.Tokenize(text), spans: map[*token.Token]span{}}
	if !e.place() {
		return "", errWriting
	}
	file, err := parser.Parse(e.tokens, 0)
	if err != nil || len(file.Docs) == 0 {
		return "", errWriting
	}
	root, ok := file.Docs[0].Body.(*ast.MappingNode)
	if !ok {
		return "", errWriting
	}
	e.json = root.IsFlowStyle
	e.mapping(root, before, after)
	return e.apply()
}

// apply makes the changes. Where two are at one place, the one noted first comes first.
func (e *editor) apply() (string, error) {
	slices.SortStableFunc(e.edits, func(a, b edit) int { return a.from - b.from })
	var out strings.Builder
	done := 0
	for _, c := range e.edits {
		if c.from < done {
			return "", errWriting
		}
		out.WriteString(e.text[done:c.from] + c.text)
		done = c.to
	}
	return out.String() + e.text[done:], nil
}

// place finds where each token stands. The lexer says so in characters and not always right, but it keeps what its tokens
// came from, up to the space around them and the escapes of quoted ones.
func (e *editor) place() bool {
	const space = " \t\n"
	at := 0
	for _, t := range e.tokens {
		at = len(e.text) - len(strings.TrimLeft(e.text[at:], space))
		origin := strings.Trim(t.Origin, space)
		if t.Type == token.DoubleQuoteType || t.Type == token.SingleQuoteType {
			origin = inQuotes.FindString(e.text[at:])
		}
		if !strings.HasPrefix(e.text[at:], origin) {
			return false
		}
		e.spans[t] = span{at, at + len(origin)}
		at += len(origin)
	}
	return true
}

// inQuotes is a text in quotes, with them.
var inQuotes = regexp.MustCompile(`^("([^"\\]|\\(?s:.))*"|'([^']|'')*')`)

func (e *editor) onlySpace(from, to int) bool {
	return from <= to && strings.TrimSpace(e.text[from:to]) == ""
}

// span is where a value stands, without the comments around it.
func (e *editor) span(n ast.Node) span {
	switch n := n.(type) {
	case *ast.MappingNode:
		if n.IsFlowStyle {
			return span{e.spans[n.Start].from, e.spans[n.End].to}
		}
		return span{e.span(n.Values[0]).from, e.span(n.Values[len(n.Values)-1]).to}
	case *ast.MappingValueNode:
		return span{e.spans[n.Key.GetToken()].from, e.span(n.Value).to}
	case *ast.SequenceNode:
		if n.IsFlowStyle {
			return span{e.spans[n.Start].from, e.spans[n.End].to}
		}
		return span{e.dash(n.Values[0]), e.span(n.Values[len(n.Values)-1]).to}
	case *ast.LiteralNode:
		return span{e.spans[n.Start].from, e.spans[n.Value.GetToken()].to}
	}
	return e.spans[n.GetToken()]
}

// dash is where the dash before a list's item stands.
func (e *editor) dash(item ast.Node) int {
	at := e.span(item).from
	for _, t := range slices.Backward(e.tokens) {
		if t.Type == token.SequenceEntryType && e.spans[t].from < at {
			return e.spans[t].from
		}
	}
	return at
}

func (e *editor) lineStart(at int) int { return strings.LastIndexByte(e.text[:at], '\n') + 1 }

// lineEnd is behind the line break.
func (e *editor) lineEnd(at int) int { return at + strings.IndexByte(e.text[at:], '\n') + 1 }
