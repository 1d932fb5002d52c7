package yaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"postern/shared/config"
)

// Source is a text that was read. It shows problems at their places in it.
type Source struct {
	name     string
	lines    []string
	masks    []span // values that are never shown
	root     *node  // nil: the text was not understood; inherited policies are in their routes
	problems config.Problems
	found    map[config.Problem][]position // those of reading, which know better than their paths
	seen     map[remark]bool
}

// problem notes what is wrong with n (nil: with the text), once for each place.
func (s *Source) problem(n *node, at position, path, format string, args ...any) {
	if n != nil {
		n.broken = true
	}
	p := config.Problem{Path: path, Text: fmt.Sprintf(format, args...)}
	if s.seen[remark{at, p.Text}] {
		return
	}
	s.seen[remark{at, p.Text}] = true
	if s.found[p] == nil {
		s.problems = append(s.problems, p)
	}
	s.found[p] = append(s.found[p], at)
}

// Position is the line and column, from 1, of the value that a problem's path names, or of the nearest one around it that
// the text has. What a route inherits is where it was written.
func (s *Source) Position(path string) (line, column int) {
	at := position{1, 1}
	if n := s.find(path); n != nil {
		at = n.at
	}
	return at.line, at.column
}

// find walks down as far as the path leads. A key may hold dots: the longest that fits is taken.
func (s *Source) find(path string) *node {
	n := s.root
	for n != nil && path != "" {
		next, rest := n.step(strings.TrimPrefix(path, "."))
		if next == nil {
			break
		}
		n, path = next, rest
	}
	return n
}

func (n *node) step(path string) (next *node, rest string) {
	for i, item := range n.items {
		if rest, ok := strings.CutPrefix(path, fmt.Sprintf("[%d]", i)); ok {
			return item, rest
		}
	}
	longest := -1
	for _, e := range n.entries {
		after, ok := strings.CutPrefix(path, e.key)
		if ok && len(e.key) > longest && (after == "" || after[0] == '.' || after[0] == '[') {
			next, rest, longest = e.value, after, len(e.key)
		}
	}
	return next, rest
}

// remark is a problem at its place.
type remark struct {
	at   position
	text string
}

// Report shows each problem with its file, line and column, the line itself and a caret, in the order of the text. Values
// of secrets are masked. The same problem of an inherited value is shown once. Problems that may only follow from one that
// reading found are left out as long as that one is there.
func (s *Source) Report(problems config.Problems) string {
	var remarks []remark
	for _, p := range problems {
		for _, at := range s.places(p, problems) {
			r := remark{at, p.Text}
			if p.Defect {
				r.text += " (a defect: the API starts, and answers requests here with its vendor's error)"
			}
			if !slices.Contains(remarks, r) {
				remarks = append(remarks, r)
			}
		}
	}
	slices.SortStableFunc(remarks, func(a, b remark) int {
		return cmp.Or(cmp.Compare(a.at.line, b.at.line), cmp.Compare(a.at.column, b.at.column))
	})
	var b strings.Builder
	for _, r := range remarks {
		s.show(&b, r)
	}
	return b.String()
}

// places are where a problem is shown; none when it may follow from one of the others.
func (s *Source) places(p config.Problem, all config.Problems) []position {
	if places, ok := s.found[p]; ok {
		return places
	}
	n := s.find(p.Path)
	if n == nil {
		return []position{{1, 1}}
	}
	reading := func(p config.Problem) bool { return s.found[p] != nil }
	if n.damaged() && slices.ContainsFunc(all, reading) {
		return nil
	}
	return []position{n.at}
}

// shown is how many characters of a line are shown at most.
const shown = 110

func (s *Source) show(b *strings.Builder, r remark) {
	fmt.Fprintf(b, "%s:%d:%d: %s\n", s.name, r.at.line, r.at.column, r.text)
	if r.at.line > len(s.lines) {
		return
	}
	line, column := s.masked(r.at)
	if start := column - shown/2; len(line) > shown && start > 0 {
		start = min(start, len(line)-shown)
		line, column = append([]rune("…"), line[start:]...), column-start+1
	}
	if len(line) > shown {
		line = append(line[:shown:shown], '…')
	}
	caret := []rune(strings.Repeat(" ", column-1))
	for i := range caret {
		if i < len(line) && line[i] == '\t' {
			caret[i] = '\t'
		}
	}
	margin := fmt.Sprintf("%5d", r.at.line)
	fmt.Fprintf(b, "%s | %s\n%*s | %s^\n", margin, string(line), len(margin), "", string(caret))
}
