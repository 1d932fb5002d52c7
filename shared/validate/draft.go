package validate

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// defs is where the result keeps what is referred to.
const defs = "#/$defs/"

type normaliser struct {
	doc      any
	draft    int
	keywords map[string]keyword
	ids      *index
	out      map[string]any            // the result
	defs     map[string]string         // what is referred to: pointer into doc -> reference in out
	pending  []string                  // pointers whose schema is still to be put into $defs
	inPlace  map[string][]string       // references that judge the same value: pointer -> pointers
	patterns map[string]*regexp.Regexp // compiled on the way
	errs     []error
}

// normalise rewrites a schema of draft-04, -06, -07 or 2020-12 to 2020-12: keywords that only describe are gone, and
// whatever a reference points to is in $defs. A schema without $schema is of draft-04. References must stay inside the
// schema: nothing is ever loaded. The error names every defect with its place.
func normalise(schema []byte) (*normaliser, error) {
	doc, err := decode(schema)
	if err != nil {
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	n := &normaliser{
		doc: doc, keywords: keywords(), defs: map[string]string{"": "#"},
		inPlace: map[string][]string{}, patterns: map[string]*regexp.Regexp{},
	}
	if n.draft, err = draftOf(doc); err != nil {
		return nil, err
	}
	n.ids = newIndex(doc, n.draft, n.keywords)
	n.run()
	n.checkLoops()
	if err := errors.Join(n.errs...); err != nil {
		return nil, err
	}
	return n, nil
}

func draftOf(doc any) (int, error) {
	root, _ := doc.(map[string]any)
	name, ok := root["$schema"]
	if !ok {
		return draft4, nil
	}
	draft, known := map[any]int{
		"http://json-schema.org/draft-04/schema": draft4, "http://json-schema.org/draft-04/schema#": draft4,
		"http://json-schema.org/draft-06/schema": draft6, "http://json-schema.org/draft-06/schema#": draft6,
		"http://json-schema.org/draft-07/schema": draft7, "http://json-schema.org/draft-07/schema#": draft7,
		target: draft2020, target + "#": draft2020,
	}[fmt.Sprint(name)]
	if !known {
		const text = `#/$schema: %q is not supported: use http://json-schema.org/draft-04/schema#, draft-06, draft-07 or %s`
		return 0, fmt.Errorf(text, name, target)
	}
	return draft, nil
}

func (n *normaliser) run() {
	n.out = asObject(n.schema(place{inPlace: true}, n.doc))
	found := map[string]any{}
	for len(n.pending) > 0 {
		pointer := n.pending[0]
		n.pending = n.pending[1:]
		node, _ := lookup(n.doc, pointer)
		found[strings.TrimPrefix(n.defs[pointer], defs)] = n.schema(place{pointer: pointer, origin: pointer, inPlace: true}, node)
	}
	if len(found) > 0 {
		n.out["$defs"] = found
	}
	n.out["$schema"] = target
}

// asObject writes a boolean schema as an object.
func asObject(schema any) map[string]any {
	if m, ok := schema.(map[string]any); ok {
		return m
	}
	if schema == false {
		return map[string]any{"not": map[string]any{}}
	}
	return map[string]any{}
}

// place is where a schema stands in the document.
type place struct {
	pointer string
	origin  string // the schema at or around it that is referred to; "": the root
	inPlace bool   // it judges the same value as origin
}

func (p place) below(tokens ...string) place {
	for _, token := range tokens {
		p.pointer += "/" + escape(token)
	}
	return p
}

func (n *normaliser) fail(at place, format string, args ...any) {
	n.errs = append(n.errs, fmt.Errorf("#%s: "+format, append([]any{at.pointer}, args...)...))
}

func (n *normaliser) schema(at place, node any) any {
	in, ok := node.(map[string]any)
	if !ok {
		if _, ok := node.(bool); !ok {
			n.fail(at, "must be a schema")
		}
		return node
	}
	if ref, ok := in["$ref"]; ok {
		out := map[string]any{"$ref": n.ref(at, ref)}
		if n.draft == draft2020 {
			maps.Copy(out, n.judging(at, in))
		}
		return out
	}
	return n.judging(at, in)
}

// judging are the keywords of a schema that judge.
func (n *normaliser) judging(at place, in map[string]any) map[string]any {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		k, known := n.keywords[name]
		if !known || n.draft < k.from {
			continue
		}
		there := at.below(name)
		there.inPlace = at.inPlace && k.inPlace
		if k.shape == special {
			n.special(there, name, in, out)
		} else if v, ok := n.value(there, k.shape, in[name]); ok {
			out[name] = v
		}
	}
	return out
}
