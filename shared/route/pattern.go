package route

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// kind orders what a segment of a pattern may be, the most specific first.
type kind int

const (
	literal  kind = iota // members
	mixed                // *.json, {id}.json, {id:[0-9]+}, v?
	variable             // {id}
	wildcard             // *
	rest                 // {path+}
	deep                 // **
)

// segment is one segment of a pattern.
type segment struct {
	kind kind
	text string // of a literal, decoded
	name string // of a variable and a rest
	glob *glob  // of a mixed one
}

const maxPattern = 1024 // bytes

// parse reads a pattern as Table.Add describes it.
func parse(pattern string) ([]segment, error) {
	if !strings.HasPrefix(pattern, "/") {
		return nil, errors.New("a path begins with /")
	}
	if len(pattern) > maxPattern {
		return nil, fmt.Errorf("a path has at most %d bytes", maxPattern)
	}
	texts, err := split(pattern[1:])
	if err != nil {
		return nil, err
	}
	var all []segment
	names := map[string]bool{}
	for i, text := range texts {
		last := i == len(texts)-1
		s, err := parseSegment(text)
		switch {
		case err != nil:
			return nil, err
		case text == "" && !last:
			return nil, errors.New("it holds //: a request with an empty segment is refused, remove one slash")
		case s.kind == rest && !last:
			return nil, fmt.Errorf("%s takes the rest of the path: make it the last segment", text)
		}
		for _, name := range s.names() {
			if names[name] {
				return nil, fmt.Errorf("it has two variables {%s}: give them two names", name)
			}
			names[name] = true
		}
		all = append(all, s)
	}
	return all, nil
}

// names are those of the variables in s.
func (s segment) names() []string {
	switch s.kind {
	case variable, rest:
		return []string{s.name}
	case mixed:
		return s.glob.names()
	}
	return nil
}

// Names are those of a pattern's variables. A pattern that is none has none.
func Names(pattern string) (names []string) {
	segments, err := parse(pattern)
	if err != nil {
		return nil
	}
	for _, s := range segments {
		names = append(names, s.names()...)
	}
	return names
}

// split cuts at slashes. Inside of braces there may be none.
func split(text string) (texts []string, err error) {
	start, depth := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && depth > 0:
			i++ // of a regular expression
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == '/' && depth > 0:
			return nil, errors.New("a variable stays within one segment: remove the / in its braces, or end with {name+}")
		case c == '/':
			texts, start = append(texts, text[start:i]), i+1
		}
		if depth < 0 {
			break
		}
	}
	if depth != 0 {
		return nil, errors.New("its braces do not match")
	}
	return append(texts, text[start:]), nil
}

func parseSegment(text string) (segment, error) {
	switch {
	case text == "**":
		return segment{kind: deep}, nil
	case text == "*":
		return segment{kind: wildcard}, nil
	}
	parts, err := tokens(text)
	if err != nil {
		return segment{}, err
	}
	switch {
	case len(parts) == 0:
		return segment{kind: literal}, nil
	case len(parts) > 1:
		for i, p := range parts {
			if p.kind == restToken {
				return segment{}, fmt.Errorf("{%s+} must be a whole segment", p.text)
			}
			if i > 0 && p.kind == anyToken && parts[i-1].kind == anyToken {
				return segment{}, errors.New("** must be a whole segment")
			}
		}
	case parts[0].kind == textToken:
		if parts[0].text == "." || parts[0].text == ".." {
			return segment{}, fmt.Errorf("it holds the segment %s: a request with it is refused", parts[0].text)
		}
		return segment{kind: literal, text: parts[0].text}, nil
	case parts[0].kind == restToken:
		return segment{kind: rest, name: parts[0].text}, nil
	case parts[0].kind == nameToken && parts[0].expr == "":
		return segment{kind: variable, name: parts[0].text}, nil
	}
	g, err := newGlob(parts)
	return segment{kind: mixed, glob: g}, err
}

// literalText decodes what a pattern says literally, and refuses what no accepted request holds.
func literalText(text string) (string, error) {
	decoded, err := url.PathUnescape(text)
	if err != nil {
		return "", fmt.Errorf("%q holds a broken escape: write a percent sign as %%25", text)
	}
	if strings.Contains(decoded, "/") {
		return "", fmt.Errorf("%q holds an encoded slash: a request with it is refused", text)
	}
	if err := plain(decoded); err != nil {
		return "", fmt.Errorf("%q can never match: such a request is refused, because %w", text, err)
	}
	return decoded, nil
}
