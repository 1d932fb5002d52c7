package event

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"postern/shared/gateway"
)

var (
	errMethod = errors.New("event: httpMethod is missing")
	errPath   = errors.New("event: path does not begin with a slash, or holds a question mark")
	errQuery  = errors.New("event: a query parameter holds a separator: it was decoded on the way")
)

// ALB reads an event of an Application Load Balancer; it takes data over and writes into it. The error says why data is no
// such event.
func ALB(data []byte, received time.Time, o Options) (*Event, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	m, err := scan(data)
	if err != nil {
		return nil, err
	}
	r := &gateway.Request{Received: received, Door: gateway.Door{Name: "alb"}}
	multi := m.has(m.multiHeader)
	if err := m.fill(r, multi); err != nil {
		return nil, err
	}
	e := &Event{Request: r, Health: health(r.Header)}
	if err := unforward(r, o); err != nil {
		return nil, err
	}
	e.Encode = func(a *gateway.Response) ([]byte, error) { return encode(a, multi, r.Method == http.MethodHead) }
	return e, nil
}

// fill makes the request that the members tell of, with the load balancer's own headers still in it.
func (m *members) fill(r *gateway.Request, multi bool) error {
	method, methodErr := m.text("httpMethod", m.method)
	path, pathErr := m.text("path", m.path)
	body, bodyErr := m.text("body", m.body)
	if err := errors.Join(methodErr, pathErr, bodyErr); err != nil {
		return err
	}
	if len(method) == 0 {
		return errMethod
	}
	r.Method, r.Path = string(method), string(path)
	if r.Path != "*" && !strings.HasPrefix(r.Path, "/") || strings.Contains(r.Path, "?") {
		return errPath
	}
	var err error
	if r.Body, err = m.decode(body); err != nil {
		return err
	}
	r.Length = int64(len(r.Body))
	if r.Header, err = m.readHeader(multi); err != nil {
		return err
	}
	r.RawQuery, err = m.readQuery()
	return err
}

// decode undoes the base64 of a body in its own place. The decoder never writes beyond what it has read.
func (m *members) decode(body []byte) ([]byte, error) {
	switch {
	case !m.has(m.isBase64Encoded) || m.is(m.isBase64Encoded, 'f'):
		return body, nil
	case !m.is(m.isBase64Encoded, 't'):
		return nil, errors.New("event: isBase64Encoded is no boolean")
	}
	n, err := base64.StdEncoding.Decode(body, body)
	if err != nil {
		return nil, fmt.Errorf("event: body: %w", err)
	}
	return body[:n:n], nil
}

func (m *members) readHeader(multi bool) (http.Header, error) {
	switch {
	case multi:
		return readHeader(m.bytes(m.multiHeader), true)
	case m.has(m.header):
		return readHeader(m.bytes(m.header), false)
	}
	return http.Header{}, nil
}

func (m *members) readQuery() (string, error) {
	switch {
	case m.has(m.multiQuery):
		return readQuery(m.bytes(m.multiQuery), true)
	case m.has(m.query):
		return readQuery(m.bytes(m.query), false)
	}
	return "", nil
}
