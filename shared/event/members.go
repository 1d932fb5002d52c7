package event

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

var errUTF8 = errors.New("event: not UTF-8")

// members are where the members that matter stand in an event; the zero span: absent.
type members struct {
	data []byte

	version, resource, context, method, path, rawPath, rawQuery, query, multiQuery span
	header, multiHeader, cookies, body, isBase64Encoded                            span

	elb, requestID, stage, domain, identity, http, authorizer span // of the context
	extendedID, epoch                                         span // of it, too

	kind, methodARN, routeARN, token span // of an authorizer's event

	sourceIP   span // of its identity, or of its http
	vpcID      span // of its identity
	endpointID span // of it, too
	httpMethod span // of its http
	lambda     span // of its authorizer
}

// part is an object in which members are looked for.
type part int

const (
	nothing part = iota
	theEvent
	theContext
	theIdentity
	theHTTP
	theAuthorizer
)

// scan checks the options, and that all of data is JSON.
func (m *members) scan(o Options) error {
	if err := o.Check(); err != nil {
		return err
	}
	if !utf8.Valid(m.data) {
		return errUTF8
	}
	s := scanner{data: m.data}
	m.object(&s, theEvent)
	s.end()
	return s.err
}

// object goes through an object and keeps where the members that matter are.
func (m *members) object(s *scanner, in part) span {
	s.peek()
	from := s.at
	s.expect('{')
	for first := true; s.more(first, '}'); first = false {
		at := s.name()
		if s.err != nil {
			break
		}
		name := s.data[at.from:at.to]
		if bytes.IndexByte(name, '\\') >= 0 {
			name = unescape(bytes.Clone(name)) // the part may be read again
		}
		to, inner := m.named(in, name)
		var value span
		if inner != nothing && s.peek() == '{' {
			value = m.object(s, inner)
		} else {
			value = s.value(maxDepth)
		}
		if to != nil && *to != (span{}) {
			s.fail("a second %q", name)
		} else if to != nil {
			*to = value
		}
	}
	return span{from, s.at}
}

// named says where the place of a member is kept, and what part it is when it is an object to look into.
func (m *members) named(in part, name []byte) (*span, part) {
	switch in {
	case theContext:
		return m.ofContext(name)
	case theIdentity:
		switch string(name) {
		case "sourceIp":
			return &m.sourceIP, nothing
		case "vpcId":
			return &m.vpcID, nothing
		case "vpceId":
			return &m.endpointID, nothing
		}
	case theHTTP:
		switch string(name) {
		case "sourceIp":
			return &m.sourceIP, nothing
		case "method":
			return &m.httpMethod, nothing
		}
	case theAuthorizer:
		if string(name) == "lambda" {
			return &m.lambda, nothing
		}
	default:
		return m.ofEvent(name)
	}
	return nil, nothing
}

func (m *members) ofEvent(name []byte) (*span, part) {
	switch string(name) {
	case "requestContext":
		return &m.context, theContext
	case "version":
		return &m.version, nothing
	case "resource":
		return &m.resource, nothing
	case "httpMethod":
		return &m.method, nothing
	case "path":
		return &m.path, nothing
	case "rawPath":
		return &m.rawPath, nothing
	case "rawQueryString":
		return &m.rawQuery, nothing
	case "queryStringParameters":
		return &m.query, nothing
	case "multiValueQueryStringParameters":
		return &m.multiQuery, nothing
	case "headers":
		return &m.header, nothing
	case "multiValueHeaders":
		return &m.multiHeader, nothing
	case "cookies":
		return &m.cookies, nothing
	case "body":
		return &m.body, nothing
	case "isBase64Encoded":
		return &m.isBase64Encoded, nothing
	case "type":
		return &m.kind, nothing
	case "methodArn":
		return &m.methodARN, nothing
	case "routeArn":
		return &m.routeARN, nothing
	case "authorizationToken":
		return &m.token, nothing
	}
	return nil, nothing
}

func (m *members) ofContext(name []byte) (*span, part) {
	switch string(name) {
	case "elb":
		return &m.elb, nothing
	case "requestId":
		return &m.requestID, nothing
	case "stage":
		return &m.stage, nothing
	case "domainName":
		return &m.domain, nothing
	case "identity":
		return &m.identity, theIdentity
	case "http":
		return &m.http, theHTTP
	case "authorizer":
		return &m.authorizer, theAuthorizer
	case "extendedRequestId":
		return &m.extendedID, nothing
	case "requestTimeEpoch", "timeEpoch":
		return &m.epoch, nothing
	}
	return nil, nothing
}

func (m *members) bytes(at span) []byte { return m.data[at.from:at.to:at.to] }

// has says whether a member is there and not null.
func (m *members) has(at span) bool { return at.to > at.from && m.data[at.from] != 'n' }

// is says whether a value begins with c, as only one type of JSON does.
func (m *members) is(at span, c byte) bool { return at.to > at.from && m.data[at.from] == c }

// says says whether a value is this text, written without escapes.
func (m *members) says(at span, text string) bool { return string(m.bytes(at)) == `"`+text+`"` }

// text is a string member without its escapes, in place, and therefore to be asked for once; nil when it is absent.
func (m *members) text(name string, at span) ([]byte, error) {
	switch {
	case !m.has(at):
		return nil, nil
	case !m.is(at, '"'):
		return nil, fmt.Errorf("event: %s is no string", name)
	}
	return unescape(m.data[at.from+1 : at.to-1 : at.to-1]), nil
}
