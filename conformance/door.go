package conformance

import (
	"context"
	"io"
	"time"

	"postern/shared/config"
)

// Door is a way to call postern. Behind it, each case gets a house of its own.
type Door struct {
	Name   string
	logged string   // how records name it; "": the same
	cuts   bool     // it can drop the connection instead of answering
	adds   []string // header fields that it adds on the way to a backend
	stamps []string // header fields that it adds on the way to a client
	media  string   // Content-Type that it adds to an answer that has none; "": it adds none
	secure bool     // its clients come over TLS alone
	open   func(*setting) (house, error)
}

// scheme is how its clients come.
func (d *Door) scheme() string {
	if d.secure {
		return "https"
	}
	return "http"
}

// authorized is the door with an authorizer of ours in front of the function.
func (d Door) authorized(open func(*setting) (house, error)) Door {
	d.Name, d.logged, d.open = d.Name+"-authorizer", d.Name, open
	return d
}

// setting is what a case configures.
type setting struct {
	definition *config.Definition
	files      map[string]string // that the definition refers to
	registry   *config.Registry
	now        time.Time
	log        io.Writer     // gets every line of the house's log
	env        []string      // of a function, in place of what the door sets
	timeout    time.Duration // of its invocations; 0: the host's own

	resuming *config.Definition // of a proxy behind an authorizer; nil: the same
}

// house is a postern of one case. do is called by several goroutines at once, the rest between requests.
type house interface {
	// do carries a request, as the bytes that a client writes. It returns when the answer is there, or with the error of ctx when
	// that ends before.
	do(ctx context.Context, raw []byte) (*Answer, error)
	// apply is an operator's act: apps, plans and secrets are replaced by name.
	apply(*config.Registry) error
	setClock(time.Time) error
	// close waits until nothing runs any more and all is logged.
	close() error
}

// DoorNames are those of all doors, by the alphabet; what a case may name.
func DoorNames() []string {
	return []string{"alb", "direct", "http", "http-authorizer", "rest", "rest-authorizer", "serve", "split", "url"}
}

// Doors are those that need Go alone. A Cloud has the others.
func Doors() []Door {
	return []Door{
		{Name: "direct", cuts: true, open: openDirect},
		{Name: "split", open: openSplit},
		{Name: "serve", cuts: true, open: openServe},
	}
}
