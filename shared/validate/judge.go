package validate

import (
	"encoding/json"
	"maps"
	"slices"
)

// failure is where a value does not fit, "$.price", and why, "must be number".
type failure struct {
	part    *part
	problem string
}

const mismatch = "does not match the model"

// judge judges one body. It remembers the answer to every question that may come again: without that, a model that refers
// to itself from several alternatives would take time exponential in the depth of the body. With it, a schema judges a
// value once. One that at most one reference leads to does so anyway, unless the model asks for what is left over.
type judge struct {
	all   bool // every question may come again
	known map[question]*failure
}

type question struct {
	rules *rules
	part  *part
}

// ask finds the first place where a value does not fit: the schema's own keywords first, then other schemas for the same
// value, then parts in order, members by name, then what concerns several parts. It is nil where the value fits.
func (j *judge) ask(r *rules, p *part) *failure {
	if r.reached < 2 && !j.all {
		return j.answer(r, p)
	}
	q := question{r, p}
	if f, known := j.known[q]; known {
		return f
	}
	f := j.answer(r, p)
	j.known[q] = f
	return f
}

func (j *judge) fits(r *rules, p *part) bool { return j.ask(r, p) == nil }

func (j *judge) answer(r *rules, p *part) *failure {
	if problem := r.problem(p.value); problem != "" {
		return &failure{p, problem}
	}
	for _, sub := range j.applying(r, p) {
		if f := j.ask(sub, p); f != nil {
			return f
		}
	}
	if !j.alternatives(r, p) {
		return &failure{p, mismatch}
	}
	if f := j.parts(r, p); f != nil {
		return f
	}
	if !j.together(r, p) {
		return &failure{p, mismatch}
	}
	return j.leftOver(r, p)
}

// applying are the schemas that the same value must fit as well.
func (j *judge) applying(r *rules, p *part) []*rules {
	subs := slices.Clip(r.AllOf)
	if r.target != nil {
		subs = append(subs, r.target)
	}
	if r.If != nil {
		branch := r.Else
		if j.fits(r.If, p) {
			branch = r.Then
		}
		if branch != nil {
			subs = append(subs, branch)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.DependentSchemas)) {
		if p.has(name) {
			subs = append(subs, r.DependentSchemas[name])
		}
	}
	return subs
}

func (j *judge) alternatives(r *rules, p *part) bool {
	fits := func(sub *rules) bool { return j.fits(sub, p) }
	if r.Not != nil && fits(r.Not) || r.AnyOf != nil && !slices.ContainsFunc(r.AnyOf, fits) {
		return false
	}
	fitting := 0
	for _, sub := range r.OneOf {
		if fits(sub) {
			fitting++
		}
	}
	return r.OneOf == nil || fitting == 1
}

func (j *judge) parts(r *rules, p *part) *failure {
	if _, object := p.value.(map[string]any); object {
		for _, name := range r.Required {
			if !p.has(name) {
				return &failure{&part{parent: p, name: name}, "is required"}
			}
		}
	}
	for i := range p.parts() {
		inner := &p.inner[i]
		for _, sub := range r.of(inner) {
			if f := j.ask(sub, inner); f != nil {
				return f
			}
		}
	}
	return nil
}

// together judges what no single part is to blame for.
func (j *judge) together(r *rules, p *part) bool {
	switch v := p.value.(type) {
	case []any:
		return !(r.UniqueItems && hasTwins(v)) && (r.Contains == nil || j.contains(r, p))
	case map[string]any:
		for name, required := range r.DependentRequired {
			if p.has(name) && !allOf(required, p.has) {
				return false
			}
		}
		return r.PropertyNames == nil || allOf(slices.Collect(maps.Keys(v)), func(name string) bool {
			return j.fits(r.PropertyNames, &part{value: name, parent: p})
		})
	}
	return true
}

func allOf(names []string, holds func(string) bool) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !holds(name) })
}

func (j *judge) contains(r *rules, p *part) bool {
	found, least := 0, 1
	for i := range p.parts() {
		if j.fits(r.Contains, &p.inner[i]) {
			found++
		}
	}
	if r.MinContains != nil {
		least = *r.MinContains
	}
	return found >= least && (r.MaxContains == nil || found <= *r.MaxContains)
}

// hasTwins compares items as text, so that the work is linear.
func hasTwins(items []any) bool {
	seen := make(map[string]bool, len(items))
	for _, item := range items {
		text := canonical(item)
		if seen[text] {
			return true
		}
		seen[text] = true
	}
	return false
}

// canonical is the same for equal values.
func canonical(v any) string {
	text, _ := json.Marshal(v) // what decode makes can always be written
	return string(text)
}
