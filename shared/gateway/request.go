package gateway

import (
	"errors"
	"net/http"
	"net/netip"
	"time"
)

// ErrBodyTooLarge is what Load returns when the body is longer than its limit.
var ErrBodyTooLarge = errors.New("body too large")

// Door says which front door a request came through and what that door can do.
type Door struct {
	Name string
	Cuts bool // it can drop the connection instead of answering
}

// Request is what the client sent, as received. Steps do not change it.
type Request struct {
	ID, Method, Scheme string
	Host               string // as sent, with its port
	Path, RawQuery     string // as sent, still percent-encoded
	Header             http.Header
	Body               []byte                            // nil until ReadBody where Load is set
	Length             int64                             // of the body, as announced; -1: not announced
	Load               func(limit int64) ([]byte, error) // reads the body once; ErrBodyTooLarge past the limit; nil: Body is all there is
	Client             netip.Addr                        // the peer as the door saw it
	Networks           []string                          // VPC and VPC endpoint that it came from, as the door tells; nil: it does not
	Received           time.Time                         // the only clock of a decision
	Door               Door
	Malformed          error // why nobody can tell what the client sent; no step runs then. nil: what stands here is what was sent
}

// Target is path and query as the client sent them.
func (r *Request) Target() string {
	if r.RawQuery == "" {
		return r.Path
	}
	return r.Path + "?" + r.RawQuery
}

// ReadBody is the whole body, read at its first call. It fails with ErrBodyTooLarge past limit bytes, before it reads any
// when the announced length is over it; other errors mean that what the client sent could not be read.
func (r *Request) ReadBody(limit int64) ([]byte, error) {
	if r.Length > limit || int64(len(r.Body)) > limit {
		return nil, ErrBodyTooLarge
	}
	if r.Load == nil {
		return r.Body, nil
	}
	body, err := r.Load(limit)
	if err != nil {
		return nil, err
	}
	r.Body, r.Load = body, nil
	return body, nil
}

// Outbound is the request to the backend, prepared step by step.
type Outbound struct {
	Method, Scheme string
	Authority      string // host[:port] to connect to
	Host           string // of the Host header; "": Authority
	Path, RawQuery string // as they go out, percent-encoded
	Header         http.Header
	Body           []byte
}

// Response is an answer. With Cut, a door that can drops the connection; others send the rest.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	Cut    bool
}
