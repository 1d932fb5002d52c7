package event

import (
	"bytes"
	"net/http"
	"net/textproto"
	"strings"
)

// pairs goes through a map of texts, or with lists of lists of texts, in the order of the document. each says whether the
// name is new.
func pairs(data []byte, lists bool, each func(name string, values []string) bool) error {
	s, text := scanner{data: data}, string(data)
	cut := func(at span) string {
		if bytes.IndexByte(data[at.from:at.to], '\\') < 0 {
			return text[at.from:at.to]
		}
		return string(unescape(data[at.from:at.to]))
	}
	all := make([]string, 0, 32)
	s.expect('{')
	for first := true; s.more(first, '}'); first = false {
		name, from := s.name(), len(all)
		if lists {
			s.expect('[')
			for first := true; s.more(first, ']'); first = false {
				all = append(all, cut(s.text()))
			}
		} else {
			all = append(all, cut(s.text()))
		}
		if s.err == nil && !each(cut(name), all[from:len(all):len(all)]) {
			s.fail("a second %q", text[name.from:name.to])
		}
	}
	return s.err
}

// readHeader has names as net/http writes them; those that are no names stay as they are.
func readHeader(data []byte, lists bool) (http.Header, error) {
	header := make(http.Header, 16)
	err := pairs(data, lists, func(name string, values []string) bool {
		name = textproto.CanonicalMIMEHeaderKey(name)
		if _, again := header[name]; again {
			return false
		}
		if len(values) > 0 {
			header[name] = values
		}
		return true
	})
	return header, err
}

// readQuery joins what the load balancer took apart, without decoding or encoding.
func readQuery(data []byte, lists bool) (string, error) {
	var query strings.Builder
	query.Grow(len(data))
	seen := make(map[string]struct{}, 8)
	split := false
	err := pairs(data, lists, func(name string, values []string) bool {
		split = split || strings.ContainsAny(name, "&=")
		for _, value := range values {
			split = split || strings.Contains(value, "&")
			if query.Len() > 0 {
				query.WriteByte('&')
			}
			query.WriteString(name)
			query.WriteByte('=')
			query.WriteString(value)
		}
		_, again := seen[name]
		seen[name] = struct{}{}
		return !again
	})
	if err == nil && split {
		err = errQuery
	}
	return query.String(), err
}
