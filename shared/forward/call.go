package forward

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Limits of one call.
type Limits struct {
	Timeout time.Duration // until the whole answer is there, counted from the call's start; 0: 60 s
	Size    int64         // of the answer's body in bytes; 0: 10 MiB
}

func (l Limits) withDefaults() Limits {
	if l.Timeout == 0 {
		l.Timeout = defaultTimeout
	}
	if l.Size == 0 {
		l.Size = defaultSize
	}
	return l
}

var (
	errStatus = errors.New("forward: a status that ends no exchange")
	errSize   = errors.New("forward: the body is over its limit")
)

var _ Caller = (*Client)(nil)

// Call implements Caller.
func (c *Client) Call(ctx context.Context, x *gateway.Exchange, l Limits) (*gateway.Response, error) {
	return c.Do(ctx, x.Outbound, l)
}

// Do sends out once and reads the whole answer. What is idempotent may be sent again when a kept connection is closed while it
// is on its way. Its errors are faults: RequestMalformed and BackendURI where out cannot be sent, ClientGone when ctx is
// cancelled, else the kind of the backend's failure. The answer and its header are the caller's.
func (c *Client) Do(ctx context.Context, out *gateway.Outbound, l Limits) (*gateway.Response, error) {
	l = l.withDefaults()
	calling, cancel := context.WithTimeout(ctx, l.Timeout)
	defer cancel()
	var seen progress
	response, err := c.send(seen.watch(calling), out, &seen)
	if err != nil {
		return nil, seen.fault(ctx, calling, l, err)
	}
	defer response.Body.Close()
	answer, err := read(response, l.Size)
	if err != nil {
		return nil, seen.fault(ctx, calling, l, err)
	}
	return answer, nil
}

// send sends out, and again for each kept connection that turns out to be closed before anything is written to it.
func (c *Client) send(ctx context.Context, out *gateway.Outbound, seen *progress) (*http.Response, error) {
	for {
		request, err := newRequest(out)
		if err != nil {
			return nil, err
		}
		response, err := c.transport.RoundTrip(request.WithContext(ctx))
		if !seen.unsent.Load() || ctx.Err() != nil {
			return response, err
		}
		if err == nil { // to what nobody had asked
			_ = response.Body.Close()
		}
	}
}

// Get fetches a document. A body over limit is an error, a status other than 200 is not; redirects are not followed.
func (c *Client) Get(ctx context.Context, url string, limit int64) (status int, body []byte, err error) {
	out, err := ParseURL(url)
	if err != nil {
		return 0, nil, err
	}
	out.Method, out.Header = http.MethodGet, http.Header{}
	answer, err := c.Do(ctx, out, Limits{Size: limit})
	if err != nil {
		return 0, nil, err
	}
	return answer.Status, answer.Body, nil
}

func read(r *http.Response, limit int64) (*gateway.Response, error) {
	if r.StatusCode < 200 {
		return nil, fault.New(fault.BackendMalformed, nil, fmt.Errorf("%w: %d", errStatus, r.StatusCode))
	}
	if err := CleanAnswer(r.Header); err != nil {
		return nil, fault.New(fault.BackendMalformed, nil, err)
	}
	body, err := readBody(r, limit)
	if err != nil {
		return nil, err
	}
	if r.StatusCode == http.StatusNoContent {
		r.Header.Del("Content-Length") // RFC 9110, 8.6
	}
	return &gateway.Response{Status: r.StatusCode, Header: r.Header, Body: body}, nil
}

// readBody takes a length at its word, up to limit, and grows where there is none.
func readBody(r *http.Response, limit int64) ([]byte, error) {
	switch {
	case r.Body == http.NoBody:
		return nil, nil
	case r.ContentLength > limit:
		return nil, fault.New(fault.BackendSize, nil, errSize)
	case r.ContentLength >= 0:
		body := make([]byte, r.ContentLength)
		_, err := io.ReadFull(r.Body, body)
		return body, err
	}
	var body bytes.Buffer
	n, err := body.ReadFrom(io.LimitReader(r.Body, limit+1))
	if n > limit {
		return nil, fault.New(fault.BackendSize, nil, errSize)
	}
	return body.Bytes(), err
}
