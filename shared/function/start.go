package function

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// farewell is how long an environment takes after SIGTERM. Lambda grants 500 ms, or 300 ms beside other extensions.
const farewell = 250 * time.Millisecond

// Start runs the function of this process until its environment ends. It does not return.
func Start() {
	start(func(f *Function) any {
		if f.settings.Events.Stream {
			return f.Stream
		}
		return handler(f.Invoke)
	})
}

// StartAuthorizer is Start for an authorizer.
func StartAuthorizer() { start(func(f *Function) any { return handler(Authorizer{f}.Invoke) }) }

// handler is what aws-lambda-go calls. A Function itself, as an interface, would link the methods of proxy and authorizer.
type handler func(context.Context, []byte) ([]byte, error)

// Invoke implements lambda.Handler.
func (h handler) Invoke(ctx context.Context, data []byte) ([]byte, error) { return h(ctx, data) }

func start(serve func(*Function) any) {
	f := prepare(outside(Options{Env: os.LookupEnv, Log: os.Stdout}))
	registered := make(chan lambda.Handler, 1)
	go func() { registered <- f.register(serve(f)) }()
	f.open(context.Background())
	lambda.StartWithOptions(<-registered)
}

// register asks Lambda for SIGTERM where there may be something to give back. That takes a call.
func (f *Function) register(served any) lambda.Handler {
	if f.settings.State == Memory {
		return lambda.NewHandlerWithOptions(served)
	}
	return lambda.NewHandlerWithOptions(served, lambda.WithEnableSIGTERM(func() { f.Close(); os.Exit(0) }))
}

// Close gives back what the counter has taken in advance. It takes 250 ms at most: SIGKILL follows.
func (f *Function) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	select {
	case <-f.opened:
	case <-ctx.Done():
		return
	}
	if f.counter == nil {
		return
	}
	if err := guard(func() error { return f.counter.Close(ctx) }); err != nil {
		f.log.WarnContext(ctx, "what was leased is lost until its window ends", "cause", err.Error())
	}
}
