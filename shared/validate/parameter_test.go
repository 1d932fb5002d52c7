package validate_test

import (
	"regexp"
	"strings"
	"testing"

	"postern/shared/validate"
)

func number(f float64) *float64 { return &f }

func TestParameter(t *testing.T) {
	const digits = "9223372036854775807" // the greatest of 64 bits
	for _, tt := range []struct {
		name      string
		parameter validate.Parameter
		value     string
		want      string // "": nothing is wrong
	}{
		{"anything", validate.Parameter{}, "\x00 é", ""},
		{"string", validate.Parameter{Type: "string"}, "x", ""},
		{"int", validate.Parameter{Type: "int"}, "-2147483648", ""},
		{"int with sign", validate.Parameter{Type: "int"}, "+7", ""},
		{"int of letters", validate.Parameter{Type: "int"}, "abc", "not an Int"},
		{"empty int", validate.Parameter{Type: "int"}, "", "not an Int"},
		{"int with a blank", validate.Parameter{Type: "int"}, " 7", "not an Int"},
		{"int with a fraction", validate.Parameter{Type: "int"}, "7.0", "not an Int"},
		{"int with a line", validate.Parameter{Type: "int"}, "1_000", "not an Int"},
		{"hexadecimal int", validate.Parameter{Type: "int"}, "0x10", "not an Int"},
		{"int of 33 bits", validate.Parameter{Type: "int"}, "2147483648", "not an Int"},
		{"long of 33 bits", validate.Parameter{Type: "long"}, "2147483648", ""},
		{"long of 65 bits", validate.Parameter{Type: "long"}, "9223372036854775808", "not a Long"},
		{"float", validate.Parameter{Type: "float"}, "-1.5e3", ""},
		{"float without a digit before", validate.Parameter{Type: "float"}, ".5", ""},
		{"float beyond 32 bits", validate.Parameter{Type: "float"}, "1e39", "not a Float"},
		{"double beyond 32 bits", validate.Parameter{Type: "double"}, "1e39", ""},
		{"double beyond 64 bits", validate.Parameter{Type: "double"}, "1e309", "not a Double"},
		{"infinity", validate.Parameter{Type: "double"}, "Inf", "not a Double"},
		{"no number", validate.Parameter{Type: "double"}, "NaN", "not a Double"},
		{"hexadecimal", validate.Parameter{Type: "double"}, "0x1p-2", "not a Double"},
		{"an exponent alone", validate.Parameter{Type: "double"}, "e5", "not a Double"},
		{"boolean", validate.Parameter{Type: "boolean"}, "TRUE", ""},
		{"false", validate.Parameter{Type: "boolean"}, "false", ""},
		{"boolean of digits", validate.Parameter{Type: "boolean"}, "1", "not a Boolean"},

		{"at the maximum", validate.Parameter{Type: "int", Max: number(150)}, "150", ""},
		{"over the maximum", validate.Parameter{Type: "int", Max: number(150)}, "151", "exceeds maximum 150"},
		{"at the minimum", validate.Parameter{Type: "int", Min: number(0)}, "0", ""},
		{"below the minimum", validate.Parameter{Type: "int", Min: number(0)}, "-1", "below minimum 0"},
		{"a fraction over", validate.Parameter{Type: "double", Max: number(0.5)}, "0.50001", "exceeds maximum 0.5"},
		{"a float at its maximum", validate.Parameter{Type: "float", Max: number(0.1)}, "0.1", ""},
		{"a float at its minimum", validate.Parameter{Type: "float", Min: number(0.7)}, "0.7", ""},
		{"a long that rounds to the maximum", validate.Parameter{Type: "long", Max: number(1 << 53)}, "9007199254740993", "exceeds maximum 9007199254740992"},
		{"the greatest long", validate.Parameter{Type: "long", Max: number(1 << 62)}, digits, "exceeds maximum 4611686018427387904"},
		{"type before range", validate.Parameter{Type: "int", Max: number(1)}, "x", "not an Int"},

		{"characters", validate.Parameter{MaxLength: 2}, "éé", ""},
		{"too many characters", validate.Parameter{MaxLength: 2}, "ééa", "too long"},
		{"one of the values", validate.Parameter{Values: []string{"a", "b"}}, "b", ""},
		{"another value", validate.Parameter{Values: []string{"a", "b"}}, "B", "not in enum"},
		{"number of the values", validate.Parameter{Type: "int", Values: []string{"1", "2"}}, "3", "not in enum"},
		{"length before values", validate.Parameter{MaxLength: 1, Values: []string{"a"}}, "bb", "too long"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.parameter.Problem(tt.value); got != tt.want {
				t.Errorf("Problem(%q) = %q, want %q", tt.value, got, tt.want)
			}
		})
	}
}

func TestPattern(t *testing.T) {
	for _, tt := range []struct {
		pattern, value string
		want           bool
	}{
		{"[a-z]+", "abc", true},
		{"[a-z]+", "abc1", false},
		{"[a-z]+", "1abc", false},
		{"[a-z]+", "abc\n", false},
		{"(?m)^a$", "b\na", false},
		{"a|bc", "bc", true},
		{"a|bc", "ac", false},
		{"^[0-9]{3}$", "123", true},
	} {
		re, err := validate.CompilePattern(tt.pattern)
		if err != nil {
			t.Fatal(err)
		}
		p := validate.Parameter{Pattern: re}
		if problem := p.Problem(tt.value); problem == "" != tt.want || !tt.want && problem != "does not match" {
			t.Errorf("Problem(%q) with %s = %q, want it to match: %v", tt.value, tt.pattern, problem, tt.want)
		}
	}
	for _, pattern := range []string{"[a", "a)|(b", "(?=a)", `(a)\1`} {
		if _, err := validate.CompilePattern(pattern); err == nil {
			t.Errorf("CompilePattern(%q) = nil, want an error", pattern)
		}
	}
}

// FuzzParameter: numbers are those of a notation that every backend reads alike, within their bounds.
func FuzzParameter(f *testing.F) {
	for _, value := range []string{"1", "-0", "1e999", "Infinity", "0x1p4", "1_0", "١", "99999999999999999999", ".", "1.", "+.5E-3"} {
		f.Add(value)
	}
	whole, decimal := regexp.MustCompile(`^[+-]?[0-9]+$`), regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	f.Fuzz(func(t *testing.T, value string) {
		for kind, notation := range map[string]*regexp.Regexp{"int": whole, "long": whole, "float": decimal, "double": decimal} {
			p := validate.Parameter{Type: kind, Min: number(-1000), Max: number(1000)}
			problem := p.Problem(value)
			if problem == "" && !notation.MatchString(value) {
				t.Errorf("Problem(%q) of a %s = \"\", want it refused", value, kind)
			}
			if len(value) < 4 && notation.MatchString(value) && strings.HasPrefix(problem, "not") {
				t.Errorf("Problem(%q) of a %s = %q", value, kind, problem)
			}
		}
	})
}
