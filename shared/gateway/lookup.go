package gateway

import (
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Lookup is the first value, decoded, that a request has under a name in one of its parts: path, query, header, cookie or
// form. A form is read from the body as it was loaded. ok is false where there is none.
func (x *Exchange) Lookup(part, name string) (value string, ok bool) {
	r := x.Request
	switch part {
	case "path":
		raw, ok := x.Params[name]
		if plain, err := url.PathUnescape(raw); err == nil {
			raw = plain
		}
		return raw, ok
	case "query":
		return firstValue(r.RawQuery, name)
	case "form":
		if !r.IsForm() {
			return "", false
		}
		return firstValue(string(r.Body), name)
	case "header":
		values := r.Header.Values(name)
		if len(values) == 0 {
			return "", false
		}
		return values[0], true
	case "cookie":
		return r.Cookie(name)
	default:
		return "", false
	}
}

// Cookie is the value of the first cookie of a name.
func (r *Request) Cookie(name string) (value string, ok bool) {
	c, err := (&http.Request{Header: r.Header}).Cookie(name)
	if err != nil {
		return "", false
	}
	return c.Value, true
}

// IsForm says whether the body is a form in the notation of queries.
func (r *Request) IsForm() bool {
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(media), "application/x-www-form-urlencoded")
}

// firstValue is the value of the first parameter of a name.
func firstValue(query, name string) (string, bool) {
	for key, value := range Pairs(query) {
		if key == name {
			return value, true
		}
	}
	return "", false
}

// Pairs are the parameters of a query or a form, decoded, in their order. What cannot be decoded stays as it is.
func Pairs(query string) iter.Seq2[string, string] {
	return func(yield func(key, value string) bool) {
		for query := query; query != ""; {
			var pair string
			pair, query, _ = strings.Cut(query, "&")
			key, value, _ := strings.Cut(pair, "=")
			if pair != "" && !yield(plain(key), plain(value)) {
				return
			}
		}
	}
}

// Without is a query without the parameters of these names, which are compared decoded. The others stay as they were sent.
func Without(query string, names ...string) string {
	var kept []string
	for pair := range strings.SplitSeq(query, "&") {
		key, _, _ := strings.Cut(pair, "=")
		if name, err := url.QueryUnescape(key); err != nil || !slices.Contains(names, name) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

func plain(text string) string {
	if decoded, err := url.QueryUnescape(text); err == nil {
		return decoded
	}
	return text
}
