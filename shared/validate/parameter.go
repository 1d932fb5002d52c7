package validate

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parameter is what a request may carry under a name. What is zero is not checked.
type Parameter struct {
	Name      string // that clients use
	In        string // part of the request: path, query, header or form
	Type      string // int and float have 32 bits, long and double 64; boolean; else any text
	Required  bool
	Default   string   // taken where the request carries none; "": none is
	Min, Max  *float64 // of a number
	MaxLength int      // in characters
	Values    []string // the only ones
	Pattern   *regexp.Regexp
}

// CompilePattern compiles a regular expression that the whole of a value must match.
func CompilePattern(text string) (*regexp.Regexp, error) {
	if _, err := regexp.Compile(text); err != nil {
		return nil, fmt.Errorf("%w: look-around and back references are not supported", err)
	}
	return regexp.Compile(`\A(?:` + text + `)\z`)
}

// Problem says what is wrong with a value, none of which it quotes; "": nothing.
func (p *Parameter) Problem(value string) string {
	switch {
	case p.Type == "boolean":
		if !strings.EqualFold(value, "true") && !strings.EqualFold(value, "false") {
			return "not a Boolean"
		}
	case p.IsNumber():
		if problem := p.numberProblem(value); problem != "" {
			return problem
		}
	}
	switch {
	case p.MaxLength > 0 && utf8.RuneCountInString(value) > p.MaxLength:
		return "too long"
	case p.Values != nil && !slices.Contains(p.Values, value):
		return "not in enum"
	case p.Pattern != nil && !p.Pattern.MatchString(value):
		return "does not match"
	}
	return ""
}

// IsNumber says whether Min and Max mean anything.
func (p *Parameter) IsNumber() bool {
	return slices.Contains([]string{"int", "long", "float", "double"}, p.Type)
}

func (p *Parameter) numberProblem(value string) string {
	n, err := readTyped(p.Type, value)
	switch {
	case err != nil && p.Type == "int":
		return "not an Int"
	case err != nil:
		return "not a " + strings.ToUpper(p.Type[:1]) + p.Type[1:]
	case p.Min != nil && n.Cmp(big.NewFloat(*p.Min)) < 0:
		return "below minimum " + digits(*p.Min)
	case p.Max != nil && n.Cmp(big.NewFloat(*p.Max)) > 0:
		return "exceeds maximum " + digits(*p.Max)
	}
	return ""
}

// digits is a number in plain notation, a whole one in all its digits.
func digits(f float64) string {
	if f == math.Trunc(f) {
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// readTyped is exact for whole numbers: those of 64 bits do not all fit a float64.
func readTyped(kind, value string) (*big.Float, error) {
	bits := 64
	if kind == "int" || kind == "float" {
		bits = 32
	}
	if kind == "int" || kind == "long" {
		n, err := strconv.ParseInt(value, 10, bits)
		return new(big.Float).SetInt64(n), err
	}
	if strings.Trim(value, "+-.0123456789eE") != "" {
		return nil, strconv.ErrSyntax // Inf, NaN, hexadecimal
	}
	if _, err := strconv.ParseFloat(value, bits); err != nil {
		return nil, err
	}
	n, err := strconv.ParseFloat(value, 64) // bounds are not rounded to 32 bits either
	return big.NewFloat(n), err
}
