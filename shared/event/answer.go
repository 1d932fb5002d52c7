package event

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"postern/shared/gateway"
)

// What an Application Load Balancer takes of an answer. Its guide says "1 MB" and "32 K" and not of which kind: these are
// below either reading, and leave room for the header fields that it adds itself. Over them the client would get its 502.
const (
	MaxALBAnswer = 1_000_000 // bytes of the encoded answer
	MaxALBHeader = 31 << 10  // bytes of its header lines
)

// encode is an answer for a load balancer, byte for byte the same each time. It measures before it builds.
func encode(a *gateway.Response, multi, head bool) ([]byte, error) {
	body := a.Body
	if head || a.Status < 200 || a.Status == http.StatusNoContent || a.Status == http.StatusNotModified {
		body = nil
	}
	length, text := base64.StdEncoding.EncodedLen(len(body)), false
	if n := escapedLen(body); n <= length && utf8.Valid(body) {
		length, text = n, true
	}
	out := make([]byte, 0, 1024)
	out = append(out, `{"statusCode":`...)
	out = strconv.AppendInt(out, int64(a.Status), 10)
	out = append(out, `,"statusDescription":"`...)
	out = appendDescription(out, a.Status)
	out = append(out, `","isBase64Encoded":`...)
	out = strconv.AppendBool(out, !text)
	out, err := appendHeader(out, a.Header, multi)
	if err != nil {
		return nil, err
	}
	if length += len(`,"body":""}`); len(out)+length > MaxALBAnswer {
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

// appendDescription adds the status line as net/http writes it: a load balancer wants code and phrase, and refuses a code
// alone.
func appendDescription(out []byte, status int) []byte {
	out = append(strconv.AppendInt(out, int64(status), 10), ' ')
	if phrase := http.StatusText(status); phrase != "" {
		return append(out, phrase...)
	}
	return strconv.AppendInt(append(out, "status code "...), int64(status), 10)
}

// appendHeader adds the header in the form of the event, names sorted.
func appendHeader(out []byte, h http.Header, multi bool) ([]byte, error) {
	form := `,"headers":{`
	if multi {
		form = `,"multiValueHeaders":{`
	}
	out = append(out, form...)
	names := slices.AppendSeq(make([]string, 0, len(h)), maps.Keys(h))
	slices.Sort(names)
	total, first := 0, true
	for _, name := range names {
		values := h[name]
		if len(values) == 0 || !validName(name) || ofConnection(name) {
			continue
		}
		for _, v := range values {
			total += len(name) + len(clean(v)) + len(": \r\n")
		}
		if total > MaxALBHeader {
			return nil, tooLarge("header", total)
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		if multi {
			out = appendList(out, name, values)
		} else {
			out = appendSingle(out, name, values)
		}
	}
	return append(out, '}'), nil
}

func appendList(out []byte, name string, values []string) []byte {
	out = append(appendText(out, name), ':', '[')
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
func validName(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return name != ""
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
