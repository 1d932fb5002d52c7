package route

import "strings"

// match is one search. It goes depth first, the most specific first, and comes back from where nothing fits.
type match struct {
	path   string // decoded
	raw    string // as sent; its slashes are those of path
	method string
	known  bool              // a pattern matched, if not for the method
	params map[string]string // filled on the way back from the route found; nil: it has none
	failed map[*node]int     // nodes with a ** that lie below another: from here on nothing fitted
}

// find is the route of the segments from path[at] on, below n; nil: there is none. Behind the last segment, at is past the
// end.
func (m *match) find(n *node, at int) *entry {
	if at > len(m.path) {
		if e := m.leaf(n); e != nil {
			return e
		}
	} else if e := m.segment(n, at); e != nil {
		return e
	}
	if n.deep != nil {
		return m.deep(n, at)
	}
	return nil
}

func (m *match) leaf(n *node) *entry {
	if len(n.routes) == 0 {
		return nil
	}
	m.known = true
	return n.entry(m.method)
}

// segment tries what takes exactly the segment at path[at], and {path+}.
func (m *match) segment(n *node, at int) *entry {
	end := m.end(at)
	if c := n.literals[m.path[at:end]]; c != nil {
		if e := m.find(c, end+1); e != nil {
			return e
		}
	}
	if at == end {
		return nil
	}
	for _, edge := range n.others {
		if e := m.edge(edge, at, end); e != nil {
			return e
		}
	}
	return nil
}

func (m *match) edge(g *edge, at, end int) *entry {
	if g.kind == mixed {
		return m.glob(g, at, end)
	}
	if g.kind == rest {
		end = len(m.path)
	}
	e := m.find(g.node, end+1)
	if e != nil && g.name != "" {
		m.set(g.name, at, end)
	}
	return e
}

func (m *match) glob(g *edge, at, end int) *entry {
	text := m.path[at:end]
	if !g.glob.expr.MatchString(text) {
		return nil
	}
	e := m.find(g.node, end+1)
	if e == nil || len(g.glob.variables) == 0 {
		return e
	}
	groups := g.glob.expr.FindStringSubmatchIndex(text)
	for _, v := range g.glob.variables {
		m.set(v.name, at+groups[2*v.group], at+groups[2*v.group+1])
	}
	return e
}

// deep tries what follows the ** below n on fewer segments before more. Where a nested one failed, it fails again from every
// later segment: those were tried too. So the time is at most the length of the path times the number of nodes.
func (m *match) deep(n *node, at int) *entry {
	if from, failed := m.failed[n]; failed && from <= at {
		return nil
	}
	for i := at; ; i = m.end(i) + 1 {
		if e := m.find(n.deep.node, i); e != nil {
			return e
		}
		if i > len(m.path) {
			break
		}
	}
	if n.below {
		if m.failed == nil {
			m.failed = map[*node]int{}
		}
		m.failed[n] = at
	}
	return nil
}

// end is where the segment that begins at path[at] ends.
func (m *match) end(at int) int {
	if i := strings.IndexByte(m.path[at:], '/'); i >= 0 {
		return at + i
	}
	return len(m.path)
}

// set gives a variable what was sent for path[from:to].
func (m *match) set(name string, from, to int) {
	if m.params == nil {
		m.params = map[string]string{}
	}
	m.params[name] = m.raw[m.sent(from):m.sent(to)]
}

// sent is the index in raw of path[at].
func (m *match) sent(at int) int {
	if len(m.raw) == len(m.path) {
		return at
	}
	i := 0
	for range at {
		if m.raw[i] == '%' {
			i += 2
		}
		i++
	}
	return i
}
