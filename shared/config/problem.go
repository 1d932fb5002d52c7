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
