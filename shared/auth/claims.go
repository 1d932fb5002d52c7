package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"postern/shared/fault"
)

// TokenRules are what a rightly signed token must say. The zero value checks the times that it has, to the instant.
type TokenRules struct {
	Skew   time.Duration // tolerance of exp, nbf and iat
	Stale  bool          // exp is not looked at
	Claims map[string]ClaimRule
}

// ClaimRule is what is asked of one claim. The zero value asks nothing.
type ClaimRule struct {
	Required bool     // the claim must be there; null is not
	Values   []string // not empty: the claim, where it is there, must be one of these, or an array of strings that has one of them
}

// maxTime is the largest NumericDate that a token may carry, either sign: what a float64 holds exactly.
const maxTime = 1 << 53

// check refuses a token that is merely over with AuthJWTExpired, so it looks at exp last.
func (r TokenRules) check(claims map[string]any, now time.Time) error {
	for name, rule := range r.Claims {
		if err := rule.check(name, claims[name]); err != nil {
			return err
		}
	}
	for _, name := range []string{"nbf", "iat"} {
		at, ok, err := numericDate(claims, name)
		if err != nil {
			return err
		}
		if ok && at.Add(-r.Skew).After(now) {
			return fmt.Errorf("not valid before %s", at.UTC().Format(time.RFC3339))
		}
	}
	exp, ok, err := numericDate(claims, "exp")
	if err != nil {
		return err
	}
	if ok && !r.Stale && exp.Add(r.Skew).Before(now) {
		return fault.New(fault.AuthJWTExpired, fault.Args{"at": exp.UTC().Format(time.RFC3339)}, nil)
	}
	return nil
}

func (r ClaimRule) check(name string, claim any) error {
	switch {
	case claim == nil && r.Required:
		return fmt.Errorf("claim %s: absent", name)
	case claim != nil && len(r.Values) > 0 && !r.admits(name, claim):
		return fmt.Errorf("claim %s: not a value that is asked for", name)
	default:
		return nil
	}
}

func (r ClaimRule) admits(name string, claim any) bool {
	switch claim := claim.(type) {
	case string:
		return slices.Contains(r.Values, claim)
	case []any:
		if name == "iss" || name == "sub" || name == "jti" {
			return false // RFC 7519, 4.1: these are single strings
		}
		found := false
		for _, element := range claim {
			s, ok := element.(string)
			if !ok {
				return false
			}
			found = found || slices.Contains(r.Values, s)
		}
		return found
	default:
		return false
	}
}

// numericDate is a claim in seconds since 1970, which may have a fraction (RFC 7519, section 2).
func numericDate(claims map[string]any, name string) (at time.Time, ok bool, err error) {
	claim, ok := claims[name]
	if !ok {
		return time.Time{}, false, nil
	}
	number, _ := claim.(json.Number)
	seconds, err := strconv.ParseFloat(string(number), 64)
	if err != nil || math.Abs(seconds) > maxTime {
		return time.Time{}, false, fmt.Errorf("claim %s: %w", name, errNoTime)
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)), true, nil
}

var errNoTime = errors.New("not a time")
