package transform

import (
	"net/url"
	"strings"
)

// fields are those of a query or a form as the backend gets them: first those that stay, in their order, then the others.
func (p Parameters) fields(part, sent string, values map[string]string) string {
	stays, ours := map[string]bool{}, map[string]bool{}
	for _, q := range p.List {
		if q.To.In == part {
			ours[q.To.Name], stays[q.To.Name] = true, !q.moved()
		}
		if q.From.In == part && q.moved() {
			ours[q.From.Name] = true
		}
	}
	var kept []string
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(sent, "&") {
		name := fieldName(pair)
		switch {
		case pair == "" && p.Drop, sent == "":
		case stays[name] && !seen[name]:
			seen[name] = true
			if p.Drop {
				pair = field(name, values[name]) // as nobody can read it in another way
			}
			kept = append(kept, pair)
		case !ours[name] && !p.Drop:
			kept = append(kept, pair)
		}
	}
	for _, q := range p.List {
		value, ok := values[q.From.Name]
		if ok && q.To.In == part && !seen[q.To.Name] {
			kept = append(kept, field(q.To.Name, value))
		}
	}
	return strings.Join(kept, "&")
}

// fieldName is decoded. One that cannot be decoded is as it was sent.
func fieldName(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	if plain, err := url.QueryUnescape(name); err == nil {
		return plain
	}
	return name
}

func field(name, value string) string {
	return strings.ReplaceAll(url.QueryEscape(name)+"="+url.QueryEscape(value), "+", "%20")
}
