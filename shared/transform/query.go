package transform

import (
	"net/url"
	"strings"
)

// Without is a query without the parameters of a name, which is compared decoded. The others stay as they are.
func Without(query, name string) string {
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		key, _, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(key); err == nil && plain == name {
			continue
		}
		kept = append(kept, part)
	}
	return strings.Join(kept, "&")
}

// with is a query with another parameter at its end. A blank is %20, which everybody reads as one.
func with(query, name, value string) string {
	if query != "" {
		query += "&"
	}
	return query + strings.ReplaceAll(url.QueryEscape(name)+"="+url.QueryEscape(value), "+", "%20")
}
