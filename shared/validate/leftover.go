package validate

// coverage is what is known of the parts of a value while looking for those that no schema sees.
type coverage struct {
	rules *rules // whose unevaluated keyword asks
	asked map[*rules]bool
	seen  []bool // by part
}

// leftOver judges the parts that are left to unevaluatedItems and unevaluatedProperties. All other keywords fit already.
func (j *judge) leftOver(r *rules, p *part) *failure {
	rest := r.unevaluated(p.value)
	if rest == nil {
		return nil
	}
	c := &coverage{rules: r, asked: map[*rules]bool{}, seen: make([]bool, len(p.parts()))}
	j.cover(c, r, p)
	for i, seen := range c.seen {
		if seen {
			continue
		}
		if f := j.ask(rest, &p.inner[i]); f != nil {
			return f
		}
	}
	return nil
}

// cover notes which parts a schema that fits sees: by its own keywords, or by schemas for the same value that fit.
func (j *judge) cover(c *coverage, r *rules, p *part) {
	if c.asked[r] {
		return
	}
	c.asked[r] = true
	all := r != c.rules && r.unevaluated(p.value) != nil
	for i := range p.parts() {
		inner := &p.inner[i]
		contained := r.Contains != nil && inner.isItem() && j.fits(r.Contains, inner)
		c.seen[i] = c.seen[i] || all || contained || len(r.of(inner)) > 0
	}
	for _, sub := range j.applying(r, p) {
		j.cover(c, sub, p)
	}
	if r.If != nil && j.fits(r.If, p) {
		j.cover(c, r.If, p)
	}
	for _, alternatives := range [][]*rules{r.AnyOf, r.OneOf} {
		for _, sub := range alternatives {
			if j.fits(sub, p) {
				j.cover(c, sub, p)
			}
		}
	}
}
