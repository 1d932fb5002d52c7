package event

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"postern/shared/gateway"
)

var errOverride = errors.New("event: X-HTTP-Method-Override: the REST API has put another method in place of the client's")

// REST reads an event of a REST API of API Gateway; it takes data over and writes into it. The error says why data is no such
// event. X-HTTP-Method-Override makes the request malformed.
func REST(data []byte, received time.Time, o Options) (*Event, error) {
	m := members{data: data}
	err := m.scan(o)
	if err == nil && !m.ofREST() {
		err = errNotREST
	}
	if err != nil {
		return nil, err
	}
	return m.readREST(received, o)
}

func (m *members) readREST(received time.Time, o Options) (*Event, error) {
	r := &gateway.Request{Received: received, Door: gateway.Door{Name: "rest"}}
	if err := m.fill(r, line{"httpMethod", m.method}, line{"path", m.path}); err != nil {
		return nil, err
	}
	var err error
	if r.Header, err = m.readHeader(m.has(m.multiHeader), true); err != nil {
		return nil, err
	}
	unmap(r.Header)
	if r.RawQuery, err = m.readQuery(true); err != nil {
		return nil, err
	}
	if err := m.admit(r, o, noTLS); err != nil {
		return nil, err
	}
	if err := m.networks(r); err != nil {
		return nil, err
	}
	if _, ok := r.Header["X-Http-Method-Override"]; ok {
		r.Malformed = errOverride
	}
	e := &Event{Request: r, Encode: toREST(o.Stream).encoder(r), Stream: o.Stream}
	if e.Authorizer, err = m.readAuthorizer(m.authorizer); err != nil {
		return nil, err
	}
	if e.Stamp, err = m.stamp(r.ID); err != nil {
		return nil, err
	}
	if e.Stamp.Extended != "" {
		r.ID = e.Stamp.Extended // a client can choose the other
	}
	return e, nil
}

// networks are where a request to a private REST API comes from. No client can say so.
func (m *members) networks(r *gateway.Request) error {
	vpc, vpcErr := m.text("identity.vpcId", m.vpcID)
	endpoint, endpointErr := m.text("identity.vpceId", m.endpointID)
	for _, id := range [][]byte{vpc, endpoint} {
		if len(id) > 0 {
			r.Networks = append(r.Networks, string(id))
		}
	}
	return errors.Join(vpcErr, endpointErr)
}

const remapping = "X-Amzn-Remapped-"

// isRemapped says whether a header has a name that API Gateway gives to others.
func isRemapped(name string) bool {
	return len(name) > len(remapping) && strings.EqualFold(name[:len(remapping)], remapping)
}

// unmap gives headers back the names that the REST API changed. What a client sent under such a name is dropped: where the
// header itself is there, or is not one that is renamed.
func unmap(h http.Header) {
	for name, values := range h {
		if !isRemapped(name) {
			continue
		}
		delete(h, name)
		own := name[len(remapping):]
		if _, there := h[own]; !there && remapped(own) {
			h[own] = values
		}
	}
}

// remapped says whether a REST API may send a request's header on under another name, and it is not of one connection (API
// Gateway's known issues).
func remapped(name string) bool {
	switch name {
	case "Accept", "Accept-Charset", "Accept-Encoding", "Age", "Authorization", "Content-Encoding", "Content-Md5", "Content-Type",
		"Date", "Max-Forwards", "Pragma", "Range", "Referer", "User-Agent", "Via", "Warn":
		return true
	}
	return false
}
