package forward

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"postern/shared/fault"
	"postern/shared/gateway"
)

var (
	errMethod = errors.New("forward: no method to forward")
	errHost   = errors.New("forward: no host name")
)

// newRequest is out as net/http sends it: the target byte for byte, nothing invented.
func newRequest(out *gateway.Outbound) (*http.Request, error) {
	if err := Check(out); err != nil {
		return nil, err
	}
	r := &http.Request{
		Method: out.Method,
		URL: &url.URL{
			Scheme: out.Scheme, Host: out.Authority, Opaque: "/" + strings.TrimLeft(out.Path, "/"), RawQuery: out.RawQuery,
		},
		Host:   out.Host,
		Header: maps.Clone(out.Header),
		// A backend that sends a body all the same must not answer the connection's next request with it.
		Close: out.Method == http.MethodHead,
	}
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if _, ok := r.Header["User-Agent"]; !ok {
		r.Header["User-Agent"] = nil // else net/http names itself
	}
	hideIdempotency(r.Header)
	if len(out.Body) > 0 {
		r.ContentLength = int64(len(out.Body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(out.Body)), nil }
		r.Body, _ = r.GetBody()
	}
	return r, nil
}

// hideIdempotency keeps net/http from sending a POST twice because its client says that it might: it knows these headers by
// their canonical names alone, a backend by any.
func hideIdempotency(h http.Header) {
	for _, name := range []string{"Idempotency-Key", "X-Idempotency-Key"} {
		if values, ok := h[name]; ok {
			delete(h, name)
			h[strings.ToLower(name)] = values
		}
	}
}

// ValidMethod says whether a method can be forwarded. CONNECT asks for a tunnel, which is not.
func ValidMethod(method string) bool { return token(method) && method != http.MethodConnect }

// Check refuses what cannot be sent, with RequestMalformed or BackendURI.
func Check(out *gateway.Outbound) error {
	if err := checkTarget(out.Path, out.RawQuery); err != nil {
		return err
	}
	if err := checkHead(out); err != nil {
		return fault.New(fault.RequestMalformed, nil, err)
	}
	return nil
}

func checkHead(out *gateway.Outbound) error {
	if !ValidMethod(out.Method) {
		return fmt.Errorf("%w: %q", errMethod, out.Method)
	}
	if strings.ContainsFunc(out.Host, noHost) {
		return fmt.Errorf("%w: %q", errHost, out.Host)
	}
	return checkHeader(out.Header)
}

func noHost(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`/\?#@"<>`, r) }
