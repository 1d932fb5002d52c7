package transform

import (
	"net/url"
	"strings"
)

// with is a query with another parameter at its end. A blank is %20, which everybody reads as one.
func with(query, name, value string) string {
	if query != "" {
		query += "&"
	}
	return query + strings.ReplaceAll(url.QueryEscape(name)+"="+url.QueryEscape(value), "+", "%20")
}
