package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// MaxKeySet is the largest key set that is read, in bytes.
const MaxKeySet = 64 << 10

// fetchTime is how long a fetch may take, all in all.
const fetchTime = 1500 * time.Millisecond

// Fetch gets a URL, without following redirects. A body over MaxKeySet bytes is a fault of the kind BackendSize.
type Fetch func(ctx context.Context, url string) (status int, body []byte, err error)

// KeySet is the keys behind a JWKS URL. They are fetched when a token needs them, by one request for all who wait, and kept
// for Life; there is no goroutine. It reads no clock: the time is that of the request. NewKeySet makes one; the durations
// may be changed before its first use and must be positive.
type KeySet struct {
	Life     time.Duration // how long a fetched set is used, 5 minutes; never longer
	CoolDown time.Duration // the least time between fetches because a good set lacks a key, 10 seconds
	Retry    time.Duration // the least time between fetches that fail, 1 second

	url     string
	fetch   Fetch
	turn    chan struct{} // held by who fetches
	current atomic.Pointer[keySetState]
}

// keySetState is what is known of the set at one time. It is replaced, never changed.
type keySetState struct {
	keys    []jwk
	fetched time.Time    // when the keys were; zero: never
	asked   time.Time    // the last attempt; zero: none
	failure *fault.Fault // of the last attempt
}

// NewKeySet is the set behind url, not yet fetched.
func NewKeySet(url string, fetch Fetch) *KeySet {
	s := &KeySet{
		Life: 5 * time.Minute, CoolDown: 10 * time.Second, Retry: time.Second,
		url: url, fetch: fetch, turn: make(chan struct{}, 1),
	}
	s.current.Store(&keySetState{})
	return s
}

// For finds the keys of tokens of one algorithm. Without a set that is valid it fails with AuthJWKSDown or AuthJWKSFormat.
func (s *KeySet) For(algorithm string) TokenKey {
	return func(ctx context.Context, kid string, now time.Time) (any, error) {
		state := s.current.Load()
		if s.valid(state, now) {
			if key, err := pick(state.keys, algorithm, kid); err == nil {
				return key, nil
			}
		}
		state, err := s.refresh(ctx, now)
		if err != nil {
			return nil, err
		}
		if state.failure != nil && !s.valid(state, now) {
			return nil, state.failure
		}
		return pick(state.keys, algorithm, kid)
	}
}

func (s *KeySet) valid(state *keySetState, now time.Time) bool {
	return !state.fetched.IsZero() && now.Sub(state.fetched) < s.Life
}

// refresh asks for the set again unless that was done just now, by whomever.
func (s *KeySet) refresh(ctx context.Context, now time.Time) (*keySetState, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	state := s.current.Load()
	if !s.due(state, now) {
		return state, nil
	}
	next := &keySetState{keys: state.keys, fetched: state.fetched, asked: now}
	keys, failure := s.ask(ctx)
	if failure != nil {
		next.failure = failure
	} else {
		next.keys, next.fetched = keys, now
	}
	s.current.Store(next)
	return next, nil
}

func (s *KeySet) due(state *keySetState, now time.Time) bool {
	since := now.Sub(state.asked)
	switch {
	case s.valid(state, now):
		return since >= s.CoolDown
	case state.failure != nil:
		return since >= s.Retry
	default:
		return true
	}
}

// ask fetches the set. It goes on when the client leaves: others wait for it too.
func (s *KeySet) ask(ctx context.Context) ([]jwk, *fault.Fault) {
	ctx, cancel := gateway.Shared(ctx, fetchTime)
	defer cancel()
	status, body, err := s.fetch(ctx, s.url)
	switch {
	case err != nil && fault.From(err).Kind == fault.BackendSize, len(body) > MaxKeySet:
		return nil, fault.New(fault.AuthJWKSFormat, nil, errors.New("fetch key set: too large"))
	case err != nil:
		return nil, fault.New(fault.AuthJWKSDown, nil, fmt.Errorf("fetch key set: %w", err))
	case status != http.StatusOK:
		return nil, fault.New(fault.AuthJWKSDown, nil, fmt.Errorf("fetch key set: status %d", status))
	}
	keys, err := parseKeySet(body)
	if err != nil {
		return nil, fault.New(fault.AuthJWKSFormat, nil, err)
	}
	return keys, nil
}
