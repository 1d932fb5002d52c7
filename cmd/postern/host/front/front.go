// Package front is AWS's front doors on one machine: HTTP on one side, the events and answers of a Lambda function on the other.
//
// It promises that a function gets the event that the real door would make of the same bytes, and a client the answer that it
// would make of what the function says, with the door's own limits and error pages. What the real door could not carry, or what
// nobody documents, is refused with the reason, never mangled. It knows nothing of how shared/event reads events: each is a
// reading of AWS's documents that checks the other. It imports host, for the ways in which an invocation fails.
package front

import (
	"net/http"
	"net/netip"
	"strings"
)

// Door makes answers of requests.
type Door interface {
	Limits() Limits
	Answer(*Request) *Response
	Refuse(*Refusal) *Response // what it answers by itself
}

// Limits of what a door reads, in bytes.
type Limits struct {
	Line  int // of the request line
	Field int // of one header line
	Head  int // of all of them
	Body  int
}

// Refusal is why a door answers by itself.
type Refusal struct {
	Status       int
	Why          string
	Undocumented bool // nobody says what the real door does
}

func (r *Refusal) Error() string { return r.Why }

// explained is a text of ours, where nobody knows what the real door answers.
func (r *Refusal) explained(door string) *Response {
	body := "The " + door + " could not carry this request: " + r.Why + ". What it answers is not documented.\n"
	return &Response{
		Status: r.Status, Reason: http.StatusText(r.Status),
		Header: []Field{{"Content-Type", "text/plain; charset=utf-8"}}, Body: []byte(body),
	}
}

// Field is a header line.
type Field struct{ Name, Value string }

// Request is what a client wrote, as it wrote it.
type Request struct {
	Method, Target, Proto string
	Header                []Field    // in order
	Body                  []byte     // without its framing
	Peer                  netip.Addr // who wrote it
	Secure                bool       // over TLS
	Ambiguous             bool       // others may read its length in another way: the connection ends with it
}

// Values are those of a header, in order.
func (q *Request) Values(name string) (values []string) {
	for _, f := range q.Header {
		if strings.EqualFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// has says whether one of the comma-separated words of a header is this one.
func (q *Request) has(name, word string) bool {
	for _, value := range q.Values(name) {
		for w := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(w), word) {
				return true
			}
		}
	}
	return false
}

// Response is what a client gets. Content-Length, Connection and, where there is none, Date are added when it is written.
type Response struct {
	Status int
	Reason string // "": none
	Header []Field
	Body   []byte
}
