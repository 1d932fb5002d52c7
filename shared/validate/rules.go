package validate

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// rules are a normalised schema. Fields with a big letter are its keywords, named alike.
type rules struct {
	Ref  string            `json:"$ref"`
	Defs map[string]*rules `json:"$defs"`

	Type  typeNames
	Enum  []json.RawMessage // compact, members sorted, like everything that json.Marshal writes
	Const json.RawMessage

	MultipleOf, Minimum, Maximum, ExclusiveMinimum, ExclusiveMaximum *quantity

	MinLength, MaxLength         *int
	MinItems, MaxItems           *int
	MinContains, MaxContains     *int
	MinProperties, MaxProperties *int

	Pattern           string
	UniqueItems       bool
	Required          []string
	DependentRequired map[string][]string

	PrefixItems                                                []*rules
	Items, Contains, UnevaluatedItems                          *rules
	Properties, PatternProperties                              map[string]*rules
	AdditionalProperties, PropertyNames, UnevaluatedProperties *rules

	AllOf, AnyOf, OneOf []*rules
	Not, If, Then, Else *rules
	DependentSchemas    map[string]*rules

	never    bool           // nothing fits
	target   *rules         // of Ref
	reached  int            // how many references lead here
	pattern  *regexp.Regexp // of Pattern
	patterns []namePattern  // of PatternProperties
}

type namePattern struct {
	name  *regexp.Regexp
	rules *rules
}

// UnmarshalJSON reads booleans, too.
func (r *rules) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case "true":
		return nil
	case "false":
		r.never = true
		return nil
	}
	type plain rules
	return json.Unmarshal(data, (*plain)(r))
}

// typeNames are one name or a list of them.
type typeNames []string

// UnmarshalJSON reads both.
func (t *typeNames) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, (*[]string)(t))
	}
	*t = []string{""}
	return json.Unmarshal(data, &(*t)[0])
}

// compile makes rules of what the normaliser found to be right.
func compile(n *normaliser) (*Model, error) {
	data, err := json.Marshal(n.out)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	m := &Model{rules: &rules{}}
	if err := json.Unmarshal(data, m.rules); err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	m.link(m.rules, n.patterns)
	return m, nil
}

// link finds what a schema and those in it refer to.
func (m *Model) link(r *rules, patterns map[string]*regexp.Regexp) {
	if r.Not != nil && reflect.ValueOf(*r.Not).IsZero() {
		r.Not, r.never = nil, true
	}
	if r.Ref != "" {
		r.target = m.rules
		if name, ok := strings.CutPrefix(r.Ref, defs); ok {
			r.target = m.rules.Defs[name]
		}
		r.target.reached++
	}
	r.pattern = patterns[r.Pattern]
	for _, p := range slices.Sorted(maps.Keys(r.PatternProperties)) {
		r.patterns = append(r.patterns, namePattern{patterns[p], r.PatternProperties[p]})
	}
	m.asksAgain = m.asksAgain || r.UnevaluatedItems != nil || r.UnevaluatedProperties != nil
	for _, sub := range r.inner() {
		m.link(sub, patterns)
	}
}

// inner are the schemas in a schema.
func (r *rules) inner() []*rules {
	subs := slices.Concat(r.PrefixItems, r.AllOf, r.AnyOf, r.OneOf, []*rules{
		r.Items, r.Contains, r.UnevaluatedItems, r.AdditionalProperties, r.PropertyNames, r.UnevaluatedProperties,
		r.Not, r.If, r.Then, r.Else,
	})
	for _, named := range []map[string]*rules{r.Defs, r.Properties, r.PatternProperties, r.DependentSchemas} {
		subs = slices.AppendSeq(subs, maps.Values(named))
	}
	return slices.DeleteFunc(subs, func(sub *rules) bool { return sub == nil })
}

// of are the schemas of a part of a value, those that only see what is left over aside.
func (r *rules) of(p *part) (subs []*rules) {
	if p.isItem() {
		switch {
		case p.index < len(r.PrefixItems):
			return r.PrefixItems[p.index : p.index+1]
		case r.Items != nil:
			return []*rules{r.Items}
		}
		return nil
	}
	if sub, ok := r.Properties[p.name]; ok {
		subs = append(subs, sub)
	}
	for _, p2 := range r.patterns {
		if p2.name.MatchString(p.name) {
			subs = append(subs, p2.rules)
		}
	}
	if len(subs) == 0 && r.AdditionalProperties != nil {
		subs = append(subs, r.AdditionalProperties)
	}
	return subs
}

// unevaluated is the schema of the parts of a value that no other one sees.
func (r *rules) unevaluated(v any) *rules {
	switch v.(type) {
	case []any:
		return r.UnevaluatedItems
	case map[string]any:
		return r.UnevaluatedProperties
	}
	return nil
}
