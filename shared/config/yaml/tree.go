package yaml

import (
	"fmt"
	"regexp"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

const tooDeep = "this is nested more than 100 deep"

// spot is where a value stands.
type spot struct {
	path  string
	key   position // of its key; zero when it has none
	depth int
}

// document is the tree of the one document that a file holds.
func (s *Source) document(file *ast.File) *node {
	var root *node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case root == nil:
			root = s.node(doc.Body, spot{})
		default:
			s.problem(nil, start(doc.Body), "", "a second document begins here: a file holds one, so remove the line --- above")
		}
	}
	switch {
	case root == nil:
		s.problem(nil, position{1, 1}, "", "the file is empty: postern init writes one to start from")
	case root.kind != mapping:
		s.problem(nil, root.at, "", "the file must hold keys and values, like version: 1")
		return nil
	}
	return root
}

func (s *Source) node(n ast.Node, at spot) *node {
	begin := start(n)
	if at.key != (position{}) {
		begin = at.key
	}
	if at.depth > maxDepth {
		s.problem(nil, begin, at.path, tooDeep)
		return &node{at: begin}
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		return s.mapping(n, begin, at)
	case *ast.SequenceNode:
		l := &node{kind: list, at: begin}
		for i, item := range n.Values {
			inner := spot{path: fmt.Sprintf("%s[%d]", at.path, i), depth: at.depth + 1}
			l.items = append(l.items, s.node(item, inner))
		}
		return l
	}
	return scalar(n, at.key)
}

func (s *Source) mapping(n *ast.MappingNode, begin position, at spot) *node {
	m, first := &node{kind: mapping, at: begin}, map[string]position{}
	for _, v := range n.Values {
		t := v.Key.GetToken()
		key := spot{join(at.path, t.Value), place(t), at.depth + 1}
		if before, twice := first[t.Value]; twice {
			s.problem(m, key.key, key.path, "the key %q is here twice, line %d has it too: remove one", t.Value, before.line)
			continue
		}
		first[t.Value] = key.key
		m.entries = append(m.entries, entry{t.Value, key.key, s.node(v.Value, key)})
	}
	return m
}

// start is where a node begins: a mapping in lines with its first key.
func start(n ast.Node) position {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return start(n.Values[0])
		}
	case *ast.MappingValueNode:
		return start(n.Key)
	}
	return place(n.GetToken())
}

// scalar is a single value. What it is comes from how it is written: JSON's rules, plus the capitals and numbers of YAML.
func scalar(n ast.Node, key position) *node {
	t := n.GetToken()
	switch n := n.(type) {
	case *ast.LiteralNode:
		return &node{kind: text, at: place(t), value: n.Value.Value, quoted: true}
	case *ast.StringNode:
		if t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
			return &node{kind: text, at: place(t), value: n.Value, quoted: true}
		}
	case *ast.NullNode:
		if t.Type == token.ImplicitNullType && key != (position{}) {
			return &node{at: key}
		}
	}
	return &node{kind: plainKind(t.Value), at: place(t), value: t.Value}
}

var (
	nulls    = regexp.MustCompile(`^(~|null|Null|NULL|)$`)
	booleans = regexp.MustCompile(`^(true|True|TRUE|false|False|FALSE)$`)
	numbers  = regexp.MustCompile(`^([-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?` +
		`|0[xob][0-9a-fA-F_]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
)

func plainKind(word string) kind {
	switch {
	case nulls.MatchString(word):
		return null
	case booleans.MatchString(word):
		return boolean
	case numbers.MatchString(word):
		return number
	}
	return text
}
