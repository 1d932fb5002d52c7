package event

import (
	"time"

	"postern/shared/gateway"
)

// URL reads an event of a function URL; it takes data over and writes into it. The error says why data is no such event.
func URL(data []byte, received time.Time, o Options) (*Event, error) {
	m := members{data: data}
	err := m.scan(o)
	if err == nil && !m.ofURL() {
		err = errNotURL
	}
	if err != nil {
		return nil, err
	}
	return m.readURL(received, o)
}

func (m *members) readURL(received time.Time, o Options) (*Event, error) {
	r := &gateway.Request{Received: received, Door: gateway.Door{Name: "url"}}
	e, err := m.readV2(r, o, ownTLS, toURL(o.Stream))
	if err != nil {
		return nil, err
	}
	e.Stream = o.Stream
	return e, nil
}
