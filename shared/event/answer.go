package event

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"postern/shared/gateway"
)

// form is how a door takes answers.
type form struct {
	described bool // with a statusDescription
	lists     bool // with multiValueHeaders; else with headers
	cookies   bool // with Set-Cookie in a list of its own
	stream    bool // as JSON without the body, and then the body itself
	unmapped  bool // without X-Amzn-Remapped-*, which the door cannot bear
	limits    Limits
}

// encoder encodes the answer to r.
func (f form) encoder(r *gateway.Request) func(*gateway.Response) ([]byte, error) {
	head := r.Method == http.MethodHead
	return func(a *gateway.Response) ([]byte, error) { return f.encode(a, head) }
}

// encode is an answer, byte for byte the same each time. It measures before it builds.
func (f form) encode(a *gateway.Response, head bool) ([]byte, error) {
	body := a.Body
	if head || a.Status < 200 || a.Status == http.StatusNoContent || a.Status == http.StatusNotModified {
		body = nil
	}
	if f.stream {
		return f.encodeStream(a, body)
	}
	length, text := base64.StdEncoding.EncodedLen(len(body)), false
	if n := escapedLen(body); n <= length && utf8.Valid(body) {
		length, text = n, true
	}
	out := f.appendStatus(make([]byte, 0, 1024), a.Status)
	out = append(out, `,"isBase64Encoded":`...)
	out = strconv.AppendBool(out, !text)
	out, err := f.appendHeader(out, a.Header)
	if err != nil {
		return nil, err
	}
	if length += len(`,"body":""}`); len(out)+length > f.limits.Answer {
		return nil, tooLarge("answer", len(out)+length)
	}
	out = slices.Grow(out, length)
	switch {
	case len(body) == 0:
	case text:
		out = append(appendEscaped(append(out, `,"body":"`...), body), '"')
	default:
		out = append(base64.StdEncoding.AppendEncode(append(out, `,"body":"`...), body), '"')
	}
	return append(out, '}'), nil
}

func tooLarge(what string, n int) error {
	return fmt.Errorf("event: %s of %d bytes: %w", what, n, gateway.ErrTooLarge)
}

func (f form) appendStatus(out []byte, status int) []byte {
	out = append(out, `{"statusCode":`...)
	out = strconv.AppendInt(out, int64(status), 10)
	if f.described {
		out = append(out, `,"statusDescription":"`...)
		out = append(appendDescription(out, status), '"')
	}
	return out
}

// appendDescription adds the status line as net/http writes it: a load balancer wants code and phrase, and refuses a code
// alone.
func appendDescription(out []byte, status int) []byte {
	out = append(strconv.AppendInt(out, int64(status), 10), ' ')
	if phrase := http.StatusText(status); phrase != "" {
		return append(out, phrase...)
	}
	return strconv.AppendInt(append(out, "status code "...), int64(status), 10)
}

// appendHeader adds the header in the form of the door, names sorted.
func (f form) appendHeader(out []byte, h http.Header) ([]byte, error) {
	names, err := f.names(h)
	if err != nil {
		return nil, err
	}
	if f.lists {
		out = append(out, `,"multiValueHeaders":{`...)
	} else {
		out = append(out, `,"headers":{`...)
	}
	var cookies []string
	first := true
	for _, name := range names {
		if f.cookies && http.CanonicalHeaderKey(name) == "Set-Cookie" {
			cookies = append(cookies, h[name]...)
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		if f.lists {
			out = appendList(append(appendText(out, name), ':'), h[name])
		} else {
			out = appendSingle(out, name, h[name])
		}
	}
	out = append(out, '}')
	if len(cookies) > 0 {
		out = appendList(append(out, `,"cookies":`...), cookies)
	}
	return out, nil
}

// names are those of the header that go out, sorted.
func (f form) names(h http.Header) ([]string, error) {
	names, total := make([]string, 0, len(h)), 0
	for name, values := range h {
		if len(values) == 0 || !validName(name) || ofConnection(name) || f.unmapped && isRemapped(name) {
			continue
		}
		names = append(names, name)
		for _, v := range values {
			total += len(name) + len(clean(v)) + len(": \r\n")
		}
	}
	if total > f.limits.Header {
		return nil, tooLarge("header", total)
	}
	slices.Sort(names)
	return names, nil
}

func appendList(out []byte, values []string) []byte {
	out = append(out, '[')
	for i, v := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendText(out, clean(v))
	}
	return append(out, ']')
}

// appendSingle carries repeated values where a name may have one: joined by commas, which mean the same (RFC 9110, 5.3), but
// cookies, which do not, under one spelling of the name each.
func appendSingle(out []byte, name string, values []string) []byte {
	if http.CanonicalHeaderKey(name) != "Set-Cookie" {
		return appendText(append(appendText(out, name), ':'), clean(strings.Join(values, ", ")))
	}
	for i, v := range values[:min(len(values), 1<<len("setcookie"))] {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendText(append(appendText(out, spelling("set-cookie", i)), ':'), clean(v))
	}
	return out
}

// spelling is the n-th way to write a name in capitals and small letters.
func spelling(name string, n int) string {
	b := []byte(name)
	for i := range b {
		if 'a' <= b[i] && b[i] <= 'z' {
			if n&1 == 1 {
				b[i] -= 'a' - 'A'
			}
			n >>= 1
		}
	}
	return string(b)
}

// ofConnection says whether a header is the door's own to set: it speaks of one connection alone, or of the length.
func ofConnection(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length":
		return true
	}
	return false
}

// validName says whether a name is a token (RFC 9110, 5.6.2); net/http leaves out what is none, too.
func validName[T string | []byte](name T) bool {
	for i := range len(name) {
		c := name[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return len(name) > 0
}

// clean is a header value that cannot end its line and that JSON can carry.
func clean(v string) string {
	v = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return ' '
		}
		return r // what is no UTF-8 becomes U+FFFD
	}, v)
	return strings.Trim(v, " \t")
}
