package route

import (
	"fmt"
	"slices"

	"postern/shared/gateway"
)

// entry is one route of the table.
type entry struct {
	method, pattern string // for errors
	segments        []segment
	route           *gateway.Route
}

// node is what begins with the same segments.
type node struct {
	literals map[string]*node
	others   []*edge // the most specific first; not **
	deep     *edge   // **
	below    bool    // it follows a **
	routes   map[string]*entry
}

// edge is a segment that is no literal, and what follows it.
type edge struct {
	segment
	node    *node
	pattern string // that brought it
}

// grow makes room for the segments of e below n and returns where they end.
func (n *node) grow(e *entry) (*node, error) {
	for _, s := range e.segments {
		var err error
		if n, err = n.child(s, e.pattern); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (n *node) child(s segment, pattern string) (*node, error) {
	if s.kind == literal {
		c := n.literals[s.text]
		if c == nil {
			if n.literals == nil {
				n.literals = map[string]*node{}
			}
			c = &node{below: n.below}
			n.literals[s.text] = c
		}
		return c, nil
	}
	if e := n.edge(s); e != nil {
		if !slices.Equal(e.names(), s.names()) {
			return nil, fmt.Errorf("%s has another variable name than %s at the same place: use one name there",
				pattern, e.pattern)
		}
		return e.node, nil
	}
	e := &edge{segment: s, node: &node{below: n.below || s.kind == deep}, pattern: pattern}
	if s.kind == deep {
		n.deep = e
		return e.node, nil
	}
	at := 0
	for at < len(n.others) && n.others[at].compare(e) <= 0 {
		at++
	}
	n.others = slices.Insert(n.others, at, e)
	return e.node, nil
}

// edge is the one that matches the same as s; nil: there is none yet.
func (n *node) edge(s segment) *edge {
	if s.kind == deep {
		return n.deep
	}
	i := slices.IndexFunc(n.others, func(e *edge) bool {
		return e.kind == s.kind && (s.kind != mixed || e.glob.shape == s.glob.shape)
	})
	if i < 0 {
		return nil
	}
	return n.others[i]
}

func (e *edge) compare(other *edge) int {
	if e.kind == mixed && other.kind == mixed {
		return e.glob.rank(other.glob)
	}
	return int(e.kind) - int(other.kind)
}

// entry is the route of the method; nil: there is none.
func (n *node) entry(method string) *entry {
	if e, ok := n.routes[method]; ok {
		return e
	}
	return n.routes[AnyMethod]
}
