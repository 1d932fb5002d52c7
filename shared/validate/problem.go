package validate

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// problem says what is wrong with a value as a whole; "": nothing.
func (r *rules) problem(v any) string {
	switch {
	case r.never:
		return "is not allowed"
	case r.Type != nil && !slices.ContainsFunc(r.Type, func(t string) bool { return isType(t, v) }):
		return "must be " + strings.Join(r.Type, " or ")
	case r.Enum != nil && !isOneOf(v, r.Enum...):
		return "must be one of the allowed values"
	case r.Const != nil && !isOneOf(v, r.Const):
		return "must be the allowed value"
	}
	switch v := v.(type) {
	case float64, json.Number:
		return r.ofNumber(v)
	case string:
		return r.ofString(v)
	case []any:
		return counted("number of items", len(v), r.MinItems, r.MaxItems)
	case map[string]any:
		return counted("number of members", len(v), r.MinProperties, r.MaxProperties)
	}
	return ""
}

func isOneOf(v any, allowed ...json.RawMessage) bool {
	text := canonical(v)
	return slices.ContainsFunc(allowed, func(a json.RawMessage) bool { return string(a) == text })
}

func isType(name string, v any) bool {
	switch v := v.(type) {
	case nil:
		return name == "null"
	case bool:
		return name == "boolean"
	case float64:
		return name == "number" || name == "integer" && v == math.Trunc(v)
	case json.Number:
		return name == "number" || name == "integer"
	case string:
		return name == "string"
	case []any:
		return name == "array"
	default:
		return name == "object"
	}
}

func (r *rules) ofNumber(v any) string {
	switch {
	case r.Minimum != nil && r.Minimum.compare(v) > 0:
		return "must be at least " + r.Minimum.text
	case r.Maximum != nil && r.Maximum.compare(v) < 0:
		return "must be at most " + r.Maximum.text
	case r.ExclusiveMinimum != nil && r.ExclusiveMinimum.compare(v) >= 0:
		return "must be greater than " + r.ExclusiveMinimum.text
	case r.ExclusiveMaximum != nil && r.ExclusiveMaximum.compare(v) <= 0:
		return "must be less than " + r.ExclusiveMaximum.text
	case r.MultipleOf != nil && !r.MultipleOf.divides(v):
		return "must be a multiple of " + r.MultipleOf.text
	}
	return ""
}

func (r *rules) ofString(v string) string {
	if problem := counted("length", utf8.RuneCountInString(v), r.MinLength, r.MaxLength); problem != "" {
		return problem
	}
	if r.pattern != nil && !r.pattern.MatchString(v) {
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
