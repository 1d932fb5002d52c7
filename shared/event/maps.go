package event

import (
	"bytes"
	"errors"
	"net/http"
	"net/textproto"
	"strings"
)

var errQuery = errors.New("event: a query parameter holds a separator: it was decoded on the way")

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

// readHeader has names as net/http writes them; those that are no names stay as they are. With merge, names that differ in
// case alone are one header.
func readHeader(data []byte, lists, merge bool) (http.Header, error) {
	header := make(http.Header, canonicalize(data))
	err := pairs(data, lists, func(name string, values []string) bool {
		name = textproto.CanonicalMIMEHeaderKey(name)
		if before, again := header[name]; again && !merge {
			return false
		} else if again {
			values = append(before, values...)
		}
		if len(values) > 0 {
			header[name] = values
		}
		return true
	})
	return header, err
}

// canonicalize writes names as net/http does, in their own place, and says how many there are. Those with escapes stay.
func canonicalize(data []byte) (names int) {
	s := scanner{data: data}
	s.expect('{')
	for first := true; s.more(first, '}'); first = false {
		at := s.name()
		if name := data[at.from:at.to]; validName(name) {
			capitalize(name)
		}
		s.value(maxDepth)
		names++
	}
	return names
}

// capitalize makes the first letter of each word of a name large, and the others small.
func capitalize(name []byte) {
	begins := true
	for i, c := range name {
		switch {
		case begins && 'a' <= c && c <= 'z':
			name[i] = c - ('a' - 'A')
		case !begins && 'A' <= c && c <= 'Z':
			name[i] = c + ('a' - 'A')
		}
		begins = c == '-'
	}
}

// pieces are a query, or a path, as it grows.
type pieces struct {
	strings.Builder
	split bool // a parameter holds what would end it
}

// addRaw adds a parameter as the client wrote it.
func (p *pieces) addRaw(name, value string) {
	p.split = p.split || strings.ContainsAny(name, "&=") || strings.Contains(value, "&")
	p.separate()
	p.WriteString(name)
	p.WriteByte('=')
	p.WriteString(value)
}

// addEncoded adds a parameter that was decoded on the way: every byte escaped that is not unreserved (RFC 3986, 2.3).
func (p *pieces) addEncoded(name, value string) {
	p.separate()
	p.escape(name, "")
	p.WriteByte('=')
	p.escape(value, "")
}

func (p *pieces) separate() {
	if p.Len() > 0 {
		p.WriteByte('&')
	}
}

// escape adds s with every byte escaped but unreserved ones and those in plain.
func (p *pieces) escape(s, plain string) {
	const hexDigits = "0123456789ABCDEF"
	for i := range len(s) {
		if c := s[i]; unreserved(c) || strings.IndexByte(plain, c) >= 0 {
			p.WriteByte(c)
		} else {
			p.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&0xf]})
		}
	}
}

func unreserved(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// readQuery joins what the door took apart, and may have decoded.
func readQuery(data []byte, lists, decoded bool) (string, error) {
	var query pieces
	query.Grow(len(data))
	seen := make(map[string]struct{}, 8)
	err := pairs(data, lists, func(name string, values []string) bool {
		for _, value := range values {
			if decoded {
				query.addEncoded(name, value)
			} else {
				query.addRaw(name, value)
			}
		}
		_, again := seen[name]
		seen[name] = struct{}{}
		return !again
	})
	if err == nil && query.split {
		err = errQuery
	}
	return query.String(), err
}

// readAuthorizer is the context that an authorizer gave: texts as they are, other values as JSON. nil: there is none.
func (m *members) readAuthorizer(at span) (map[string]string, error) {
	if !m.is(at, '{') {
		return nil, nil
	}
	s, context := scanner{data: m.bytes(at)}, map[string]string{}
	s.expect('{')
	for first := true; s.more(first, '}'); first = false {
		nameAt := s.name()
		name := string(unescape(s.data[nameAt.from:nameAt.to]))
		if _, again := context[name]; again {
			s.fail("a second %q", name)
		}
		if s.peek() == '"' {
			text := s.text()
			context[name] = string(unescape(s.data[text.from:text.to]))
		} else {
			value := s.value(maxDepth)
			context[name] = string(s.data[value.from:value.to])
		}
	}
	return context, s.err
}
