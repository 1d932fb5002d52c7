package front

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"unicode/utf8"

	"postern/cmd/postern/host"
)

// URL is a function URL without IAM. Invoke is required. It takes every host as its own, where the real one has one name.
//
// Sources: Lambda's developer guide (urls-invocation, response-streaming), and captured events.
type URL struct {
	Invoke Invoke // as Host.Stream does with Stream
	Stream bool   // InvokeMode RESPONSE_STREAM
	Log    *slog.Logger
}

// urlDomain marks the events of function URLs.
const urlDomain = apiID + ".lambda-url." + region + ".on.aws"

// Limits are those of what a function URL reads. Which ones it has for heads is not documented.
func (*URL) Limits() Limits {
	return Limits{Line: 16 << 10, Field: 16 << 10, Head: 64 << 10, Body: host.EventLimit}
}

// Answer asks the function.
func (d *URL) Answer(q *Request) *Response {
	x, err := newExchange(q)
	if err == nil {
		var a *Response
		if a, err = d.answer(x); err == nil {
			a.Header = append(remapped(a.Header), own(x)...)
			return a
		}
	}
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		refusal = &Refusal{Status: http.StatusBadGateway, Why: err.Error()}
	}
	return d.Refuse(refusal)
}

func own(x *exchange) []Field {
	return []Field{{"x-amzn-RequestId", x.id}, {"X-Amzn-Trace-Id", x.trace}}
}

func (d *URL) answer(x *exchange) (*Response, error) {
	event, err := d.event(x)
	if err != nil {
		return nil, err
	}
	data, err := d.Invoke(event)
	switch {
	case errors.Is(err, host.ErrThrottled):
		return nil, &Refusal{Status: http.StatusTooManyRequests, Why: err.Error()}
	case errors.Is(err, host.ErrTooLarge):
		return nil, &Refusal{Status: http.StatusRequestEntityTooLarge, Why: "its event is larger than 6 MB"}
	case err != nil:
		return nil, err
	case d.Stream:
		return streamed(data)
	}
	return v2Read(data, "application/json")
}

// streamed is a stream as the client gets it: with a prelude that says how, without one as it is, which is also what becomes of
// an answer that was meant to be buffered.
func streamed(data []byte) (*Response, error) {
	said, body, err := readStream(data)
	if errors.Is(err, errNoPrelude) {
		return &Response{Status: http.StatusOK, Reason: "OK", Header: []Field{{"Content-Type", "application/octet-stream"}}, Body: data}, nil
	}
	if err != nil {
		return nil, err
	}
	if said.Status == nil {
		said.Status = float64(http.StatusOK)
	}
	v2 := &v2Answer{Status: said.Status, Header: said.Header, Cookies: said.Cookies}
	return v2.assembled(body, "application/octet-stream")
}

// event is the function's. Its error is a *Refusal.
func (d *URL) event(x *exchange) ([]byte, error) {
	path, ok := unescape(x.path, false)
	if !ok {
		return nil, unknown("the percent-encoding of its path is broken")
	}
	if !utf8.ValidString(path) {
		return nil, unknown("its decoded path is not UTF-8")
	}
	header := lower(x.header)
	header.remove("x-amzn-tls-version")
	header.remove("x-amzn-tls-cipher-suite")
	header.add("x-amzn-tls-version", "TLSv1.3")
	header.add("x-amzn-tls-cipher-suite", tls.CipherSuiteName(tls.TLS_AES_128_GCM_SHA256))
	x.header = header
	e, err := v2Frame(x, x.path, path)
	if err != nil {
		return nil, err
	}
	e.Context.Account, e.Context.ID, e.Context.Domain, e.Context.Prefix = "anonymous", x.id, urlDomain, apiID
	if err := e.fill(x); err != nil {
		return nil, err
	}
	return plain(e), nil
}

// Refuse is what a function URL answers by itself.
func (d *URL) Refuse(r *Refusal) *Response {
	warn(d.Log, "the function URL answers by itself", r.Status, r.Why)
	pages := map[int]struct{ kind, body string }{
		http.StatusTooManyRequests:       {"TooManyRequestsException", `{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}`},
		http.StatusRequestEntityTooLarge: {"RequestTooLargeException", `{"message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}`},
		http.StatusBadGateway:            {"", "Internal Server Error"},
	}
	page, ok := pages[r.Status]
	if !ok || r.Undocumented {
		return r.explained("function URL")
	}
	a := &Response{
		Status: r.Status, Reason: http.StatusText(r.Status), Header: []Field{{"Content-Type", "application/json"}, {"x-amzn-RequestId", uuid()}},
		Body: []byte(page.body),
	}
	if page.kind != "" {
		a.Header = append(a.Header, Field{"x-amzn-ErrorType", page.kind})
	}
	return a
}
