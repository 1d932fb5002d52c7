package validate

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/jsonschema-go/jsonschema"
)

// failure is where a value does not fit, "$.price", and why, "must be number".
type failure struct{ at, problem string }

const mismatch = "does not match the model"

// explain finds the first place where a value that was judged not to fit does not: the schema's own keywords first, then
// parts in order, members by name. It is nil where the reason is in a keyword that it does not look into.
func (m *Model) explain(s *jsonschema.Schema, at string, v any) *failure {
	if s.Ref != "" {
		if f := m.explain(m.target(s.Ref), at, v); f != nil {
			return f
		}
	}
	if problem := m.itself(s, v); problem != "" {
		return &failure{at, problem}
	}
	for _, sub := range s.AllOf {
		if f := m.explain(sub, at, v); f != nil {
			return f
		}
	}
	if m.none(s.AnyOf, at, v) || m.none(s.OneOf, at, v) {
		return &failure{at, mismatch}
	}
	switch v := v.(type) {
	case []any:
		return m.items(s, at, v)
	case map[string]any:
		return m.members(s, at, v)
	}
	return nil
}

// none says that there are alternatives and that the value fits none.
func (m *Model) none(alternatives []*jsonschema.Schema, at string, v any) bool {
	fits := func(s *jsonschema.Schema) bool { return m.explain(s, at, v) == nil }
	return len(alternatives) > 0 && !slices.ContainsFunc(alternatives, fits)
}

func (m *Model) items(s *jsonschema.Schema, at string, items []any) *failure {
	for i, item := range items {
		sub := s.Items
		if i < len(s.PrefixItems) {
			sub = s.PrefixItems[i]
		}
		if sub == nil {
			continue
		}
		if f := m.explain(sub, at+"["+strconv.Itoa(i)+"]", item); f != nil {
			return f
		}
	}
	return nil
}

func (m *Model) members(s *jsonschema.Schema, at string, members map[string]any) *failure {
	for _, name := range s.Required {
		if _, ok := members[name]; !ok {
			return &failure{member(at, name), "is required"}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		for _, sub := range m.schemasOf(s, name) {
			if f := m.explain(sub, member(at, name), members[name]); f != nil {
				return f
			}
		}
	}
	return nil
}

// schemasOf are those that judge a member.
func (m *Model) schemasOf(s *jsonschema.Schema, name string) (subs []*jsonschema.Schema) {
	if sub, ok := s.Properties[name]; ok {
		subs = append(subs, sub)
	}
	for _, p := range slices.Sorted(maps.Keys(s.PatternProperties)) {
		if m.patterns[p].MatchString(name) {
			subs = append(subs, s.PatternProperties[p])
		}
	}
	if len(subs) == 0 && s.AdditionalProperties != nil {
		subs = append(subs, s.AdditionalProperties)
	}
	return subs
}

// itself says what is wrong with a value as a whole.
func (m *Model) itself(s *jsonschema.Schema, v any) string {
	types := s.Types
	if s.Type != "" {
		types = []string{s.Type}
	}
	switch {
	case s.Not != nil && reflect.ValueOf(*s.Not).IsZero():
		return "is not allowed"
	case types != nil && !slices.ContainsFunc(types, func(t string) bool { return isType(t, v) }):
		return "must be " + strings.Join(types, " or ")
	case s.Enum != nil && !slices.ContainsFunc(s.Enum, func(e any) bool { return jsonschema.Equal(e, v) }):
		return "must be one of the allowed values"
	case s.Const != nil && !jsonschema.Equal(*s.Const, v):
		return "must be the allowed value"
	}
	switch v := v.(type) {
	case float64:
		return ofNumber(s, v)
	case string:
		return m.ofString(s, v)
	case []any:
		return counted("number of items", len(v), s.MinItems, s.MaxItems)
	case map[string]any:
		return counted("number of members", len(v), s.MinProperties, s.MaxProperties)
	}
	return ""
}

func isType(name string, v any) bool {
	switch v := v.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case float64:
		return name == "number" || name == "integer" && v == math.Trunc(v)
	case string:
		return name == "string"
	case []any:
		return name == "array"
	default:
		return name == "object"
	}
}

func ofNumber(s *jsonschema.Schema, v float64) string {
	switch {
	case s.Minimum != nil && v < *s.Minimum:
		return "must be at least " + decimal(*s.Minimum)
	case s.Maximum != nil && v > *s.Maximum:
		return "must be at most " + decimal(*s.Maximum)
	case s.ExclusiveMinimum != nil && v <= *s.ExclusiveMinimum:
		return "must be greater than " + decimal(*s.ExclusiveMinimum)
	case s.ExclusiveMaximum != nil && v >= *s.ExclusiveMaximum:
		return "must be less than " + decimal(*s.ExclusiveMaximum)
	case s.MultipleOf != nil && v / *s.MultipleOf != math.Trunc(v / *s.MultipleOf):
		return "must be a multiple of " + decimal(*s.MultipleOf)
	}
	return ""
}

func (m *Model) ofString(s *jsonschema.Schema, v string) string {
	if problem := counted("length", utf8.RuneCountInString(v), s.MinLength, s.MaxLength); problem != "" {
		return problem
	}
	if s.Pattern != "" && !m.patterns[s.Pattern].MatchString(v) {
		return "must match the pattern"
	}
	return ""
}

func counted(what string, n int, least, most *int) string {
	switch {
	case least != nil && n < *least:
		return fmt.Sprintf("%s must be at least %d", what, *least)
	case most != nil && n > *most:
		return fmt.Sprintf("%s must be at most %d", what, *most)
	}
	return ""
}

// decimal is written as JSON would.
func decimal(f float64) string {
	text, _ := json.Marshal(f) // a schema's number is always finite
	return string(text)
}
