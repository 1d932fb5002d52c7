package event

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"postern/shared/gateway"
)

var (
	errForeign = errors.New("event: of none of an Application Load Balancer, a REST API, an HTTP API and a function URL")
	errPayload = errors.New("event: an HTTP API's payload format 1.0, which has lost the query: set PayloadFormatVersion to 2.0")
	errNotALB  = errors.New("event: not of a load balancer: it has no requestContext.elb")
	errNotREST = errors.New("event: not of a REST API: it has no resource, or no requestContext.stage")
	errNotHTTP = errors.New("event: not of an HTTP API: it is not of version 2.0 with a requestContext.http, or a function URL's")
	errNotURL  = errors.New("event: not of a function URL: it is not of version 2.0, or its domain is another's")
)

// Read reads an event of any door, as ALB, REST, HTTP or URL does. The error says why data is none.
func Read(data []byte, received time.Time, o Options) (*Event, error) {
	m := members{data: data}
	if err := m.scan(o); err != nil {
		return nil, err
	}
	switch {
	case m.ofALB():
		return m.readALB(received, o)
	case m.ofURL():
		return m.readURL(received, o)
	case m.ofHTTP():
		return m.readHTTP(received, o)
	case m.ofREST():
		return m.readREST(received, o)
	case m.says(m.version, "1.0"):
		return nil, errPayload
	}
	return nil, errForeign
}

// What marks the event of each door.

func (m *members) ofALB() bool  { return m.is(m.elb, '{') }
func (m *members) ofREST() bool { return !m.has(m.version) && m.has(m.resource) && m.has(m.stage) }
func (m *members) ofHTTP() bool { return m.version2() && !m.onURL() }
func (m *members) ofURL() bool  { return m.version2() && m.onURL() }

func (m *members) version2() bool { return m.says(m.version, "2.0") && m.is(m.http, '{') }

// onURL says whether the domain is one of function URLs, as ID.lambda-url.us-west-2.on.aws is.
func (m *members) onURL() bool {
	_, rest, ok := bytes.Cut(m.bytes(m.domain), []byte(".lambda-url."))
	return ok && bytes.Contains(rest, []byte(".on."))
}

// part of a request line, and what it is called in an event.
type line struct {
	name string
	at   span
}

// fill makes the request that the members tell of, but for header and query. Its path is as the event has it.
func (m *members) fill(r *gateway.Request, methodAt, pathAt line) error {
	method, methodErr := m.text(methodAt.name, methodAt.at)
	path, pathErr := m.text(pathAt.name, pathAt.at)
	body, bodyErr := m.text("body", m.body)
	if err := errors.Join(methodErr, pathErr, bodyErr); err != nil {
		return err
	}
	if len(method) == 0 {
		return fmt.Errorf("event: %s is missing", methodAt.name)
	}
	r.Method, r.Path = string(method), string(path)
	var err error
	if r.Body, err = m.decode(body); err != nil {
		return err
	}
	r.Length = int64(len(r.Body))
	return nil
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

func (m *members) readHeader(multi, merge bool) (http.Header, error) {
	switch {
	case multi:
		return readHeader(m.bytes(m.multiHeader), true, merge)
	case m.has(m.header):
		return readHeader(m.bytes(m.header), false, merge)
	}
	return http.Header{}, nil
}

func (m *members) readQuery(decoded bool) (string, error) {
	switch {
	case m.has(m.multiQuery):
		return readQuery(m.bytes(m.multiQuery), true, decoded)
	case m.has(m.query):
		return readQuery(m.bytes(m.query), false, decoded)
	}
	return "", nil
}
