package aliyun

import (
	"net/url"
	"slices"
	"strings"

	"postern/shared/gateway"
)

// stringToSign is what a signature is over, in the spellings that the vendor's clients have for it (aliyun.md, 1.2).
type stringToSign struct {
	method        string
	fixed         [4]string // Accept, Content-MD5, Content-Type, Date
	headers       []signedHeader
	path, decoded string // the same where the path cannot be decoded
	parameters    []parameter

	choices   spelling // that make a difference
	canonical string
	resource  int // where path and parameters begin in canonical
}

// spelling is a set of choices. The zero value is the canonical one.
type spelling int

// The choices, the likely ones first.
const (
	decodedPath spelling = 1 << iota // not as sent
	lowerNames                       // not as listed; where none are listed, the key's alone
	queryWins                        // not the form, where both have a key
	equalsSigns                      // after the keys of empty values, too
	spellings
)

func newStringToSign(r *gateway.Request) (*stringToSign, error) {
	t := &stringToSign{method: strings.ToUpper(r.Method), path: r.Path, decoded: r.Path}
	for i, name := range [...]string{"Accept", "Content-Md5", "Content-Type", "Date"} {
		t.fixed[i] = value(r, name)
	}
	if decoded, err := url.PathUnescape(r.Path); err == nil {
		t.decoded = decoded
	}
	var err error
	if t.headers, err = signedHeaders(r); err != nil {
		return nil, err
	}
	if t.parameters, err = parameters(r.RawQuery, form(t.fixed[2], r.Body)); err != nil {
		return nil, err
	}
	t.choose()
	var b strings.Builder
	b.Grow(t.size())
	t.spellHead(&b, t.headers)
	t.resource = b.Len()
	t.spellResource(&b, 0)
	t.canonical = b.String()
	return t, nil
}

// choose finds out which choices make a difference.
func (t *stringToSign) choose() {
	if t.decoded != t.path {
		t.choices |= decodedPath
	}
	if t.headers == nil || slices.ContainsFunc(t.headers, func(h signedHeader) bool { return h.name != h.lower }) {
		t.choices |= lowerNames
	}
	for i := range t.parameters {
		form, query := t.parameters[i].value(0), t.parameters[i].value(queryWins)
		if form != query {
			t.choices |= queryWins
		}
		if form == "" || query == "" {
			t.choices |= equalsSigns
		}
	}
}

// others are the strings of the spellings that differ from the canonical one and from each other.
func (t *stringToSign) others(key string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		listed, lower := t.canonical[:t.resource], ""
		if t.choices&lowerNames != 0 {
			var b strings.Builder
			b.Grow(t.resource)
			t.spellHead(&b, t.lowered(key))
			lower = b.String()
		}
		for s := spelling(1); s < spellings; s++ {
			head := listed
			if s&lowerNames != 0 {
				head = lower
			}
			if t.differs(s) && !yield(t.spell(head, s)) {
				return
			}
		}
	}
}

// differs says whether each choice of s makes a difference beside the others.
func (t *stringToSign) differs(s spelling) bool {
	empty := func(p parameter) bool { return p.value(s) == "" }
	return s&^t.choices == 0 && (s&equalsSigns == 0 || slices.ContainsFunc(t.parameters, empty))
}

// lowered are the headers by their names in lower case.
func (t *stringToSign) lowered(key string) []signedHeader {
	if t.headers == nil {
		return []signedHeader{{name: keyHeader, value: key}}
	}
	headers := slices.Clone(t.headers)
	for i := range headers {
		headers[i].name = headers[i].lower
	}
	slices.SortFunc(headers, byName)
	return headers
}

func (t *stringToSign) spell(head string, s spelling) string {
	var b strings.Builder
	b.Grow(len(head) + len(t.canonical) - t.resource + len(t.parameters))
	b.WriteString(head)
	t.spellResource(&b, s)
	return b.String()
}

// spellHead is all but path and parameters.
func (t *stringToSign) spellHead(b *strings.Builder, headers []signedHeader) {
	b.WriteString(t.method)
	b.WriteByte('\n')
	for _, value := range t.fixed {
		b.WriteString(value)
		b.WriteByte('\n')
	}
	for i := range headers {
		spellHeader(b, headers[i].name, headers[i].value)
	}
}

func (t *stringToSign) spellResource(b *strings.Builder, s spelling) {
	if s&decodedPath != 0 {
		b.WriteString(t.decoded)
	} else {
		b.WriteString(t.path)
	}
	spellParameters(b, t.parameters, s)
}

func (t *stringToSign) size() int {
	n := len(t.method) + 1 + len(t.path)
	for _, value := range t.fixed {
		n += len(value) + 1
	}
	for i := range t.headers {
		n += len(t.headers[i].name) + len(t.headers[i].value) + 2
	}
	for i := range t.parameters {
		p := &t.parameters[i]
		n += len(p.key) + max(len(p.query), len(p.form)) + 2
	}
	return n
}

func spellHeader(b *strings.Builder, name, value string) {
	b.WriteString(name)
	b.WriteByte(':')
	b.WriteString(value)
	b.WriteByte('\n')
}

func spellParameters(b *strings.Builder, parameters []parameter, s spelling) {
	separator := byte('?')
	for i := range parameters {
		p := &parameters[i]
		b.WriteByte(separator)
		b.WriteString(p.key)
		if value := p.value(s); value != "" || s&equalsSigns != 0 {
			b.WriteByte('=')
			b.WriteString(value)
		}
		separator = '&'
	}
}
