package front

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// policy is what of an IAM policy says whether a method may be called.
type policy struct{ statements []statement }

type statement struct {
	Sid      string
	Effect   string
	Action   texts
	Resource texts
}

// maxResource is the longest resource that a policy may name.
const maxResource = 512

var errNoStatement = errors.New("policyDocument: it has no Statement")

// UnmarshalJSON implements json.Unmarshaler. Conditions and exceptions are refused: nobody evaluates them here.
func (p *policy) UnmarshalJSON(data []byte) error {
	var document struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	if err := strict(data, &document); err != nil {
		return err
	}
	list := bytes.TrimSpace(document.Statement)
	if len(list) > 0 && list[0] == '{' {
		list = slices.Concat([]byte("["), list, []byte("]"))
	}
	if len(list) == 0 {
		return errNoStatement
	}
	if err := strict(list, &p.statements); err != nil {
		return err
	}
	for _, s := range p.statements {
		if s.Effect != "Allow" && s.Effect != "Deny" {
			return fmt.Errorf("policyDocument: Effect %q is neither Allow nor Deny", s.Effect)
		}
		if slices.ContainsFunc(s.Resource, func(r string) bool { return len(r) > maxResource }) {
			return fmt.Errorf("policyDocument: a Resource has more than %d characters", maxResource)
		}
	}
	return nil
}

func strict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("policyDocument: %w", err)
	}
	return nil
}

// allows says whether a method may be called; explicit: a statement says so, or that it may not.
func (p *policy) allows(arn string) (allowed, explicit bool) {
	for _, s := range p.statements {
		if !matches(s.Action, "execute-api:invoke", strings.ToLower) || !matches(s.Resource, arn, strings.Clone) {
			continue
		}
		if s.Effect == "Deny" {
			return false, true
		}
		allowed = true
	}
	return allowed, allowed
}

func matches(patterns texts, s string, fold func(string) string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return wildcard(fold(p), s) })
}

// wildcard says whether s is what a pattern describes: * is any text, ? any character.
func wildcard(pattern, s string) bool {
	star, mark := -1, 0
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
