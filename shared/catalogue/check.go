package catalogue

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"postern/shared/fault"
)

// index gives every known kind its row: its own, or its nearest ancestor's. The error names every defect of the rows.
func index(rows []Row) (map[fault.Kind]answer, error) {
	own, errs := claims(rows)
	byKind, params := make(map[fault.Kind]answer), fault.Params()
	for _, kind := range slices.Sorted(maps.Keys(params)) {
		a, ok := nearest(own, kind)
		if !ok {
			errs = append(errs, fmt.Errorf("catalogue: no row answers %s or anything above it", kind))
			continue
		}
		byKind[kind] = a
		for _, name := range a.arguments() {
			if !slices.Contains(params[kind], name) {
				errs = append(errs, fmt.Errorf("catalogue: row %s: ${%s} is no argument of %s", a.row.ID, name, kind))
			}
		}
	}
	return byKind, errors.Join(errs...)
}

// claims are the rows of the kinds that they name, and the defects of the rows.
func claims(rows []Row) (own map[fault.Kind]answer, errs []error) {
	own = make(map[fault.Kind]answer)
	ids, known := make(map[string]bool), fault.Params()
	for i := range rows {
		r := &rows[i]
		if r.ID == "" || ids[r.ID] {
			errs = append(errs, fmt.Errorf("catalogue: row %q: the id is empty or taken", r.ID))
		}
		ids[r.ID] = true
		errs = append(errs, check(r)...)
		for _, kind := range slices.Sorted(maps.Keys(r.Kinds)) {
			if _, ok := known[kind]; !ok {
				errs = append(errs, fmt.Errorf("catalogue: row %s: unknown kind %s", r.ID, kind))
			}
			if other, twice := own[kind]; twice {
				errs = append(errs, fmt.Errorf("catalogue: row %s: %s is answered by %s too", r.ID, kind, other.row.ID))
			}
			own[kind] = answer{r, r.Kinds[kind]}
		}
	}
	return own, errs
}

// check judges one row by itself.
func check(r *Row) (errs []error) {
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("catalogue: row %q: "+format, append([]any{r.ID}, args...)...))
	}
	if (r.Status < 200 || r.Status > 999) && (r.Never == "" || r.Status != 0) {
		bad("status %d", r.Status)
	}
	if (len(r.Kinds) == 0) == (r.Never == "") {
		bad("needs kinds, or the reason why it is never sent")
	}
	if (r.Source == "") == (r.Undocumented == "") {
		bad("needs a source, or the reason why it has none")
	}
	if len(r.Kinds) == 0 {
		return errs // its message is never filled in
	}
	names, ok := placeholders(r.Message)
	if !ok {
		bad("a $ in the message is not part of ${name}")
	}
	for kind, wording := range r.Kinds {
		inner, ok := placeholders(wording)
		switch {
		case !ok || slices.Contains(inner, detail):
			bad("a $ in the wording of %s is not part of an argument's ${name}", kind)
		case wording != "" && !slices.Contains(names, detail):
			bad("the wording of %s has no ${detail} to stand in", kind)
		}
	}
	return errs
}

func nearest(own map[fault.Kind]answer, kind fault.Kind) (answer, bool) {
	for ; kind != ""; kind = kind.Parent() {
		if a, ok := own[kind]; ok {
			return a, true
		}
	}
	return answer{}, false
}

// arguments are the names of those that the message asks for, with its detail worded.
func (a answer) arguments() []string {
	outer, _ := placeholders(a.row.Message)
	inner, _ := placeholders(a.wording)
	return slices.DeleteFunc(append(outer, inner...), func(name string) bool { return name == detail })
}

// placeholders are the names in the text's ${name}. It is not ok when a $ stands for anything else.
func placeholders(text string) (names []string, ok bool) {
	for {
		_, rest, found := strings.Cut(text, "$")
		if !found {
			return names, true
		}
		name, after, closed := strings.Cut(rest, "}")
		name, opened := strings.CutPrefix(name, "{")
		if !opened || !closed || name == "" {
			return nil, false
		}
		names, text = append(names, name), after
	}
}
