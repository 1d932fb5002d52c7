package conformance

import (
	"fmt"
	"io/fs"
	"time"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/dialect/builtin"
	"postern/shared/gateway"
	"postern/shared/memory"
)

// subject is what a case tests: a gateway as serve would run it, with the stores in memory.
type subject struct {
	gateway    *gateway.Gateway
	registry   *memory.Registry
	definition *config.Definition
	known      []*config.Registry // applied so far
	log        *journal
}

func newSubject(definition, registry string, files map[string]string, now func() time.Time) (*subject, error) {
	s := &subject{registry: memory.NewRegistry(), log: newJournal()}
	if registry != "" {
		if err := s.apply(registry); err != nil {
			return nil, err
		}
	}
	def, _, problems := yaml.Load("postern.yaml", []byte(definition))
	if len(problems) > 0 {
		return nil, problems
	}
	if fatal := config.Check(def).Fatal(); len(fatal) > 0 {
		return nil, fatal
	}
	voices, err := builtin.Dialects()
	if err != nil {
		return nil, err
	}
	s.definition = def
	var broken config.Problems
	s.gateway, broken = app.New(def, app.Options{
		Dialects: voices,
		Keys:     s.registry,
		Plans:    s.registry,
		Counter:  memory.NewCounter(),
		Breaker:  &memory.Breaker{Now: now},
		Secret:   s.registry.Secret,
		Env:      func(string) (string, bool) { return "", false },
		File: func(name string) ([]byte, error) {
			text, ok := files[name]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return []byte(text), nil
		},
		Now: now,
		Log: s.log.add,
	})
	if fatal := broken.Fatal(); len(fatal) > 0 {
		return nil, fatal
	}
	return s, nil
}

// apply is an operator's act: apps, plans and secrets are replaced by name.
func (s *subject) apply(text string) error {
	r, _, problems := yaml.LoadRegistry("registry.yaml", []byte(text))
	if len(problems) > 0 {
		return fmt.Errorf("registry: %w", problems)
	}
	s.known = append(s.known, r)
	return s.registry.Apply(r)
}

// secrets are what the definition and the registry must keep to themselves.
func (s *subject) secrets() []string {
	secrets := secretsOf(s.definition)
	for _, r := range s.known {
		secrets = append(secrets, secretsOfRegistry(r)...)
	}
	return secrets
}
