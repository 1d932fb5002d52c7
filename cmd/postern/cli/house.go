package cli

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"postern/shared/accesslog"
	"postern/shared/app"
	"postern/shared/aws/awsenv"
	"postern/shared/aws/lambda"
	"postern/shared/dialect"
	"postern/shared/dialect/builtin"
	"postern/shared/forward"
	"postern/shared/gateway"
	"postern/shared/memory"
)

// house is the gateway of a process: the current one, and the state that outlives a reload.
type house struct {
	files
	env      func(string) (string, bool)
	dialects []*dialect.Dialect
	counter  *memory.Counter
	breaker  *memory.Breaker
	nonces   *memory.Nonces
	log      func(context.Context, *gateway.Record)
	current  atomic.Pointer[gateway.Gateway]
}

func newHouse(f files, env func(string) (string, bool), log *slog.Logger) (*house, error) {
	all, err := builtin.Dialects()
	if err != nil {
		return nil, err
	}
	return &house{
		files: f, env: env, dialects: all, log: accesslog.New(log),
		counter: memory.NewCounter(), breaker: &memory.Breaker{Now: time.Now}, nonces: memory.NewNonces(),
	}, nil
}

// load reads the files and, when a gateway can be made of them, serves it from the next request on; else the running one stays.
// report shows what is wrong, also with a gateway that can be made. err says why none was.
func (h *house) load() (report string, err error) {
	s, err := h.read()
	if err != nil {
		return "", err
	}
	registry := memory.NewRegistry() // a new one: what left the file is gone
	if s.registry != nil && len(s.registryProblems) == 0 {
		if err := registry.Apply(s.registry); err != nil {
			return s.report(), err
		}
	}
	g := s.compile(h.options(registry))
	if g == nil {
		return s.report(), errBroken
	}
	h.current.Store(g)
	return s.report(), nil
}

var errBroken = errors.New("the definition or the registry has problems")

func (h *house) options(registry *memory.Registry) app.Options {
	return app.Options{
		Dialects: h.dialects, Keys: registry, Plans: registry, States: registry, Counter: h.counter, Breaker: h.breaker, Nonces: h.nonces,
		Secret: registry.Secret, Env: h.env, Log: h.log, Function: functions(h.env),
	}
}

// functions calls those of AWS Lambda, with the credentials in the environment.
func functions(env func(string) (string, bool)) func(string) (forward.Caller, error) {
	return lambda.New(awsenv.Config(env, "AWS_ENDPOINT_URL_LAMBDA"), time.Now).Function
}

// ready is the digest of what is served.
func (h *house) ready() (string, bool) {
	g := h.current.Load()
	if g == nil {
		return "", false
	}
	return g.Digest, true
}
