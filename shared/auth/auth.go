// Package auth verifies what requests claim: signatures, tokens and API keys.
//
// It promises constant-time comparison, one algorithm a key, and no effect of the unverified parts of a credential. It knows
// no vendor: a dialect's Reader says what a request claims. It imports fault, gateway and golang-jwt.
package auth

import (
	"context"
	"crypto"
	"errors"

	"postern/shared/gateway"
)

// ErrAbsent says, in the chain of a Reader's fault, that the request does not use the scheme at all.
var ErrAbsent = errors.New("the request does not use this scheme")

// ErrNoKey is what Keys returns for an id that nobody has.
var ErrNoKey = errors.New("no such key")

// Rules are what a route asks of a scheme beyond its vendor's format.
type Rules struct {
	RequireHeaders []string      // must be sent and signed
	Hashes         []crypto.Hash // that a request may choose; nil: the vendor's usual one
	Quote          string        // what a refusal shows of the string to sign: full, path-only or off
	RequireTime    bool          // the signed time must be sent
	In, Name       string        // where a token is sent: header, query or cookie, and its name; "": the vendor's own
	Query          bool          // an API key may be sent in the query too
}

// Reader reads what a request claims. It judges the format alone: nothing of what it returns is verified.
type Reader func(*gateway.Request) (*gateway.Credential, error)

// Keys finds the keys that callers were given.
type Keys interface {
	// Key is the key of this id. For API keys the id is KeyID of the value. ErrNoKey: there is none.
	Key(ctx context.Context, id string) (*Key, error)
}

// Key is what is stored of a credential. It is shared between requests and not to be changed.
type Key struct {
	Name     string // public, for logs
	App      string
	Secrets  []*Secret // live ones, at most two; nil for API keys
	Inactive bool
	Owner    string           // the account that the application belongs to
	Grants   map[string]Grant // the APIs that it may call
}

// Grant is what may be called of an API.
type Grant = gateway.Grant
