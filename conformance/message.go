package conformance

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"postern/shared/gateway"
)

// wire is a message as it goes over the wire: the head's line ends become CRLF, the body's too with crlf; the line end that
// closes the section is not part of the body. ${length} in the head is the body's length.
func wire(text string, crlf bool) []byte {
	head, body, _ := strings.Cut(text, "\n\n")
	body = strings.TrimSuffix(body, "\n")
	if crlf {
		body = strings.ReplaceAll(body, "\n", "\r\n")
	}
	head = strings.ReplaceAll(strings.TrimSuffix(head, "\n"), "${length}", strconv.Itoa(len(body)))
	return []byte(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body)
}

// parseRequest reads a request as loosely as a front door may, so that what a client sent reaches the gateway as it is.
func parseRequest(raw []byte) (*gateway.Request, []byte, error) {
	head, body, ok := bytes.Cut(raw, []byte("\r\n\r\n"))
	lines := strings.Split(string(head), "\r\n")
	words := strings.Split(lines[0], " ")
	if !ok || len(words) != 3 {
		return nil, nil, fmt.Errorf("%q is no request line", lines[0])
	}
	r := &gateway.Request{Method: words[0], Scheme: "http", Header: http.Header{}, Client: netip.MustParseAddr("127.0.0.1")}
	target, authority := words[1], ""
	if rest, ok := strings.CutPrefix(target, "http://"); ok {
		slash := max(strings.IndexByte(rest, '/'), 0)
		authority, target = rest[:slash], rest[slash:]
	}
	r.Path, r.RawQuery, _ = strings.Cut(target, "?")
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return nil, nil, fmt.Errorf("%q is no header line", line)
		}
		r.Header.Add(name, strings.Trim(value, " \t"))
	}
	r.Host = cmp.Or(authority, r.Header.Get("Host"))
	r.Header.Del("Host")
	body, err := framed(r, body)
	return r, body, err
}

// framed takes off what only frames the body, as net/http does.
func framed(r *gateway.Request, body []byte) ([]byte, error) {
	if r.Header.Get("Transfer-Encoding") == "chunked" {
		r.Header.Del("Transfer-Encoding")
		r.Length = -1
		return io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(body)))
	}
	length := r.Header.Get("Content-Length")
	if length == "" {
		return nil, nil
	}
	var err error
	if r.Length, err = strconv.ParseInt(length, 10, 64); err != nil {
		return nil, err
	}
	if r.Length != int64(len(body)) {
		return nil, fmt.Errorf("Content-Length is %s, the body has %d bytes", length, len(body))
	}
	return body, nil
}

// load gives a body the way a door does: once, and within the limit.
func load(body []byte) func(int64) ([]byte, error) {
	return func(limit int64) ([]byte, error) {
		if int64(len(body)) > limit {
			return nil, gateway.ErrBodyTooLarge
		}
		return body, nil
	}
}

// Answer is what a client got.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	Cut    bool // the connection was closed instead
}

// String is the form of a section.
func (a *Answer) String() string {
	if a.Cut {
		return "(the connection was cut)"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "HTTP/1.1 %d\n", a.Status)
	var head bytes.Buffer
	_ = a.Header.Write(&head)
	out.WriteString(strings.ReplaceAll(head.String(), "\r\n", "\n"))
	if len(a.Body) > 0 {
		fmt.Fprintf(&out, "\n%s\n", a.Body)
	}
	return out.String()
}

// parseAnswer reads the text of an answer section.
func parseAnswer(text string) (*Answer, error) {
	head, body, _ := bytes.Cut(wire(text, false), []byte("\r\n\r\n"))
	status, fields, _ := strings.Cut(string(head), "\r\n")
	a := &Answer{Header: http.Header{}, Body: body}
	if _, err := fmt.Sscanf(status, "HTTP/1.1 %d", &a.Status); err != nil || len(status) != len("HTTP/1.1 200") {
		return nil, fmt.Errorf("%q: write HTTP/1.1 and the status", status)
	}
	for line := range strings.SplitSeq(fields, "\r\n") {
		if line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ": ")
		if !ok {
			return nil, fmt.Errorf("%q is no header line", line)
		}
		a.Header.Add(name, value)
	}
	return a, nil
}

// readAnswer reads an answer from a connection; Cut when it ends before one begins.
func readAnswer(r *bufio.Reader, method string) (*Answer, error) {
	if _, err := r.Peek(1); errors.Is(err, io.EOF) {
		return &Answer{Cut: true}, nil
	}
	response, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	return &Answer{Status: response.StatusCode, Header: response.Header, Body: body}, errors.Join(err, response.Body.Close())
}

const patience = 20 * time.Second // for what must happen
