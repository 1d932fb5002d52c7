package forward

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"sync"
	"time"

	"postern/shared/fault"
	"postern/shared/gateway"
)

// Precall asks a service whether a request may pass: the step "pre-call". The service gets the client's header, neither its
// URL nor its body. 200 lets the request pass; any other answer is the client's.
type Precall struct {
	Client *Client
	To     *gateway.Outbound // as ParseURL gives it, with Method
	Limits Limits
	Cache  time.Duration // how long a 200 holds for the same Vary; 0: it does not
	Vary   []string      // headers that tell callers apart
	Now    func() time.Time
}

// Step refuses with Precall when the service cannot be asked.
func (p Precall) Step() gateway.Step {
	passed := &passes{until: make(map[callerKey]time.Time)}
	return gateway.Step{Name: "pre-call", Run: func(ctx context.Context, x *gateway.Exchange) error {
		if p.Cache == 0 {
			return p.ask(ctx, x)
		}
		key, at := p.caller(x.Request), x.Request.Received
		if passed.has(key, at) {
			return nil
		}
		err := p.ask(ctx, x)
		if err == nil && x.Answer == nil {
			passed.add(key, at, p.Cache)
		}
		return err
	}}
}

func (p Precall) ask(ctx context.Context, x *gateway.Exchange) error {
	out := *p.To
	out.Header = CleanHeader(x)
	start := p.Now()
	answer, err := p.Client.Do(ctx, &out, p.Limits)
	x.BackendTime += p.Now().Sub(start)
	switch {
	case err == nil && answer.Status == http.StatusOK:
		return nil
	case err == nil:
		x.Answer = answer
		return nil
	}
	if kind := fault.From(err).Kind; kind == fault.ClientGone || kind == fault.RequestMalformed {
		return err
	}
	return fault.New(fault.Precall, nil, err)
}

// callerKey is a digest: what tells callers apart are their secrets.
type callerKey [sha256.Size]byte

func (p Precall) caller(r *gateway.Request) (key callerKey) {
	hash := sha256.New()
	number := func(n int) { hash.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	for _, name := range p.Vary {
		values := r.Header.Values(name)
		number(len(values))
		for _, v := range values {
			number(len(v))
			hash.Write([]byte(v))
		}
	}
	hash.Sum(key[:0])
	return key
}

// passes are the callers that were let through, and until when.
type passes struct {
	mu    sync.Mutex
	until map[callerKey]time.Time
}

const mostPasses = 1000

func (p *passes) has(key callerKey, at time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return at.Before(p.until[key])
}

// add makes room where there is none: by those that are over, else by any one.
func (p *passes) add(key callerKey, at time.Time, hold time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.until) >= mostPasses {
		for k, until := range p.until {
			if !at.Before(until) {
				delete(p.until, k)
			}
		}
	}
	for k := range p.until {
		if len(p.until) < mostPasses {
			break
		}
		delete(p.until, k)
	}
	p.until[key] = at.Add(hold)
}
