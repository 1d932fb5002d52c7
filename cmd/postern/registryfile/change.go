package registryfile

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// part is one entry or item of the text.
type part struct {
	span
	kept bool
}

// mapping notes what turns the entries of before into those of after. What the types leave out, like an empty list, stands
// in the text alone.
func (e *editor) mapping(n *ast.MappingNode, before, after *value) {
	parts, written := make([]part, len(n.Values)), map[string]bool{}
	for i, v := range n.Values {
		key := v.Key.GetToken().Value
		from, to := before.get(key), after.get(key)
		parts[i] = part{e.span(v), from == nil || to != nil}
		written[key] = true
		if to != nil {
			e.change(v, from, entry{key, to}, n.IsFlowStyle)
		}
	}
	var added []string
	for _, a := range after.entries {
		switch {
		case written[a.key]:
		case n.IsFlowStyle:
			added = append(added, e.pair(a))
		default:
			added = append(added, e.entry(a, e.indent(parts[0].from)))
		}
	}
	if n.IsFlowStyle {
		e.flow(e.spans[n.Start].to, parts, added)
	} else {
		e.block(parts, added)
	}
}

// change turns the value of a key into another one. before is nil where the types leave it out; flow says that all stands
// within braces.
func (e *editor) change(v *ast.MappingValueNode, before *value, after entry, flow bool) {
	m, isMapping := v.Value.(*ast.MappingNode)
	l, isList := v.Value.(*ast.SequenceNode)
	switch {
	case before != nil && before.equal(after.value):
	case before != nil && isMapping && after.value.kind == mapping:
		e.mapping(m, before, after.value)
	case before != nil && isList && before.named() && after.value.named():
		e.list(l, before, after.value)
	case flow || after.value.kind == scalar || e.remarked(v):
		e.edits = append(e.edits, edit{e.span(v.Value), e.line(after.value)})
	default:
		key := e.spans[v.Key.GetToken()].from
		e.edits = append(e.edits, edit{span{key, e.span(v.Value).to}, e.entry(after, e.indent(key))})
	}
}

// remarked says that a comment stands between a key and its value.
func (e *editor) remarked(v *ast.MappingValueNode) bool {
	return strings.Contains(e.text[e.spans[v.Key.GetToken()].to:e.span(v.Value).from], "#")
}

// list notes what turns the items of before into those of after, by their names.
func (e *editor) list(n *ast.SequenceNode, before, after *value) {
	parts, known := make([]part, len(n.Values)), map[string]bool{}
	for i, item := range n.Values {
		name := before.items[i].name()
		to := after.item(name)
		parts[i] = part{e.item(n, item), to != nil}
		known[name] = true
		if m, ok := item.(*ast.MappingNode); ok && to != nil {
			e.mapping(m, before.items[i], to)
		}
	}
	var added []string
	for _, item := range after.items {
		switch {
		case known[item.name()]:
		case n.IsFlowStyle:
			added = append(added, e.line(item))
		default:
			last, ok := n.Values[len(n.Values)-1].(*ast.MappingNode)
			added = append(added, "- "+e.style.item(item, e.indent(parts[0].from)+2, ok && !last.IsFlowStyle))
		}
	}
	if n.IsFlowStyle {
		e.flow(e.spans[n.Start].to, parts, added)
	} else {
		e.block(parts, added)
	}
}

// flow changes what stands within braces or brackets, which open before start.
func (e *editor) flow(start int, parts []part, added []string) {
	last := len(parts) - 1
	for last >= 0 && !parts[last].kept {
		last--
	}
	for i := range max(last, 0) {
		if !parts[i].kept {
			e.edits = append(e.edits, edit{span{parts[i].from, parts[i+1].from}, ""})
		}
	}
	text, tail := strings.Join(added, ", "), span{start, start}
	if len(parts) > 0 {
		tail = span{parts[0].from, parts[len(parts)-1].to}
	}
	if last >= 0 {
		tail.from = parts[last].to
		if text != "" {
			text = ", " + text
		}
	}
	e.edits = append(e.edits, edit{tail, text})
}

// block changes what stands in lines of its own. Comments above what leaves stay.
func (e *editor) block(parts []part, added []string) {
	first := 0
	if start := parts[0].from; !e.onlySpace(e.lineStart(start), start) { // behind the dash of a list
		for first < len(parts)-1 && !parts[first].kept {
			first++
		}
		if first > 0 {
			e.edits = append(e.edits, edit{span{start, parts[first].from}, ""})
		}
	}
	for _, p := range parts[first:] {
		if !p.kept {
			e.edits = append(e.edits, edit{span{e.lineStart(p.from), e.lineEnd(p.to)}, ""})
		}
	}
	at, margin := e.lineEnd(parts[len(parts)-1].to), strings.Repeat(" ", e.indent(parts[0].from))
	for _, text := range added {
		e.edits = append(e.edits, edit{span{at, at}, margin + text + "\n"})
	}
}

// item is where an item of a list stands: in lines, with its dash.
func (e *editor) item(n *ast.SequenceNode, item ast.Node) span {
	at := e.span(item)
	if !n.IsFlowStyle {
		at.from = e.dash(item)
	}
	return at
}

// indent is the column of a place, from 0.
func (e *editor) indent(at int) int { return at - e.lineStart(at) }
