package event

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"postern/shared/gateway"
)

var errAmbiguous = errors.New("event: the path was decoded on the way, to characters that tell nobody what was sent")

// HTTP reads an event of an HTTP API of API Gateway, payload format 2.0; it takes data over and writes into it. The error says
// why data is no such event. The path comes decoded: it is encoded anew, and what that leaves in doubt makes the request
// malformed.
func HTTP(data []byte, received time.Time, o Options) (*Event, error) {
	m := members{data: data}
	err := m.scan(o)
	if err == nil && !m.ofHTTP() {
		err = errNotHTTP
	}
	if err != nil {
		return nil, err
	}
	return m.readHTTP(received, o)
}

func (m *members) readHTTP(received time.Time, o Options) (*Event, error) {
	r := &gateway.Request{Received: received, Door: gateway.Door{Name: "http"}}
	e, err := m.readV2(r, o, noTLS, toHTTP())
	if err != nil {
		return nil, err
	}
	r.Path, r.Malformed = encodePath(r.Path)
	if e.Authorizer, err = m.readAuthorizer(m.lambda); err != nil {
		return nil, err
	}
	if e.Stamp, err = m.stamp(r.ID); err != nil {
		return nil, err
	}
	return e, nil
}

// readV2 reads what HTTP APIs and function URLs have in common: payload format 2.0.
func (m *members) readV2(r *gateway.Request, o Options, own tlsHeaders, f form) (*Event, error) {
	if err := m.fill(r, line{"requestContext.http.method", m.httpMethod}, line{"rawPath", m.rawPath}); err != nil {
		return nil, err
	}
	query, err := m.text("rawQueryString", m.rawQuery)
	if err != nil {
		return nil, err
	}
	r.RawQuery = string(query)
	if r.Header, err = m.readHeader(false, false); err != nil {
		return nil, err
	}
	if err := m.readCookies(r.Header); err != nil {
		return nil, err
	}
	if err := m.admit(r, o, own); err != nil {
		return nil, err
	}
	return &Event{Request: r, Encode: f.encoder(r)}, nil
}

// readCookies puts the cookies back into the header where the door took them out of it.
func (m *members) readCookies(h http.Header) error {
	if _, there := h["Cookie"]; there || !m.has(m.cookies) {
		return nil
	}
	var all strings.Builder
	s := scanner{data: m.bytes(m.cookies)}
	all.Grow(len(s.data)) // what parted them is longer
	s.expect('[')
	n := 0
	for ; s.more(n == 0, ']'); n++ {
		at := s.text()
		if n > 0 {
			all.WriteString("; ")
		}
		all.Write(unescape(s.data[at.from:at.to]))
	}
	if s.err == nil && n > 0 {
		h["Cookie"] = []string{all.String()}
	}
	return s.err
}

// encodePath is a decoded path as most clients write it: every byte escaped that may not stand in a path (RFC 3986, 3.3). The
// error says that another path may have been sent, which means something else.
func encodePath(decoded string) (string, error) {
	const plain = "/!$&'()*+,;=:@"
	var path pieces
	path.Grow(len(decoded))
	path.escape(decoded, plain)
	doubtful := func(c rune) bool { return c < ' ' || c == 0x7f || strings.ContainsRune("?#%\ufffd", c) }
	if strings.ContainsFunc(decoded, doubtful) {
		return path.String(), errAmbiguous
	}
	return path.String(), nil
}
