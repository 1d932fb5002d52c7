// Package app makes a Gateway of a definition, the stores and the dialects. It is the only place that knows everything, and
// it does nothing but wiring: one file a concern. It imports every package of shared but the doors.
package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"postern/shared/auth"
	"postern/shared/config"
	"postern/shared/dialect"
	"postern/shared/forward"
	"postern/shared/gateway"
	"postern/shared/guard"
	"postern/shared/limit"
	"postern/shared/replay"
)

// Options are what a gateway is made with, beside its definition.
type Options struct {
	Dialects []*dialect.Dialect
	Keys     auth.Keys
	Plans    limit.Plans
	Counter  limit.Counter
	Breaker  forward.Breaker
	Nonces   replay.Nonces
	States   guard.Standings                           // nil: nothing is asked about states
	Secret   func(name string) (value string, ok bool) // what ${secret:NAME} stands for
	Env      func(name string) (value string, ok bool) // what ${env:NAME} stands for
	File     func(name string) ([]byte, error)         // a file beside the definition
	Dial     forward.Dial                              // nil: the network's own
	Function func(name string) (forward.Caller, error) // what stands for a backend's function; nil: none is called
	Now      func() time.Time                          // nil: time.Now
	Log      func(context.Context, *gateway.Record)
	Enforce  bool // routes that an authorizer alone cannot judge are problems
}

// New compiles a definition whose routes carry their merged policies, as config/yaml loads it. The gateway is nil when a
// problem is fatal. def is not changed.
func New(def *config.Definition, o Options) (*gateway.Gateway, config.Problems) {
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &compiler{Options: o, digest: digest(def)}
	c.def = c.resolve(def)
	find := c.compile()
	if len(c.problems.Fatal()) > 0 {
		return nil, c.problems
	}
	return &gateway.Gateway{Digest: c.digest, Find: find, Now: o.Now, Log: o.Log}, c.problems
}

// digest tells definitions apart. It is taken before secrets are filled in.
func digest(def *config.Definition) string {
	data, err := json.Marshal(def)
	if err != nil {
		panic(fmt.Sprintf("app: a definition that cannot be written as JSON: %v", err)) // it came from there
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}
