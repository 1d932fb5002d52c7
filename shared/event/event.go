// Package event turns Lambda events into requests, and answers into what the front door behind an event expects.
//
// It promises that a Request keeps what the client sent: path and query percent-encoded as they came, header values whole,
// the body decoded once and never copied. What a door destroys before its event is made is listed by Facts, from which
// docs/doors.md is written. It imports gateway and the standard library.
package event

import (
	"fmt"
	"time"

	"postern/shared/gateway"
)

// Modes of a load balancer's X-Forwarded-For (attribute routing.http.xff_header_processing.mode).
const (
	Append   = "append"   // it adds the peer at the right
	Preserve = "preserve" // it passes the client's header on: the peer is not known, and a proxy before it must be trusted
	Remove   = "remove"   // it takes the header away: no client's address is known
)

// Options say how the doors are set. Client, TrustTLS and TrustMTLS must be as the load balancer is: with the wrong mode a client could
// claim any address.
type Options struct {
	Client    string                 // Append, Preserve or Remove; "": Append
	TrustTLS  bool                   // X-Amzn-Tls-* are the load balancer's; false: they are dropped
	TrustMTLS bool                   // X-Amzn-Mtls-* are: its listener asks clients for certificates; false: they are dropped
	ID        func(time.Time) string // of a request whose event has none; nil: it stays empty
	Stream    bool                   // REST APIs transfer in mode STREAM, function URLs are invoked in mode RESPONSE_STREAM
}

// Check says what is wrong with the options.
func (o Options) Check() error {
	switch o.Client {
	case "", Append, Preserve, Remove:
		return nil
	}
	return fmt.Errorf("event: %q is no mode of X-Forwarded-For: use %s, %s or %s", o.Client, Append, Preserve, Remove)
}

// Event is one invocation, read.
type Event struct {
	Request *gateway.Request
	Health  bool // the load balancer asks for itself, not for a client
	// Authorizer is the context that the door's Lambda authorizer gave: texts as they are, other values as JSON; nil: there
	// was none. A client cannot write into it.
	Authorizer map[string]string
	Stamp      Stamp // of a REST or HTTP API; else empty
	// Encode is the answer as this event's door takes it; gateway.ErrTooLarge when the door would not.
	Encode func(*gateway.Response) ([]byte, error)
	// Stream says that Encode's answer is of the content type StreamType, and not JSON.
	Stream bool
}
