package aliyun

import (
	"slices"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// maxParameters bounds the pairs of a query and a form that a signature may cover.
const maxParameters = 1 << 14

const formType = "application/x-www-form-urlencoded"

// parameter is a signed one: the first of its name in the query, in the form, or in both.
type parameter struct {
	key             string
	query, form     string
	inQuery, inForm bool
}

// value is the form's, or the query's, where both have the key.
func (p *parameter) value(s spelling) string {
	if p.inForm && (s&queryWins == 0 || !p.inQuery) {
		return p.form
	}
	return p.query
}

// parameters are those of the query and of a form, decoded and sorted by key (aliyun.md, 1.2). What cannot be decoded stays
// as it was sent.
func parameters(query, form string) ([]parameter, error) {
	inQuery, inForm := pairs(query), pairs(form)
	switch {
	case inQuery > maxParameters:
		return nil, fault.New(fault.RequestURI, fault.Args{"uri": query[:quoted]}, nil)
	case inQuery+inForm > maxParameters:
		return nil, fault.New(fault.RequestBody, fault.Args{"problem": "too many fields"}, nil)
	case inQuery+inForm == 0:
		return nil, nil
	}
	all := make([]parameter, 0, inQuery+inForm)
	for key, value := range gateway.Pairs(query) {
		if key != "" || value != "" {
			all = append(all, parameter{key: key, query: value, inQuery: true})
		}
	}
	for key, value := range gateway.Pairs(form) {
		if key != "" || value != "" {
			all = append(all, parameter{key: key, form: value, inForm: true})
		}
	}
	slices.SortStableFunc(all, func(a, b parameter) int { return strings.Compare(a.key, b.key) })
	return merge(all), nil
}

// quoted is how much of a query an answer shows.
const quoted = 128

func pairs(text string) int {
	if text == "" {
		return 0
	}
	return strings.Count(text, "&") + 1
}

// merge keeps, of those with one key, the first of each place.
func merge(sorted []parameter) []parameter {
	merged := sorted[:0]
	for _, p := range sorted {
		last := len(merged) - 1
		if last < 0 || merged[last].key != p.key {
			merged = append(merged, p)
			continue
		}
		if same := &merged[last]; p.inForm && !same.inForm {
			same.form, same.inForm = p.form, true
		}
	}
	return merged
}

// form is the body where it is one that is signed with the query, else "".
func form(contentType string, body []byte) string {
	if len(body) == 0 || !strings.Contains(strings.ToLower(contentType), formType) {
		return ""
	}
	return string(body)
}

// queryValue is the decoded value of the first parameter with one of the names; "": there is none.
func queryValue(r *gateway.Request, names ...string) string {
	for key, value := range gateway.Pairs(r.RawQuery) {
		if slices.Contains(names, key) {
			return value
		}
	}
	return ""
}
