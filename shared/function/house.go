package function

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/fault"
	"postern/shared/gateway"
)

const (
	refresh  = 30 * time.Second // how often secrets are looked up while there is a gateway
	retry    = time.Second      // and while there is none
	patience = 3 * time.Second  // for a look-up while there is none: nothing else can be done
	haste    = time.Second      // and while there is one
)

// house keeps the gateway of an environment. It is made of the definition and of the secrets in the registry, and made anew
// when one of those has changed. What a running exchange has stays as it is.
type house struct {
	definition *config.Definition
	names      []string // of its secrets
	secrets    func(context.Context, []string) (map[string]string, error)
	options    app.Options // all but Secret
	log        *slog.Logger
	stale      *sparse

	current atomic.Pointer[gateway.Gateway] // nil: none could be made so far
	failure atomic.Pointer[error]           // why not

	mu     sync.Mutex
	next   time.Time         // nothing is looked up before
	values map[string]string // of the secrets, that a gateway was to be made of; nil: none was tried
	built  error             // what became of it
}

// refresh looks up the secrets when it is time to, and makes a gateway where there is none of them. It returns at once while
// another call is at it.
func (h *house) refresh(ctx context.Context) {
	if !h.mu.TryLock() {
		return
	}
	defer h.mu.Unlock()
	now := h.options.Now()
	if now.Before(h.next) || h.values != nil && len(h.names) == 0 {
		return
	}
	serving := h.current.Load() != nil
	limit := patience
	if serving {
		limit = haste
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := guard(func() error { return h.renew(ctx) })
	h.next = now.Add(refresh)
	switch {
	case err != nil && serving:
		h.stale.error(ctx, "the gateway stays as it is", err)
	case err != nil:
		h.next = now.Add(retry)
		h.failure.Store(&err)
	}
}

// renew makes a gateway unless that was tried with the same secrets before.
func (h *house) renew(ctx context.Context) error {
	values := map[string]string{}
	if len(h.names) > 0 {
		var err error
		if values, err = h.secrets(ctx, h.names); err != nil {
			return fault.New(fault.InternalStore, nil, fmt.Errorf("the definition's secrets: %w", err))
		}
	}
	if h.values == nil || !maps.Equal(values, h.values) {
		h.built = h.build(ctx, values)
		h.values = values
	}
	return h.built
}

func (h *house) build(ctx context.Context, secrets map[string]string) error {
	o := h.options
	o.Secret = func(name string) (string, bool) { value, ok := secrets[name]; return value, ok }
	g, problems := app.New(h.definition, o)
	if g == nil {
		return problems
	}
	if len(problems) > 0 {
		h.log.WarnContext(ctx, "the definition has defects: there, its vendor's answer is given", "cause", problems.Error())
	}
	if h.current.Swap(g) != nil {
		h.log.InfoContext(ctx, "a secret has changed: the gateway is made anew")
	}
	return nil
}
