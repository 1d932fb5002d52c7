package event

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

const maxDepth = 64 // of what is skipped

// span is a part of the scanned bytes.
type span struct{ from, to int }

// scanner goes through valid UTF-8 and checks that it is JSON (RFC 8259), lone surrogates refused. After the first defect it
// stands at the end, and err says what was wrong.
type scanner struct {
	data []byte
	at   int
	err  error
}

func (s *scanner) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("event: byte %d: "+format, append([]any{s.at}, args...)...)
	}
	s.at = len(s.data)
}

// peek is the next byte that is no blank; 0 at the end.
func (s *scanner) peek() byte {
	for s.at < len(s.data) {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) expect(c byte) {
	if s.peek() != c {
		s.fail("%q expected", c)
		return
	}
	s.at++
}

// more says whether another element follows before the closing bracket, which it goes over.
func (s *scanner) more(first bool, closing byte) bool {
	switch c := s.peek(); {
	case s.err != nil:
		return false
	case c == closing:
		s.at++
		return false
	case !first:
		s.expect(',')
	}
	return s.err == nil
}

// end expects nothing any more.
func (s *scanner) end() {
	if s.peek(); s.at < len(s.data) {
		s.fail("more than one value")
	}
}

// name goes over the name of a member, and its colon.
func (s *scanner) name() span {
	name := s.text()
	s.expect(':')
	return name
}

// text goes over a string. The span is what stands between its quotes, still escaped.
func (s *scanner) text() span {
	s.expect('"')
	from := s.at
	for s.at < len(s.data) {
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return span{from, s.at - 1}
		case c == '\\':
			s.escape()
		case c < ' ':
			s.fail("control byte in a string")
		default:
			s.at++
		}
	}
	s.fail("a string does not end")
	return span{}
}

func (s *scanner) escape() {
	rest := s.data[s.at:]
	if len(rest) > 1 && strings.IndexByte(`"\/bfnrt`, rest[1]) >= 0 {
		s.at += 2
		return
	}
	_, n := codePoint(rest)
	if n == 0 {
		s.fail("invalid escape")
		return
	}
	s.at += n
}

// value goes over any value.
func (s *scanner) value(depth int) span {
	c, from := s.peek(), s.at
	switch {
	case depth == 0:
		s.fail("nested too deeply")
	case c == '"':
		s.text()
	case c == '{':
		s.at++
		for first := true; s.more(first, '}'); first = false {
			s.name()
			s.value(depth - 1)
		}
	case c == '[':
		s.at++
		for first := true; s.more(first, ']'); first = false {
			s.value(depth - 1)
		}
	case c == '-' || '0' <= c && c <= '9':
		s.number()
	default:
		s.word()
	}
	return span{from, s.at}
}

func (s *scanner) word() {
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(s.data[s.at:], []byte(word)) {
			s.at += len(word)
			return
		}
	}
	s.fail("a value expected")
}

func (s *scanner) number() {
	s.accept("-")
	if !s.accept("0") {
		s.digits()
	}
	if s.accept(".") {
		s.digits()
	}
	if s.accept("eE") {
		s.accept("+-")
		s.digits()
	}
}

func (s *scanner) accept(set string) bool {
	if s.at < len(s.data) && strings.IndexByte(set, s.data[s.at]) >= 0 {
		s.at++
		return true
	}
	return false
}

func (s *scanner) digits() {
	if !s.accept("0123456789") {
		s.fail("digit expected")
	}
	for s.accept("0123456789") {
	}
}

// codePoint reads \uXXXX, or two of them that are a surrogate pair; n is 0 when b does not begin so.
func codePoint(b []byte) (r rune, n int) {
	r, ok := unit(b)
	switch {
	case !ok || 0xdc00 <= r && r <= 0xdfff:
		return 0, 0
	case r < 0xd800 || r > 0xdfff:
		return r, 6
	}
	low, ok := unit(b[6:])
	if !ok || low < 0xdc00 || low > 0xdfff {
		return 0, 0
	}
	return 0x10000 + (r-0xd800)<<10 + (low - 0xdc00), 12
}

func unit(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		digit := strings.IndexByte("0123456789abcdef", c|0x20)
		if digit < 0 || c < '0' {
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	return r, true
}

// unescape makes a checked string what it stands for, in place: an escape is never shorter than its character.
func unescape(b []byte) []byte {
	i := bytes.IndexByte(b, '\\')
	if i < 0 {
		return b
	}
	out := b[:i]
	for rest := b[i:]; len(rest) > 0; {
		if rest[1] == 'u' {
			r, n := codePoint(rest)
			out, rest = utf8.AppendRune(out, r), rest[n:]
		} else {
			out, rest = append(out, short(rest[1])), rest[2:]
		}
		plain := bytes.IndexByte(rest, '\\')
		if plain < 0 {
			plain = len(rest)
		}
		out, rest = append(out, rest[:plain]...), rest[plain:]
	}
	return out
}

func short(letter byte) byte {
	switch letter {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return letter
}
