package event

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

var (
	errUTF8   = errors.New("event: not UTF-8")
	errNotALB = errors.New("event: not of a load balancer: it has no requestContext.elb")
)

// members are where the members that matter stand in an event; the zero span: absent.
type members struct {
	data                                                                                 []byte
	context, method, path, query, multiQuery, header, multiHeader, body, isBase64Encoded span
}

func (m *members) named(name []byte) *span {
	switch string(name) {
	case "requestContext":
		return &m.context
	case "httpMethod":
		return &m.method
	case "path":
		return &m.path
	case "queryStringParameters":
		return &m.query
	case "multiValueQueryStringParameters":
		return &m.multiQuery
	case "headers":
		return &m.header
	case "multiValueHeaders":
		return &m.multiHeader
	case "body":
		return &m.body
	case "isBase64Encoded":
		return &m.isBase64Encoded
	}
	return nil
}

// scan checks that all of data is JSON, and that it has the context of a load balancer.
func scan(data []byte) (*members, error) {
	if !utf8.Valid(data) {
		return nil, errUTF8
	}
	m, s := &members{data: data}, &scanner{data: data}
	s.object(m.named)
	s.end()
	if s.err != nil {
		return nil, s.err
	}
	elb := span{}
	if m.is(m.context, '{') {
		inner := &scanner{data: m.bytes(m.context)}
		inner.object(func(name []byte) *span {
			if string(name) == "elb" {
				return &elb
			}
			return nil
		})
		if inner.err != nil {
			return nil, inner.err
		}
		elb.from, elb.to = elb.from+m.context.from, elb.to+m.context.from
	}
	if !m.is(elb, '{') {
		return nil, errNotALB
	}
	return m, nil
}

// object goes through an object and keeps where the wanted members are.
func (s *scanner) object(want func(name []byte) *span) {
	s.expect('{')
	for first := true; s.more(first, '}'); first = false {
		at := s.name()
		value := s.value(maxDepth)
		if s.err != nil {
			return
		}
		name := unescape(s.data[at.from:at.to])
		if to := want(name); to != nil && *to != (span{}) {
			s.fail("a second %q", name)
		} else if to != nil {
			*to = value
		}
	}
}

func (m *members) bytes(at span) []byte { return m.data[at.from:at.to:at.to] }

// has says whether a member is there and not null.
func (m *members) has(at span) bool { return at.to > at.from && m.data[at.from] != 'n' }

// is says whether a value begins with c, as only one type of JSON does.
func (m *members) is(at span, c byte) bool { return at.to > at.from && m.data[at.from] == c }

// text is a string member without its escapes, in place; nil when it is absent.
func (m *members) text(name string, at span) ([]byte, error) {
	switch {
	case !m.has(at):
		return nil, nil
	case !m.is(at, '"'):
		return nil, fmt.Errorf("event: %s is no string", name)
	}
	return unescape(m.data[at.from+1 : at.to-1 : at.to-1]), nil
}
