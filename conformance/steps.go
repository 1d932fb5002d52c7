package conformance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// backend changes what a backend does; the first of a name is part of the set-up too.
type backend struct {
	name      string
	behaviour *behaviour
}

func (s *backend) run(b *bench) error { return b.backends[s.name].become(s.behaviour) }

// clock moves the time.
type clock time.Duration

func (s clock) run(b *bench) error {
	b.now = b.now.Add(time.Duration(s))
	return b.house.setClock(b.now)
}

// act is what an operator does to the registry.
type act string

func (s act) run(b *bench) error {
	r, err := b.register(string(s))
	if err != nil {
		return err
	}
	return b.house.apply(r)
}

// request is what one client sends, once or several times, or two clients at once.
type request struct {
	text     string // "": that of the request before
	times    int
	together bool // all of them at once
	crlf     bool
	letter   string        // A or B of a pair
	with     *request      // the B of this A
	gone     time.Duration // when the client hangs up; 0: it waits
}

func (s *request) run(b *bench) error {
	for _, backend := range b.backends {
		backend.forget()
	}
	raw, err := s.raw(b)
	if err != nil {
		return err
	}
	messages := make([][]byte, s.times)
	for i := range messages {
		messages[i] = raw
	}
	if s.with != nil {
		if raw, err = s.with.raw(b); err != nil {
			return err
		}
		messages = append(messages, raw)
	}
	if s.together || s.with != nil {
		b.answers, err = b.sendTogether(messages)
	} else {
		b.answers, err = b.send(messages, s.gone)
	}
	b.records, b.verdicts = nil, nil
	return err
}

func (s *request) raw(b *bench) ([]byte, error) {
	if s.text != "" {
		b.request = s.text
	}
	if b.request == "" {
		return nil, errors.New("there is no request to repeat")
	}
	text, err := b.expand(b.request)
	if err != nil {
		return nil, err
	}
	raw := wire(text, s.crlf)
	b.credential = append(b.credential, credentials(raw)...)
	return raw, nil
}

func (b *bench) send(messages [][]byte, gone time.Duration) ([]*Answer, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if gone > 0 {
		defer time.AfterFunc(gone, cancel).Stop()
	}
	answers := make([]*Answer, len(messages))
	for i, raw := range messages {
		a, err := b.house.do(ctx, raw)
		switch {
		case gone > 0 && errors.Is(err, context.Canceled):
			return nil, nil
		case gone > 0 && err == nil:
			return nil, errors.New("the client was to leave, but there was an answer before")
		case err != nil:
			return nil, fmt.Errorf("request: %w", err)
		}
		answers[i] = a
	}
	return answers, nil
}

func (b *bench) sendTogether(messages [][]byte) ([]*Answer, error) {
	answers, errs := make([]*Answer, len(messages)), make([]error, len(messages))
	var all sync.WaitGroup
	for i, raw := range messages {
		all.Go(func() { answers[i], errs[i] = b.house.do(context.Background(), raw) })
	}
	all.Wait()
	return answers, errors.Join(errs...)
}

// received is what a backend got of the last request; "" is nothing.
type received struct{ name, text string }

func (s *received) run(b *bench) error {
	backend, ok := b.backends[s.name]
	if !ok {
		return fmt.Errorf("there is no backend %s", s.name)
	}
	if s.text == "" {
		return backend.got(nil, nil)
	}
	text, err := b.expand(s.text)
	if err != nil {
		return err
	}
	return backend.got(wire(text, false), b.door.adds)
}
