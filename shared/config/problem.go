package config

import "strings"

// Problem is one thing that is wrong with a definition or a registry.
type Problem struct {
	Path string // of the value: apis[0].routes[2].limits.caller.rate
	Text string // what is wrong and what to do
	// Defect says that only the part around Path is broken, in a way that its vendor has a documented answer for: the
	// gateway may start, and answers so there.
	Defect bool
}

func (p Problem) String() string { return p.Path + ": " + p.Text }

// Problems are an error that names them all.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Fatal are the problems that keep a gateway from starting.
func (ps Problems) Fatal() (fatal Problems) {
	for _, p := range ps {
		if !p.Defect {
			fatal = append(fatal, p)
		}
	}
	return fatal
}

// With adds those of more that are about places of which ps says nothing: where two checks find the same, the first explains it.
func (ps Problems) With(more Problems) Problems {
	all := ps
	for _, p := range more {
		if !ps.about(p.Path) {
			all = append(all, p)
		}
	}
	return all
}

// about says whether a problem is at path, around it or within it.
func (ps Problems) about(path string) bool {
	for _, p := range ps {
		if within(path, p.Path) || within(p.Path, path) {
			return true
		}
	}
	return false
}

func within(path, around string) bool {
	rest, ok := strings.CutPrefix(path, around)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
