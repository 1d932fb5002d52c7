package front

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"slices"
	"strconv"
	"strings"
)

var errTooLong = errors.New("too long")

func malformed(why string) error { return &Refusal{Status: http.StatusBadRequest, Why: why} }

// readHead reads a request up to its body. The error is io.EOF where there is none, a *Refusal, or the connection's.
func readHead(r *bufio.Reader, l Limits) (*Request, error) {
	line, err := readLine(r, l.Line)
	switch {
	case errors.Is(err, errTooLong):
		return nil, &Refusal{Status: http.StatusRequestURITooLong, Why: "the request line is too long"}
	case err != nil:
		return nil, err
	}
	q := &Request{}
	if err := q.requestLine(line); err != nil {
		return nil, err
	}
	for left := l.Head; ; {
		line, err := readLine(r, min(l.Field, left))
		switch {
		case errors.Is(err, errTooLong):
			return nil, malformed("the header, or a line of it, is too long")
		case err == io.EOF:
			return nil, io.ErrUnexpectedEOF
		case err != nil:
			return nil, err
		case line == "":
			return q, q.checkHead()
		}
		left -= len(line)
		if err := q.headerLine(line); err != nil {
			return nil, err
		}
	}
}

// readLine is a line without its end.
func readLine(r *bufio.Reader, limit int) (string, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > limit+len("\r\n"):
			return "", errTooLong
		case err == nil:
			return string(bytes.TrimSuffix(line[:len(line)-1], []byte("\r"))), nil
		case errors.Is(err, bufio.ErrBufferFull):
		case err == io.EOF && len(line) > 0:
			return "", io.ErrUnexpectedEOF
		default:
			return "", err
		}
	}
}

func (q *Request) requestLine(line string) error {
	words := strings.Split(line, " ")
	if len(words) != 3 || !token(words[0]) || words[1] == "" || strings.ContainsAny(words[1], "\x00\r") {
		return malformed("this is no request line")
	}
	q.Method, q.Target, q.Proto = words[0], words[1], words[2]
	switch {
	case q.Proto == "HTTP/1.1" || q.Proto == "HTTP/1.0":
		return nil
	case strings.HasPrefix(q.Proto, "HTTP/"):
		return &Refusal{Status: http.StatusHTTPVersionNotSupported, Why: "this version of HTTP is not supported"}
	}
	return malformed("this is no version of HTTP")
}

func (q *Request) headerLine(line string) error {
	name, value, ok := strings.Cut(line, ":")
	if !ok || !token(name) || strings.ContainsAny(value, "\x00\r") {
		return malformed("this is no header line")
	}
	q.Header = append(q.Header, Field{name, strings.Trim(value, " \t")})
	return nil
}

func (q *Request) checkHead() error {
	if hosts := len(q.Values("Host")); hosts > 1 || hosts == 0 && q.Proto == "HTTP/1.1" {
		return malformed("there must be one Host")
	}
	return q.checkFraming()
}

// checkFraming is the load balancer's defensive mode: what is certain to be an attack is refused (AWS's HTTP Desync Guardian,
// "Classification Reasons").
func (q *Request) checkFraming() error {
	codings, lengths := q.Values("Transfer-Encoding"), q.Values("Content-Length")
	distinct := len(slices.Compact(slices.Clone(lengths)))
	switch {
	case len(codings) == 1 && !strings.EqualFold(codings[0], "chunked"):
		return &Refusal{Status: http.StatusNotImplemented, Why: "this Transfer-Encoding is not supported"}
	case len(codings) > 1, distinct > 1:
		return malformed("the length of the body is given twice")
	}
	bodiless := q.Method == http.MethodGet || q.Method == http.MethodHead
	q.Ambiguous = len(codings)+len(lengths) > 1 || bodiless && len(codings)+len(lengths) > 0
	return nil
}

// readBody reads the body of a request, undoing chunks.
func (q *Request) readBody(r *bufio.Reader, l Limits) error {
	tooLarge := &Refusal{Status: http.StatusRequestEntityTooLarge, Why: "the body is too large"}
	if len(q.Values("Transfer-Encoding")) > 0 {
		body, err := io.ReadAll(io.LimitReader(httputil.NewChunkedReader(r), int64(l.Body)+1))
		switch {
		case len(body) > l.Body:
			return tooLarge
		case err != nil:
			return malformed("the chunks of the body cannot be read")
		}
		q.Body = body
		return skipTrailer(r, l)
	}
	lengths := q.Values("Content-Length")
	if len(lengths) == 0 {
		return nil
	}
	n, err := strconv.ParseUint(lengths[0], 10, 63)
	switch {
	case err != nil:
		return malformed("Content-Length is no number")
	case n > uint64(l.Body):
		return tooLarge
	}
	q.Body = make([]byte, n)
	if _, err := io.ReadFull(r, q.Body); err != nil {
		return malformed("the body ends early")
	}
	return nil
}

// skipTrailer reads what may follow the last chunk, up to the empty line.
func skipTrailer(r *bufio.Reader, l Limits) error {
	for range 100 {
		line, err := readLine(r, l.Field)
		if err != nil {
			return malformed("the trailer cannot be read")
		}
		if line == "" {
			return nil
		}
	}
	return malformed("the trailer is too long")
}

// token says whether a name is one (RFC 9110, 5.6.2).
func token(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}
