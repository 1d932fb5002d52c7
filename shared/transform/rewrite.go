package transform

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// maxPattern bounds what a pattern costs to compile, in bytes.
const maxPattern = 1000

var (
	errPath = errors.New("transform: the rewritten path is none")
	escapes = regexp.MustCompile(`\\[pP]\{[^}]*\}|\\.`)
	brace   = regexp.MustCompile(`\{([^0-9]|$)`)
	word    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)
)

// Rewrite gives the backend another path. A path that the pattern does not match stays as it is.
type Rewrite struct {
	Prefix  string // of the backend's URL: not rewritten
	pattern *regexp.Regexp
	to      []piece
}

// piece is a literal text, or a group of the pattern.
type piece struct {
	text  string
	group int // 0: none
}

// CompileRewrite reads both published forms: a pattern is a regular expression, whose groups are %1 to %9 in to, or it has
// named segments, /{version}/{path}, which are {version} in to, or %1 by their order. A pattern must match the whole path.
// The fault is DefinitionPattern or DefinitionRewrite; its cause says what to change.
func CompileRewrite(pattern, to string) (*Rewrite, *fault.Fault) {
	compiled, names, err := compilePattern(pattern)
	if err != nil {
		return nil, fault.New(fault.DefinitionPattern, nil, err)
	}
	pieces, err := compileTarget(to, compiled.NumSubexp(), names)
	if err != nil {
		return nil, fault.New(fault.DefinitionRewrite, nil, err)
	}
	return &Rewrite{pattern: compiled, to: pieces}, nil
}

func compilePattern(pattern string) (compiled *regexp.Regexp, names []string, err error) {
	if len(pattern) > maxPattern {
		return nil, nil, fmt.Errorf("longer than %d characters", maxPattern)
	}
	if named(pattern) {
		if pattern, names, err = segments(pattern); err != nil {
			return nil, nil, err
		}
	}
	if _, err := regexp.Compile(pattern); err != nil { // alone: "a)(b" is none, but the anchors would make it one
		return nil, nil, fmt.Errorf("%w (look-around and back references are not supported)", err)
	}
	compiled, err = regexp.Compile(`\A(?:` + pattern + `)\z`)
	return compiled, names, err
}

// named tells named segments from what else braces mean in a regular expression: {2,3}, \p{Greek}, \{.
func named(pattern string) bool { return brace.MatchString(escapes.ReplaceAllString(pattern, "")) }

// segments makes a regular expression of named segments, and lists their names.
func segments(pattern string) (expression string, names []string, err error) {
	var b strings.Builder
	for pattern != "" {
		literal, rest, opened := strings.Cut(pattern, "{")
		b.WriteString(regexp.QuoteMeta(literal))
		if !opened {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		switch {
		case !closed:
			return "", nil, fmt.Errorf("{%s is not closed: write {name}", rest)
		case !word.MatchString(name):
			return "", nil, fmt.Errorf("{%s} is no name: write letters, digits, _ and -", name)
		case slices.Contains(names, name):
			return "", nil, fmt.Errorf("{%s} is there twice", name)
		}
		b.WriteString("([^/]+)")
		names, pattern = append(names, name), after
	}
	return b.String(), names, nil
}

func compileTarget(to string, groups int, names []string) (pieces []piece, err error) {
	for to != "" {
		i := strings.IndexAny(to, "%{")
		if i < 0 {
			return append(pieces, piece{text: to}), nil
		}
		p, length, err := reference(to[i:], groups, names)
		if err != nil {
			return nil, err
		}
		pieces, to = append(pieces, piece{text: to[:i]}, p), to[i+length:]
	}
	return pieces, nil
}

// reference reads %1 or {name} at the start of text. Any other percent sign is text.
func reference(text string, groups int, names []string) (p piece, length int, err error) {
	if text[0] == '%' {
		if len(text) < 2 || text[1] < '1' || text[1] > '9' {
			return piece{text: "%"}, 1, nil
		}
		group := int(text[1] - '0')
		if group > groups {
			return piece{}, 0, fmt.Errorf("%%%d: the pattern has %d groups", group, groups)
		}
		return piece{group: group}, 2, nil
	}
	name, _, closed := strings.Cut(text[1:], "}")
	if !closed {
		return piece{}, 0, fmt.Errorf("%s is not closed: write {name}", text)
	}
	i := slices.Index(names, name)
	if i < 0 {
		return piece{}, 0, fmt.Errorf("{%s} is not in the pattern", name)
	}
	return piece{group: i + 1}, len(name) + 2, nil
}

// Step runs after "outbound"; without a backend's request there is nothing to rewrite. It refuses with BackendURI where no
// path comes out.
func (r *Rewrite) Step() gateway.Step {
	return gateway.Step{Name: "rewrite", Again: true, Run: r.run}
}

func (r *Rewrite) run(_ context.Context, x *gateway.Exchange) error {
	if x.Outbound == nil {
		return nil
	}
	prefix := strings.TrimSuffix(r.Prefix, "/")
	path, below := strings.CutPrefix(x.Outbound.Path, prefix)
	if !below {
		return nil
	}
	path, ok := r.path(path)
	if !ok {
		return nil
	}
	if !legal(path) {
		return fault.New(fault.BackendURI, nil, errPath)
	}
	x.Outbound.Path = prefix + path
	return nil
}

// path is the rewritten one; not ok where the pattern does not match.
func (r *Rewrite) path(path string) (string, bool) {
	groups := r.pattern.FindStringSubmatch(path)
	if groups == nil {
		return "", false
	}
	var b strings.Builder
	for _, p := range r.to {
		b.WriteString(p.text)
		if p.group > 0 {
			b.WriteString(groups[p.group])
		}
	}
	return b.String(), true
}

// legal says whether a path is one of RFC 3986 (3.3) that begins with exactly one slash.
func legal(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return false
	}
	for i := range len(path) {
		c := path[i]
		if !unreserved(c) && strings.IndexByte("/!$&'()*+,;=:@", c) < 0 && (c != '%' || !escaped(path[i:])) {
			return false
		}
	}
	return true
}
