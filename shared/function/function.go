// Package function is what a postern Lambda function is made of: its settings, its stores, the gateway of its definition,
// and the handler that turns an event into an answer.
//
// It promises that the handler answers every event, in the event's own form and before Lambda's deadline, and never with an
// error or a panic: the front door would answer those, in words that no client knows. Without a usable definition, or while
// the registry cannot be had, it answers as a dialect does when the gateway itself fails.
//
// It imports the packages of shared, and aws-lambda-go. What a function does not need must stay out of its import graph:
// YAML, the command line, the config package of the AWS SDK.
package function

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"postern/shared/accesslog"
	"postern/shared/app"
	"postern/shared/aws/awsenv"
	"postern/shared/aws/lambda"
	"postern/shared/config"
	"postern/shared/event"
)

// Options are what a function is made with. Env and Log are required, the rest has defaults.
type Options struct {
	Env    Env
	Log    io.Writer                                                              // gets JSON lines
	Now    func() time.Time                                                       // nil: the wall's clock
	ID     string                                                                 // of every request; "": its event's
	Door   func(data []byte, at time.Time, o event.Options) (*event.Event, error) // nil: event.Read
	Stores func(*config.Definition, Settings, Options) (Stores, error)            // nil: Open

	attempt time.Duration // for one copy of a call of a table; 0: the table's own default
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = wall
	}
	if o.Stores == nil {
		o.Stores = Open
	}
	return o
}

// wall is the time without the monotonic clock, which may stand still while an environment is frozen.
func wall() time.Time { return time.Now().Round(0) }

// Function answers events. It is safe for concurrent use; New makes one.
type Function struct {
	Options
	settings Settings
	log      *slog.Logger
	foreign  *sparse       // events of no door
	standIn  *standIn      // answers while there is no gateway
	opened   chan struct{} // closed when what follows is known
	broken   error         // what only another deployment can heal
	house    *house        // nil: broken
	counter  closer        // nil: there is nothing to give back
	warm     atomic.Bool
}

// New makes a function. What is wrong with its settings, its definition or its stores is what it answers with.
func New(ctx context.Context, o Options) *Function {
	f := prepare(o)
	f.open(ctx)
	return f
}

// prepare makes a function that must still be opened.
func prepare(o Options) *Function {
	o = o.withDefaults()
	f := &Function{Options: o, opened: make(chan struct{})}
	f.settings, f.broken = ReadSettings(o.Env)
	f.log = newLogger(o.Log, o.Env, f.settings.Service)
	f.foreign = newSparse(f.log, o.Now)
	f.standIn = &standIn{
		voice: config.Voice{Name: f.settings.DefaultDialect}, now: o.Now, lines: newSparse(f.log, o.Now),
	}
	return f
}

func (f *Function) open(ctx context.Context) {
	defer close(f.opened)
	if f.broken == nil {
		f.broken = guard(func() error { return f.furnish(ctx) })
	}
}

// furnish opens the stores, and makes the gateway of the definition.
func (f *Function) furnish(ctx context.Context) error {
	s := f.settings
	data, err := os.ReadFile(s.Definition)
	if err != nil {
		return fmt.Errorf("the definition, as postern compile writes it: %w", err)
	}
	compiled, err := config.ReadCompiled(data)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Definition, err)
	}
	voices := voicesOf(compiled.Definition)
	if s.DefaultDialect == "" && len(voices) > 0 {
		f.standIn.voice = voices[0]
	}
	stores, err := f.Stores(compiled.Definition, s, f.Options)
	if err != nil {
		return err
	}
	f.counter, _ = stores.Counter.(closer)
	f.house = &house{
		definition: compiled.Definition, names: config.SecretNames(string(data)), secrets: stores.Secrets,
		log: f.log, stale: newSparse(f.log, f.Now),
		options: app.Options{
			Dialects: dialects(voices...), Keys: stores.Keys, Plans: stores.Plans, States: stores.States,
			Counter: stores.Counter, Breaker: stores.Breaker, Nonces: stores.Nonces, Env: f.Env, File: compiled.File, Now: f.Now, Log: accesslog.New(f.log, measured(s)...),
			Function: lambda.New(awsenv.Config(f.Env, "AWS_ENDPOINT_URL_LAMBDA"), f.Now).Function,
		},
	}
	f.house.refresh(ctx)
	return nil
}
