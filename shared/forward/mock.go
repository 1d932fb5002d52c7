package forward

import (
	"context"
	"net/http"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Mock is a fixed answer. Its texts may quote the request.
type Mock struct {
	Status  int
	Headers map[string]gateway.Text
	Body    []byte
}

// Answer ends the steps with the mock. A header that came out broken was quoted of the request: RequestMalformed.
func (m Mock) Answer(_ context.Context, x *gateway.Exchange) error {
	header := make(http.Header, len(m.Headers))
	for name, text := range m.Headers {
		header.Set(name, text(x))
	}
	if err := checkHeader(header); err != nil {
		return fault.New(fault.RequestMalformed, nil, err)
	}
	x.Answer = &gateway.Response{Status: m.Status, Header: header, Body: m.Body}
	return nil
}
