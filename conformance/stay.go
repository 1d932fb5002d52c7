package conformance

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"postern/shared/gateway"
)

// Terms are what a Stay is opened with.
type Terms struct {
	Definition, Registry string    // YAML
	Now                  time.Time // its clock stands still
	Log                  io.Writer // gets every line of the log
	Env                  []string  // of a function, NAME=value, in place of what its door sets
}

// Stay is a house that many requests go through. It is safe for concurrent use.
type Stay struct {
	house house
	door  Door
}

// Open makes a house behind the door.
func (d Door) Open(t Terms) (*Stay, error) {
	b := &bench{door: d}
	definition, err := b.define(t.Definition)
	if err != nil {
		return nil, err
	}
	registry, err := b.register(t.Registry)
	if err != nil {
		return nil, err
	}
	h, err := d.open(&setting{definition: definition, registry: registry, now: t.Now, log: t.Log, env: t.Env})
	return &Stay{h, d}, err
}

// Do carries a request, as the bytes that a client writes. The answer is without what the door has stamped on it.
func (s *Stay) Do(ctx context.Context, raw []byte) (*Answer, error) {
	a, err := s.house.do(ctx, raw)
	if err == nil {
		for _, name := range s.door.stamps {
			a.Header.Del(name)
		}
	}
	return a, err
}

// Close waits until nothing runs any more.
func (s *Stay) Close() error { return s.house.close() }

// Detour is how another door treats a request and its answer.
type Detour struct {
	Change  func(*gateway.Request)       // makes of the request what that door makes of it
	Carries func(*gateway.Response) bool // says whether that door can carry an answer
}

var errDetour = errors.New("a detour begins at the door direct")

// Follow is Do at the door direct, of a request and an answer that another door would have had.
func (s *Stay) Follow(ctx context.Context, raw []byte, by Detour) (*Answer, error) {
	d, ok := s.house.(*direct)
	if !ok {
		return nil, errDetour
	}
	r, body, err := parseRequest(raw)
	if err != nil {
		return nil, err
	}
	r.ID, r.Received, r.Door = requestID, d.Now(), d.door
	by.Change(r)
	r.Load = load(body)
	var sent *Answer
	d.gateway.Serve(ctx, r, func(a *gateway.Response) error {
		if !by.Carries(a) {
			return gateway.ErrTooLarge
		}
		switch {
		case a.Cut && r.Door.Cuts:
			sent = &Answer{Cut: true}
		case r.Method == http.MethodHead:
			sent = &Answer{Status: a.Status, Header: a.Header.Clone()}
		default:
			sent = &Answer{Status: a.Status, Header: a.Header.Clone(), Body: a.Body}
		}
		return nil
	})
	return sent, ctx.Err()
}
