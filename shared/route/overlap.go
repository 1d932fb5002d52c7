package route

import (
	"fmt"
	"strings"
)

// class is the same for patterns of equal specificity: they differ at most in the text of globs that rank alike. It is ""
// for patterns without globs, and for those with expressions, which cannot be compared.
func class(segments []segment) string {
	var b strings.Builder
	globs := 0
	for _, s := range segments {
		fmt.Fprintf(&b, "/%d%q", s.kind, s.text)
		if s.kind != mixed {
			continue
		}
		if s.glob.exprs > 0 {
			return ""
		}
		globs++
		fmt.Fprintf(&b, "%d,%d,%d", s.glob.literals, s.glob.open, s.glob.stars)
	}
	if globs == 0 {
		return ""
	}
	return b.String()
}

// overlap says whether some path matches both patterns, which are of one class.
func overlap(a, b []segment) bool {
	for i := range a {
		if a[i].kind == mixed && !globsOverlap(a[i].glob.runes(), b[i].glob.runes()) {
			return false
		}
	}
	return true
}

// What runes stands for beside characters.
const (
	oneRune  rune = -1
	anyRunes rune = -2
)

// runes is what a glob without expressions matches, a variable being ?*.
func (g *glob) runes() []rune {
	var all []rune
	for _, t := range g.tokens {
		switch t.kind {
		case textToken:
			all = append(all, []rune(t.text)...)
		case oneToken:
			all = append(all, oneRune)
		case anyToken:
			all = append(all, anyRunes)
		default:
			all = append(all, oneRune, anyRunes)
		}
	}
	return all
}

// globsOverlap fills in, from the ends, whether a[i:] and b[j:] have a text in common.
func globsOverlap(a, b []rune) bool {
	common := make([][]bool, len(a)+1)
	for i := len(a); i >= 0; i-- {
		common[i] = make([]bool, len(b)+1)
		for j := len(b); j >= 0; j-- {
			moreA, moreB := i < len(a), j < len(b)
			anyA, anyB := moreA && a[i] == anyRunes, moreB && b[j] == anyRunes
			switch {
			case !moreA && !moreB:
				common[i][j] = true
			case anyA || anyB:
				common[i][j] = moreA && (anyA || anyB) && common[i+1][j] || moreB && common[i][j+1]
			case moreA && moreB && (a[i] == b[j] || a[i] == oneRune || b[j] == oneRune):
				common[i][j] = common[i+1][j+1]
			}
		}
	}
	return common[0][0]
}
