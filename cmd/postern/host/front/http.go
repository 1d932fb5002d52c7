package front

import (
	"cmp"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"postern/cmd/postern/host"
)

// HTTP is an HTTP API of API Gateway at a custom domain, whose one route $default invokes the function with payload format 2.0.
// Invoke is required.
//
// Sources: the developer guide of API Gateway (http-api-develop-integrations-lambda, http-api-lambda-authorizer,
// http-api-quotas), and captured events.
type HTTP struct {
	Invoke     Invoke
	Authorizer *Authorizer   // nil: none
	Timeout    time.Duration // of the integration; 0: 30 s
	Log        *slog.Logger
}

const (
	httpHead           = 10_240           // bytes of request line and header
	httpAuthorizerTime = 10 * time.Second // for an authorizer
)

// Limits are those of all that an HTTP API reads.
func (*HTTP) Limits() Limits {
	return Limits{Line: 16 << 10, Field: 16 << 10, Head: 64 << 10, Body: 10 * megabyte}
}

// Answer asks the authorizer and the function.
func (d *HTTP) Answer(q *Request) *Response {
	a, err := d.answer(q)
	if err != nil {
		var refusal *Refusal
		if !errors.As(err, &refusal) {
			refusal = &Refusal{Status: http.StatusInternalServerError, Why: err.Error()}
		}
		return d.Refuse(refusal)
	}
	return a
}

func (d *HTTP) answer(q *Request) (*Response, error) {
	x, path, err := d.exchange(q)
	if err != nil {
		return nil, err
	}
	allowed, err := d.authorize(x, path)
	if err != nil {
		return nil, err
	}
	e, err := d.frame(x, path)
	if err != nil {
		return nil, err
	}
	if err := e.fill(x); err != nil {
		return nil, err
	}
	if d.Authorizer != nil {
		e.Context.Authorizer = &v2Authorizer{allowed}
	}
	data, err := within(cmp.Or(d.Timeout, 30*time.Second), d.Invoke, plain(e))
	switch {
	case errors.Is(err, host.ErrTooLarge):
		return nil, &Refusal{Status: http.StatusRequestEntityTooLarge, Why: "its event is larger than 6 MB", Undocumented: true}
	case errors.Is(err, errSlow), rejected(err):
		return nil, &Refusal{Status: http.StatusServiceUnavailable, Why: err.Error()}
	case err != nil:
		return nil, err
	}
	a, err := v2Read(data, "text/plain; charset=utf-8")
	if err != nil {
		return nil, err
	}
	a.Header = append(a.Header, Field{"Apigw-Requestid", x.extended})
	return a, nil
}

// exchange reads a request as far as an HTTP API could carry it. path is decoded.
func (d *HTTP) exchange(q *Request) (x *exchange, path string, err error) {
	if x, err = newExchange(q); err != nil {
		return nil, "", err
	}
	size := len(q.Method) + len(q.Target) + len(q.Proto) + len("  \r\n")
	for _, f := range q.Header {
		size += len(f.Name) + len(f.Value) + len(": \r\n")
	}
	if size > httpHead {
		return nil, "", &Refusal{
			Status: http.StatusRequestHeaderFieldsTooLarge, Why: "its request line and header have more than 10,240 bytes", Undocumented: true,
		}
	}
	if path, err = twiceDecoded(x.path); err != nil {
		return nil, "", err
	}
	if len(x.header.get("Content-Length")) == 0 {
		x.header.add("Content-Length", strconv.Itoa(len(q.Body)))
	}
	return x, path, nil
}

// twiceDecoded is a path as an HTTP API passes it on: decoded, cut at a question mark, and decoded again (captured paths).
func twiceDecoded(path string) (string, error) {
	once, ok := unescape(path, false)
	once, _, _ = strings.Cut(once, "?")
	twice, again := unescape(once, false)
	if !ok || !again {
		return "", unknown("its path is decoded twice, and its percent-encoding is broken then")
	}
	if !utf8.ValidString(twice) {
		return "", unknown("its decoded path is not UTF-8")
	}
	return twice, nil
}

// frame is the event without its body: cookies stand beside the header.
func (d *HTTP) frame(x *exchange, path string) (*v2Event, error) {
	e, err := v2Frame(x, path, path)
	if err != nil {
		return nil, err
	}
	header := lower(x.header)
	header.remove("cookie")
	e.Header, e.Context.ID = (*joined)(header), x.extended
	return e, nil
}

// Refuse is the fixed JSON of an HTTP API.
func (d *HTTP) Refuse(r *Refusal) *Response {
	warn(d.Log, "the HTTP API answers by itself", r.Status, r.Why)
	messages := map[int]string{
		http.StatusUnauthorized: "Unauthorized", http.StatusForbidden: "Forbidden", http.StatusRequestEntityTooLarge: "Request Entity Too Large",
		http.StatusInternalServerError: "Internal Server Error", http.StatusServiceUnavailable: "Service Unavailable",
	}
	message, ok := messages[r.Status]
	if !ok || r.Undocumented {
		return r.explained("HTTP API")
	}
	return &Response{
		Status: r.Status, Reason: http.StatusText(r.Status),
		Header: []Field{{"Content-Type", "application/json"}, {"Apigw-Requestid", uuid()}},
		Body:   plain(map[string]string{"message": message}),
	}
}
