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
}

func newInside(s *setting) (*inside, error) {
	i := &inside{registry: memory.NewRegistry()}
	i.now = s.now
	if err := i.registry.Apply(s.registry); err != nil {
		return nil, err
	}
	voices, err := builtin.Dialects()
	if err != nil {
		return nil, err
	}
	var broken config.Problems
	i.gateway, broken = app.New(s.definition, app.Options{
		Dialects: voices,
		Keys:     i.registry,
		Plans:    i.registry,
		Counter:  memory.NewCounter(),
		Breaker:  &memory.Breaker{Now: i.Now},
		Secret:   i.registry.Secret,
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
	return i, nil
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
