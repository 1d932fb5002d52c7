package validate

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strings"
)

var errNumber = errors.New("a number beyond float64")

// readNumber gives a float64, as most readers of JSON would. Only whole numbers that it may not hold exactly, written with
// up to 21 digits, stay as they are written, a json.Number: the identifiers and amounts of 64 bits are among them.
func readNumber(text json.Number) (any, error) {
	f, err := text.Float64()
	switch size := math.Abs(f); {
	case err != nil:
		return nil, errNumber
	case f == 0:
		return 0.0, nil // also for -0
	case size >= 1<<53 && size < 1e21 && !strings.ContainsAny(text.String(), ".eE"):
		return text, nil
	}
	return f, nil
}

// float is near what readNumber gave.
func float(v any) (f float64, isNumber bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case json.Number:
		f, _ = v.Float64() // readNumber has tried
		return f, true
	}
	return 0, false
}

// quantity is a number of a schema. Numbers are compared as the decimals that were written: 0.07 is a multiple of 0.01.
type quantity struct {
	text  string
	near  float64
	exact *big.Rat
}

// UnmarshalJSON reads a number.
func (q *quantity) UnmarshalJSON(data []byte) error {
	text := json.Number(data)
	q.text, q.exact = text.String(), decimal(text)
	q.near, _ = float(text)
	return nil
}

// compare is negative where q is less than a number that readNumber gave, positive where it is more.
func (q *quantity) compare(v any) int {
	if f, _ := float(v); f != q.near { // rounding keeps the order
		return cmp.Compare(q.near, f)
	}
	return q.exact.Cmp(decimal(v))
}

func (q *quantity) divides(v any) bool { return new(big.Rat).Quo(decimal(v), q.exact).IsInt() }

func decimal(v any) *big.Rat {
	r, _ := new(big.Rat).SetString(canonical(v)) // every number of JSON is one of big's
	return r
}
