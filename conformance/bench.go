package conformance

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"postern/shared/config"
	"postern/shared/config/yaml"
)

const requestID = "test-request-id"

// bench is a case being run through one door.
type bench struct {
	door     Door
	house    house
	backends map[string]*server
	now      time.Time
	log      *journal

	definition *config.Definition
	known      []*config.Registry // applied so far

	request    string // the last text, for sections that repeat it
	answer     string
	answers    []*Answer // to the last request section
	records    []*entry  // of the same, one each
	verdicts   []*entry  // of an authorizer, on the same
	credential []string  // what clients sent as such: no log may show it
}

// Run runs a case through a door. The error says which step failed and what was there instead.
func (c *Case) Run(door Door) error {
	return c.through(door, func(b *bench, s step) error { return s.run(b) })
}

// through takes every step of a case at a door.
func (c *Case) through(door Door, take func(*bench, step) error) error {
	b := &bench{door: door, backends: map[string]*server{}, now: c.Now, log: newJournal()}
	defer func() {
		for _, s := range b.backends {
			s.close()
		}
	}()
	if err := b.setUp(c); err != nil {
		return fmt.Errorf("set-up: %w", err)
	}
	for i, s := range c.steps {
		if err := take(b, s); err != nil {
			_ = b.house.close()
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	if err := b.house.close(); err != nil {
		return err
	}
	return b.log.none()
}

// setUp starts the backends that the case names, and opens the house.
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
	s := &setting{files: map[string]string{}, now: b.now, log: b.log}
	for name, text := range c.files {
		if s.files[name], err = b.expand(text); err != nil {
			return err
		}
	}
	if b.definition, err = b.define(c.definition); err != nil {
		return err
	}
	s.definition, s.registry = b.definition, &config.Registry{}
	if c.resuming != "" {
		if s.resuming, err = b.define(c.resuming); err != nil {
			return fmt.Errorf("proxy.yaml: %w", err)
		}
	}
	if c.registry != "" {
		if s.registry, err = b.register(c.registry); err != nil {
			return err
		}
	}
	if err := b.surround(s, c); err != nil {
		return err
	}
	b.house, err = b.door.open(s)
	return err
}

func (b *bench) define(text string) (*config.Definition, error) {
	text, err := b.expand(text)
	if err != nil {
		return nil, err
	}
	def, _, problems := yaml.Load("postern.yaml", []byte(text))
	if len(problems) > 0 {
		return nil, problems
	}
	if fatal := config.Check(def).Fatal(); len(fatal) > 0 {
		return nil, fatal
	}
	return def, nil
}

func (b *bench) register(text string) (*config.Registry, error) {
	text, err := b.expand(text)
	if err != nil {
		return nil, err
	}
	r, _, problems := yaml.LoadRegistry("registry.yaml", []byte(text))
	if len(problems) > 0 {
		return nil, fmt.Errorf("registry: %w", problems)
	}
	b.known = append(b.known, r)
	return r, nil
}

func (b *bench) expand(text string) (string, error) {
	return expand(strings.ReplaceAll(text, "${scheme}", b.door.scheme()), b.address)
}

func (b *bench) address(name string) (string, error) {
	s, ok := b.backends[name]
	if !ok {
		return "", errors.New("there is no such backend")
	}
	return s.address, nil
}
