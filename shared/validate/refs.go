package validate

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// index knows where in a document its identifiers lead.
type index struct {
	draft    int
	keywords map[string]keyword
	bases    map[string]*url.URL // what references at a schema are relative to, by pointer, where it changes
	targets  map[string]string   // URI with its anchor -> pointer
}

func newIndex(doc any, draft int, keywords map[string]keyword) *index {
	ix := &index{
		draft: draft, keywords: keywords,
		bases: map[string]*url.URL{"": {}}, targets: map[string]string{"": ""},
	}
	ix.walk("", &url.URL{}, doc)
	return ix
}

// walk enters the schemas of a document: an id in an enum is none.
func (ix *index) walk(pointer string, base *url.URL, node any) {
	in, ok := node.(map[string]any)
	if !ok {
		return
	}
	base = ix.enter(pointer, base, in)
	byName := []string{"definitions", "$defs", "dependencies", "patternProperties"}
	for name, v := range in {
		k, known := ix.keywords[name]
		named := k.shape == schemaMap || slices.Contains(byName, name)
		holds := known && (k.shape == schema || k.shape == schemas) || name == "items" || name == "additionalItems"
		if !named && !holds {
			continue
		}
		there := pointer + "/" + escape(name)
		switch v := v.(type) {
		case []any:
			for i, node := range v {
				ix.walk(there+"/"+strconv.Itoa(i), base, node)
			}
		case map[string]any:
			if !named {
				ix.walk(there, base, v)
				continue
			}
			for name, node := range v {
				ix.walk(there+"/"+escape(name), base, node)
			}
		}
	}
}

// enter takes up the identifiers of one schema, and gives the base for what is in it.
func (ix *index) enter(pointer string, base *url.URL, in map[string]any) *url.URL {
	key := "$id"
	if ix.draft == draft4 {
		key = "id"
	}
	id, ok := in[key].(string)
	if _, ref := in["$ref"]; ok && (!ref || ix.draft == draft2020) {
		if u, err := base.Parse(id); err == nil && u.Fragment == "" {
			base = u
			ix.bases[pointer], ix.targets[u.String()] = u, pointer
		} else if err == nil {
			ix.targets[u.String()] = pointer
		}
	}
	if anchor, ok := in["$anchor"].(string); ok && ix.draft == draft2020 {
		u := *base
		u.Fragment = anchor
		ix.targets[u.String()] = pointer
	}
	return base
}

// find is the pointer to what a reference at a schema means; ok is false where that is outside the document.
func (ix *index) find(pointer, ref string) (target string, ok bool) {
	for ix.bases[pointer] == nil {
		pointer = pointer[:strings.LastIndexByte(pointer, '/')]
	}
	u, err := ix.bases[pointer].Parse(ref)
	if err != nil {
		return "", false
	}
	if target, ok := ix.targets[u.String()]; ok {
		return target, true
	}
	fragment := u.Fragment
	u.Fragment, u.RawFragment = "", ""
	target, ok = ix.targets[u.String()]
	return target + fragment, ok && (fragment == "" || fragment[0] == '/')
}

// ref gives what a reference points to its place in $defs.
func (n *normaliser) ref(at place, v any) string {
	text, ok := v.(string)
	if !ok {
		n.fail(at.below("$ref"), "must be a reference")
		return "#"
	}
	pointer, ok := n.ids.find(at.pointer, text)
	if !ok {
		n.fail(at.below("$ref"), "%q is not in this schema: only references like #/definitions/name are followed", text)
		return "#"
	}
	if _, ok := lookup(n.doc, pointer); !ok {
		n.fail(at.below("$ref"), "%q points to nothing", text)
		return "#"
	}
	if at.inPlace {
		n.inPlace[at.origin] = append(n.inPlace[at.origin], pointer)
	}
	if n.defs[pointer] == "" {
		n.defs[pointer] = defs + strconv.Itoa(len(n.defs))
		n.pending = append(n.pending, pointer)
	}
	return n.defs[pointer]
}

// checkLoops refuses references that lead back to where they came from without entering the value: they never end.
func (n *normaliser) checkLoops() {
	done := map[string]bool{}
	var visit func(pointer string, path []string) bool
	visit = func(pointer string, path []string) bool {
		if slices.Contains(path, pointer) {
			n.fail(place{pointer: pointer}, "refers to itself without end")
			return false
		}
		if done[pointer] {
			return true
		}
		done[pointer] = true
		for _, next := range n.inPlace[pointer] {
			if !visit(next, append(path, pointer)) {
				return false
			}
		}
		return true
	}
	for _, pointer := range slices.Sorted(maps.Keys(n.inPlace)) {
		if !visit(pointer, nil) {
			return
		}
	}
}

// lookup follows a JSON pointer (RFC 6901).
func lookup(node any, pointer string) (any, bool) {
	if pointer == "" {
		return node, true
	}
	token, rest, deeper := strings.Cut(pointer[1:], "/")
	token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
	var next any
	var ok bool
	switch node := node.(type) {
	case map[string]any:
		next, ok = node[token]
	case []any:
		i, err := strconv.Atoi(token)
		if ok = err == nil && i >= 0 && i < len(node); ok {
			next = node[i]
		}
	}
	if !ok || !deeper {
		return next, ok
	}
	return lookup(next, "/"+rest)
}

// escape writes a name as a token of a JSON pointer.
func escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }
