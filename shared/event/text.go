package event

const hexDigits = "0123456789abcdef"

// appendText adds a JSON string. s must be UTF-8.
func appendText(out []byte, s string) []byte { return append(appendEscaped(append(out, '"'), s), '"') }

func appendEscaped[T string | []byte](out []byte, s T) []byte {
	from := 0
	for i := range len(s) {
		c := s[i]
		if plain(c) {
			continue
		}
		out = append(out, s[from:i]...)
		from = i + 1
		if l := letter(c); l != 'u' {
			out = append(out, '\\', l)
		} else {
			out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
		}
	}
	return append(out, s[from:]...)
}

// escapedLen is the length of what appendEscaped adds.
func escapedLen(s []byte) int {
	n := len(s)
	for _, c := range s {
		if plain(c) {
			continue
		}
		if n++; letter(c) == 'u' {
			n += 4
		}
	}
	return n
}

// plain says whether a byte stands for itself in a JSON string.
func plain(c byte) bool { return c >= ' ' && c != '"' && c != '\\' }

// letter is what follows the backslash of a byte that is not plain.
func letter(c byte) byte {
	switch c {
	case '"', '\\':
		return c
	case '\n':
		return 'n'
	case '\r':
		return 'r'
	case '\t':
		return 't'
	}
	return 'u'
}
