package yaml

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What a text may have at most.
const (
	maxBytes  = 4 << 20
	maxTokens = 250_000 // words and signs: the parser's time grows with the square of a mapping's keys
	maxDepth  = 100
)

// read is the tree of the text; nil, with problems, when it cannot be understood.
func (s *Source) read(data []byte) *node {
	if len(data) > maxBytes {
		s.problem(nil, position{1, 1}, "", "the file has more than 4 MiB: move large bodies and models to files beside it")
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	lines := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data))
	s.lines = strings.Split(lines, "\n")
	if !s.readable() {
		return nil
	}
	tokens := lexer.Tokenize(lines)
	if !s.bounded(tokens) {
		return nil
	}
	s.masks = secrets(tokens)
	if !s.plain(tokens) {
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		s.syntax(err)
		return nil
	}
	return s.document(file)
}

// readable says that every line is text.
func (s *Source) readable() bool {
	for i, line := range s.lines {
		clean := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\t' || r == 0x7f {
				return utf8.RuneError
			}
			return r
		}, line)
		if at := strings.IndexRune(clean, utf8.RuneError); at >= 0 {
			s.lines[i] = clean
			s.problem(nil, position{i + 1, utf8.RuneCountInString(clean[:at]) + 1}, "",
				"this is no text: save the file as UTF-8, without control characters")
		}
	}
	return len(s.problems) == 0
}

// bounded says that the text will not take the parser too long or too deep. No line is shown of one that might.
func (s *Source) bounded(tokens token.Tokens) bool {
	lines := s.lines
	s.lines = nil
	if len(tokens) > maxTokens {
		s.problem(nil, position{1, 1}, "", "the file has more than %d words and signs: split it", maxTokens)
		return false
	}
	depth, dashes := depths(tokens), 0
	for i, t := range tokens {
		if t.Type != token.SequenceEntryType || i > 0 && tokens[i-1].Position.Line != t.Position.Line {
			dashes = 0
		}
		if t.Type == token.SequenceEntryType {
			dashes++
		}
		if depth[i]+dashes > maxDepth {
			s.problem(nil, place(t), "", tooDeep)
			return false
		}
	}
	s.lines = lines
	return true
}

// plain says that the text uses none of the parts of YAML that make a definition hard to read.
func (s *Source) plain(tokens token.Tokens) bool {
	for i, t := range tokens {
		if t.Type == token.StringType && strings.Contains(t.Value, ": ") && !block(tokens[:i]) {
			s.problem(nil, place(t), "", "%s", secondColon) // within braces, the lexer lets it pass
		}
		if text := refusal(t); text != "" {
			s.problem(nil, place(t), "", "%s", text)
		}
	}
	return len(s.problems) == 0
}

// block says that what follows the tokens is the text of a block scalar.
func block(tokens token.Tokens) bool {
	for _, t := range slices.Backward(tokens) {
		if t.Type != token.CommentType {
			return t.Type == token.LiteralType || t.Type == token.FoldedType
		}
	}
	return false
}

// refusal is what is said of a token that is no part of a definition; "" for all others.
func refusal(t *token.Token) string {
	switch t.Type {
	case token.AliasType:
		return `aliases (*name) are not known here: a text that begins with * must be in quotes, like "*.example.com"; ` +
			"what several routes share goes under policies"
	case token.AnchorType:
		return "anchors (&name) are not known here: what several routes share goes under policies; " +
			"a text that begins with & must be in quotes"
	case token.MergeKeyType:
		return "merge keys (<<) are not known here: what several routes share goes under policies"
	case token.TagType:
		return "tags (!name) are not known here: remove it, or put a text that begins with ! in quotes"
	case token.MappingKeyType:
		return `keys are written without a question mark: write "key: value"`
	case token.DirectiveType:
		return "directives (%NAME) are not known here: remove the line, or put a text that begins with % in quotes"
	}
	return ""
}
