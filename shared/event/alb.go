package event

import (
	"errors"
	"strings"
	"time"

	"postern/shared/gateway"
)

var errPath = errors.New("event: path does not begin with a slash, or holds a question mark")

// ALB reads an event of an Application Load Balancer; it takes data over and writes into it. The error says why data is no
// such event.
func ALB(data []byte, received time.Time, o Options) (*Event, error) {
	m := members{data: data}
	err := m.scan(o)
	if err == nil && !m.ofALB() {
		err = errNotALB
	}
	if err != nil {
		return nil, err
	}
	return m.readALB(received, o)
}

func (m *members) readALB(received time.Time, o Options) (*Event, error) {
	r := &gateway.Request{Received: received, Door: gateway.Door{Name: "alb"}}
	if err := m.fill(r, line{"httpMethod", m.method}, line{"path", m.path}); err != nil {
		return nil, err
	}
	if r.Path != "*" && !strings.HasPrefix(r.Path, "/") || strings.Contains(r.Path, "?") {
		return nil, errPath
	}
	multi := m.has(m.multiHeader)
	var err error
	if r.Header, err = m.readHeader(multi, false); err != nil {
		return nil, err
	}
	if r.RawQuery, err = m.readQuery(false); err != nil {
		return nil, err
	}
	e := &Event{Request: r, Encode: toALB(multi).encoder(r), Health: health(r.Header)}
	if err := unforward(r, o); err != nil {
		return nil, err
	}
	return e, nil
}
