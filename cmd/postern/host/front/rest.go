package front

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"postern/cmd/postern/host"
)

// REST is a REST API of API Gateway at a custom domain without a base path, regional, with the proxy integration at /{proxy+}
// and at /. Invoke is required.
//
// Sources: the developer guide of API Gateway (set-up-lambda-proxy-integrations, lambda-proxy-binary-media,
// supported-gateway-response-types, api-gateway-known-issues, services-apigateway-errors of Lambda's), and a captured event.
type REST struct {
	Invoke     Invoke
	Authorizer *Authorizer      // nil: none
	Responses  GatewayResponses // nil: API Gateway's own
	Binary     []string         // binaryMediaTypes; nil: */*
	Stream     bool             // ResponseTransferMode STREAM
	Timeout    time.Duration    // of the integration; 0: 29 s, or 15 minutes of a stream
	Log        *slog.Logger
}

// Limits are those of all that a regional API reads.
func (*REST) Limits() Limits {
	return Limits{Line: 16 << 10, Field: 16 << 10, Head: 64 << 10, Body: 10 * megabyte}
}

const restHead = 10_240 // bytes of a URL, and of all header values

// Answer asks the authorizer and the function.
func (d *REST) Answer(q *Request) *Response {
	x, err := d.exchange(q)
	if err != nil {
		return d.refused(err)
	}
	allowed, err := d.authorize(x)
	if err != nil {
		return d.failed(x, err)
	}
	event, err := d.event(x, allowed)
	if err != nil {
		return d.refused(err)
	}
	data, err := within(d.timeout(), d.Invoke, event)
	if errors.Is(err, host.ErrTooLarge) {
		return d.Refuse(&Refusal{Status: http.StatusRequestEntityTooLarge, Why: "its event is larger than 6 MB", Undocumented: true})
	}
	if err != nil {
		return d.failed(x, integrationFault(err))
	}
	a, err := d.answer(x, data)
	if err != nil {
		return d.failed(x, restFault{"DEFAULT_5XX", http.StatusBadGateway, internalError, err.Error(), nil})
	}
	a.Header = append(a.Header, d.own(x)...)
	return a
}

func (d *REST) timeout() time.Duration {
	if d.Stream {
		return cmp.Or(d.Timeout, 15*time.Minute)
	}
	return cmp.Or(d.Timeout, 29*time.Second)
}

// exchange reads a request as far as a REST API could carry it.
func (d *REST) exchange(q *Request) (*exchange, error) {
	x, err := newExchange(q)
	if err != nil {
		return nil, err
	}
	size := 0
	for _, f := range q.Header {
		size += len(f.Value)
	}
	switch {
	case len(q.Target) > restHead:
		return nil, &Refusal{Status: http.StatusRequestURITooLong, Why: "its URL is longer than 10,240 bytes", Undocumented: true}
	case size > restHead:
		return nil, &Refusal{
			Status: http.StatusRequestHeaderFieldsTooLarge, Why: "its header values have more than 10,240 bytes", Undocumented: true,
		}
	case strings.ContainsAny(q.Target, "|{}"):
		return nil, unknown("|, { and } must be percent-encoded")
	case !intact(x.path):
		return nil, unknown("the percent-encoding of its path is broken")
	case strings.Contains(x.query, ";"):
		return nil, unknown("a semicolon splits its query")
	case x.path == "/ping" || x.path == "/sping":
		return nil, unknown("/ping and /sping are the service's own on custom domains")
	}
	x.header.remove("Content-Length") // as the captured event shows
	if override := q.Values("X-HTTP-Method-Override"); len(override) > 0 {
		if !token(override[0]) {
			return nil, unknown("X-HTTP-Method-Override names no method")
		}
		copied := *q
		copied.Method, x.Request = override[0], &copied
	}
	return x, nil
}

// own are the headers of every answer.
func (d *REST) own(x *exchange) []Field {
	return []Field{{"x-amzn-RequestId", x.id}, {"x-amz-apigw-id", x.extended}, {"X-Amzn-Trace-Id", x.trace}}
}

// refused is the answer to a request that is not carried.
func (d *REST) refused(err error) *Response {
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		refusal = &Refusal{Status: http.StatusInternalServerError, Why: err.Error(), Undocumented: true}
	}
	return d.Refuse(refusal)
}

// Refuse answers to what was not read as a whole. That a body is too large is documented.
func (d *REST) Refuse(r *Refusal) *Response {
	if r.Status != http.StatusRequestEntityTooLarge || r.Undocumented {
		warn(d.Log, "the REST API answers by itself", r.Status, r.Why)
		return r.explained("REST API")
	}
	return d.failed(stamped(&Request{}), restFault{"REQUEST_TOO_LARGE", r.Status, "Request Too Long", r.Why, nil})
}

func warn(log *slog.Logger, message string, status int, why string) {
	if log != nil {
		log.Warn(message, "status", status, "why", why)
	}
}
