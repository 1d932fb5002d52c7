package yaml

import (
	"regexp"
	"slices"

	"github.com/goccy/go-yaml/token"

	"postern/shared/config"
)

// span is a part of the text, from a place up to another.
type span struct{ from, to position }

func (p position) before(q position) bool {
	return p.line < q.line || p.line == q.line && p.column < q.column
}

// reference is a value that only names a secret.
var reference = regexp.MustCompile(`^\$\{(env|secret):[^{}]*\}$`)

// userinfo is what a URL has no place for, and what people write there all the same.
var userinfo = regexp.MustCompile(`://[^/\s"'@]*@`)

// secrets are the values of the keys that hold one, and of all keys below "secrets". A misspelt key counts too. The tokens
// may be those of a text that is no YAML.
func secrets(tokens token.Tokens) (spans []span) {
	depth, inside := depths(tokens), 0 // inside: the token that ends the mapping "secrets"
	for i, t := range tokens {
		if t.Type != token.MappingValueType || i == 0 || len(spans) > 0 && !spans[len(spans)-1].to.before(place(t)) {
			continue
		}
		key := config.Suggest(tokens[i-1].Value, []string{"secret", "primary", "secondary", "secrets"})
		if key == "" && i >= inside {
			continue
		}
		end := valueEnd(tokens, depth, i)
		switch {
		case key == "secrets" && opensMapping(tokens, i):
			inside = end
		case end == i+2 && reference.MatchString(tokens[i+1].Value):
		default:
			spans = append(spans, span{place(t), ending(tokens, end)})
		}
	}
	return spans
}

// depths are how many braces and brackets are open before each token.
func depths(tokens token.Tokens) []int {
	depths, open := make([]int, len(tokens)), 0
	for i, t := range tokens {
		switch t.Type {
		case token.MappingEndType, token.SequenceEndType:
			open--
		}
		depths[i] = open
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			open++
		}
	}
	return depths
}

// valueEnd is the token after the value that follows the colon: what ends an entry within braces, and outside of them the
// first token of a later line that is not indented more than the key. Where the text is no YAML, it is the text's end.
func valueEnd(tokens token.Tokens, depth []int, colon int) int {
	key := tokens[colon-1].Position
	for i := colon + 1; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t.Type == token.InvalidType:
			return len(tokens)
		case depth[i] < depth[colon]:
			return i
		case depth[i] > depth[colon]:
		case depth[i] > 0 && t.Type == token.CollectEntryType:
			return i
		case depth[i] == 0 && t.Position.Line > key.Line && t.Position.Column <= key.Column && !closes(t):
			return i
		}
	}
	return len(tokens)
}

func closes(t *token.Token) bool {
	return t.Type == token.MappingEndType || t.Type == token.SequenceEndType
}

func opensMapping(tokens token.Tokens, colon int) bool {
	if colon+1 == len(tokens) {
		return false
	}
	next := tokens[colon+1]
	return next.Type == token.MappingStartType || next.Position.Line > tokens[colon].Position.Line
}

func place(t *token.Token) position { return position{t.Position.Line, t.Position.Column} }

func ending(tokens token.Tokens, i int) position {
	if i < len(tokens) {
		return place(tokens[i])
	}
	return position{line: 1 << 30}
}

const mask = "***"

// masked is a line as it may be shown, and the column in it that was at.column.
func (s *Source) masked(at position) (line []rune, column int) {
	line, column = []rune(s.lines[at.line-1]), at.column
	for _, m := range slices.Backward(s.masks) {
		if at.line < m.from.line || at.line > m.to.line {
			continue
		}
		from, to := 0, len(line)
		if at.line == m.from.line {
			from = min(m.from.column, to) // after the colon
		}
		if at.line == m.to.line {
			to = min(m.to.column-1, to)
		}
		for from < to && line[from] == ' ' {
			from++
		}
		if from >= to {
			continue
		}
		if column > to {
			column -= to - from - len(mask)
		} else if column > from {
			column = from + 1
		}
		line = slices.Concat(line[:from], []rune(mask), line[to:])
	}
	line = []rune(userinfo.ReplaceAllString(string(line), "://"+mask+"@"))
	return line, min(column, len(line)+1)
}
