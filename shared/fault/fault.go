// Package fault is the vocabulary of failure: what went wrong, in no vendor's words.
//
// It promises that what a Fault shows (its Kind and Args) and what it hides (its cause) never mix: only the first two may
// reach a client. It imports the standard library alone.
package fault

import (
	"context"
	"errors"
	"strings"
)

// Kind says what went wrong, dotted from the general to the special: "limit.app.quota".
type Kind string

// Parent is the next more general kind; "" above a root.
func (k Kind) Parent() Kind {
	if i := strings.LastIndexByte(string(k), '.'); i >= 0 {
		return k[:i]
	}
	return ""
}

// Under says whether k is the ancestor or one of its descendants.
func (k Kind) Under(ancestor Kind) bool {
	rest, ok := strings.CutPrefix(string(k), string(ancestor))
	return ok && (rest == "" || rest[0] == '.')
}

// Args are facts that may be shown to the client: never a secret, never a cause. Params names those of each kind.
type Args map[string]string

// Fault is a refusal or a failure on its way to the dialect that words it. Err is for the log alone; nil when Kind says all.
type Fault struct {
	Kind Kind
	Args Args
	Err  error
}

// New makes a fault. args and err may be nil.
func New(kind Kind, args Args, err error) *Fault { return &Fault{Kind: kind, Args: args, Err: err} }

// Error is for logs and tests; it is never shown to a client.
func (f *Fault) Error() string {
	if f.Err == nil {
		return string(f.Kind)
	}
	return string(f.Kind) + ": " + f.Err.Error()
}

// Unwrap is the hidden cause.
func (f *Fault) Unwrap() error { return f.Err }

// From is the fault in err's chain. A cancelled context means that the client left, a deadline that the time is over; every
// other error is Internal. err must not be nil.
func From(err error) *Fault {
	var f *Fault
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled):
		return New(ClientGone, nil, err)
	case errors.Is(err, context.DeadlineExceeded):
		return New(InternalTimeout, nil, err)
	default:
		return New(Internal, nil, err)
	}
}
