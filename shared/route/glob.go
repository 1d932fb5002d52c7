package route

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// glob matches one segment by several parts.
type glob struct {
	tokens    []token
	expr      *regexp.Regexp // over the decoded segment, anchored
	variables []binding
	shape     string // the same for globs that differ in names of variables alone
	literals  int    // characters that are fixed
	open      int    // parts that take any number of characters
	stars     int    // those of them that are *
	exprs     int    // expressions of the definition, which cannot be compared
}

// binding is the group of expr that a variable is.
type binding struct {
	name  string
	group int
}

func newGlob(parts []token) (*glob, error) {
	g := &glob{tokens: parts}
	var expr, shape strings.Builder
	group := 1
	for _, t := range parts {
		switch {
		case t.kind == textToken:
			expr.WriteString(regexp.QuoteMeta(t.text))
			fmt.Fprintf(&shape, "%q", t.text)
			g.literals += utf8.RuneCountInString(t.text)
		case t.kind == oneToken:
			expr.WriteString(".")
			shape.WriteString("?")
		case t.kind == anyToken:
			expr.WriteString(".*")
			shape.WriteString("*")
			g.open++
			g.stars++
		default:
			if t.text != "" {
				g.variables = append(g.variables, binding{t.text, group})
			}
			if t.expr != "" {
				g.exprs++
			}
			group += 1 + t.subs
			expr.WriteString("(" + cmp.Or(t.expr, ".+") + ")")
			fmt.Fprintf(&shape, "{%s}", t.expr)
			g.open++
		}
	}
	re, err := regexp.Compile("^(?:" + expr.String() + ")$")
	if err != nil {
		return nil, fmt.Errorf("its expressions do not work together: %w", err)
	}
	g.expr, g.shape = re, shape.String()
	return g, nil
}

func (g *glob) names() []string {
	var names []string
	for _, v := range g.variables {
		names = append(names, v.name)
	}
	return names
}

// rank orders globs: more fixed characters first, then more expressions, then fewer open parts, then fewer stars.
func (g *glob) rank(h *glob) int {
	return cmp.Or(cmp.Compare(h.literals, g.literals), cmp.Compare(h.exprs, g.exprs), cmp.Compare(g.open, h.open),
		cmp.Compare(g.stars, h.stars))
}
