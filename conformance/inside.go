package conformance

import (
	"io/fs"
	"sync"
	"time"

	"postern/shared/accesslog"
	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/dialect/builtin"
	"postern/shared/gateway"
	"postern/shared/memory"
)

// inside is a gateway in the runner's own process, as serve would run it, with the stores in memory.
type inside struct {
	watch
	gateway  *gateway.Gateway
	registry *memory.Registry
	counter  *memory.Counter
	breaker  memory.Breaker
	nonces   *memory.Nonces
}

func newInside(s *setting) (*inside, error) {
	i := &inside{registry: memory.NewRegistry(), counter: memory.NewCounter(), nonces: memory.NewNonces()}
	i.now, i.breaker.Now = s.now, i.Now
	if err := i.registry.Apply(s.registry); err != nil {
		return nil, err
	}
	var err error
	i.gateway, err = i.compile(s, s.definition)
	return i, err
}

// compile makes a gateway of a definition and the stores of the house.
func (i *inside) compile(s *setting, def *config.Definition) (*gateway.Gateway, error) {
	voices, err := builtin.Dialects()
	if err != nil {
		return nil, err
	}
	g, broken := app.New(def, app.Options{
		Dialects: voices,
		Keys:     i.registry,
		Plans:    i.registry,
		States:   i.registry,
		Counter:  i.counter,
		Breaker:  &i.breaker,
		Nonces:   i.nonces,
		Secret:   i.registry.Secret,
		Function: s.functions(i.Now),
		Env:      func(string) (string, bool) { return "", false },
		File: func(name string) ([]byte, error) {
			text, ok := s.files[name]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return []byte(text), nil
		},
		Now: i.Now,
		Log: accesslog.New(accesslog.Logger(s.log)),
	})
	if fatal := broken.Fatal(); len(fatal) > 0 {
		return nil, fatal
	}
	return g, nil
}

func (i *inside) apply(r *config.Registry) error { return i.registry.Apply(r) }

func (i *inside) close() error { return nil }

// watch is a clock that only a case sets.
type watch struct {
	mu  sync.Mutex
	now time.Time
}

func (w *watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *watch) setClock(now time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = now
	return nil
}
