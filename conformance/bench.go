package conformance

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

const requestID = "test-request-id"

// bench is a case being run through one door: a gateway with its stores, backends and clock.
type bench struct {
	*subject
	door     Door
	backends map[string]*server
	now      *watch

	request    string // the last text, for sections that repeat it
	answer     string
	answers    []*Answer // to the last request section
	records    []*entry  // of the same
	credential []string  // what clients sent as such: no log may show it
}

// watch is a clock that only a case moves.
type watch struct {
	mu  sync.Mutex
	now time.Time
}

func (w *watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *watch) move(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// Run runs a case through a door. The error says which step failed and what was there instead.
func (c *Case) Run(door string) (err error) {
	open, ok := doors()[door]
	if !ok {
		return fmt.Errorf("there is no door %s", door)
	}
	b := &bench{backends: map[string]*server{}, now: &watch{now: c.Now}}
	defer func() {
		for _, s := range b.backends {
			s.close()
		}
	}()
	if err := b.setUp(c); err != nil {
		return fmt.Errorf("set-up: %w", err)
	}
	if b.door, err = open(b.gateway, b.now.Now); err != nil {
		return err
	}
	for i, s := range c.steps {
		if err := s.run(b); err != nil {
			_ = b.door.Close()
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	if err := b.door.Close(); err != nil {
		return err
	}
	return b.log.none()
}

// setUp starts the backends that the case names, and the gateway.
func (b *bench) setUp(c *Case) (err error) {
	for _, s := range c.steps {
		if s, ok := s.(*backend); ok && b.backends[s.name] == nil {
			if b.backends[s.name], err = newServer(); err != nil {
				return err
			}
			if err := b.backends[s.name].become(s.behaviour); err != nil {
				return err
			}
		}
	}
	files := map[string]string{}
	for name, text := range c.files {
		if files[name], err = b.expand(text); err != nil {
			return err
		}
	}
	definition, err := b.expand(c.definition)
	if err != nil {
		return err
	}
	registry, err := b.expand(c.registry)
	if err != nil {
		return err
	}
	b.subject, err = newSubject(definition, registry, files, b.now.Now)
	return err
}

func (b *bench) expand(text string) (string, error) { return expand(text, b.address) }

func (b *bench) address(name string) (string, error) {
	s, ok := b.backends[name]
	if !ok {
		return "", errors.New("there is no such backend")
	}
	return s.address, nil
}
