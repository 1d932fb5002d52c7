package function

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"postern/shared/accesslog"
)

// newLogger writes JSON lines that name the function and, within an invocation, what is invoked; the names are Powertools'.
func newLogger(w io.Writer, env Env, service string) *slog.Logger {
	value := func(name string) string { v, _ := env(name); return v }
	memory, _ := strconv.Atoi(value("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")) // MB; Lambda sets it
	return slog.New(invoked{accesslog.Logger(w).Handler().WithAttrs([]slog.Attr{
		slog.String("service", service),
		slog.String("function_name", value("AWS_LAMBDA_FUNCTION_NAME")),
		slog.String("function_version", value("AWS_LAMBDA_FUNCTION_VERSION")),
		slog.Int("function_memory_size", memory),
	})})
}

// invocation is what is known of a call of the function, beside its event.
type invocation struct {
	requestID, arn, traceID string
	cold                    bool // the first of its environment
}

type invocationKey struct{}

func invocationOf(ctx context.Context) *invocation {
	i, _ := ctx.Value(invocationKey{}).(*invocation)
	return i
}

// entered is ctx of an invocation, in which aws-lambda-go has left what the runtime said of it.
func entered(ctx context.Context, cold bool) context.Context {
	i := &invocation{cold: cold}
	if l, ok := lambdacontext.FromContext(ctx); ok {
		i.requestID, i.arn = l.AwsRequestID, l.InvokedFunctionArn
	}
	trace, _ := ctx.Value("x-amzn-trace-id").(string) // Root=1-…;Parent=…;Sampled=1
	root, _, _ := strings.Cut(trace, ";")
	i.traceID = strings.TrimPrefix(root, "Root=")
	return context.WithValue(ctx, invocationKey{}, i)
}

// invoked adds the invocation to each line. No logger is derived from it.
type invoked struct{ slog.Handler }

func (h invoked) Handle(ctx context.Context, r slog.Record) error {
	if i := invocationOf(ctx); i != nil {
		r.AddAttrs(slog.Bool("cold_start", i.cold), slog.String("function_arn", i.arn),
			slog.String("function_request_id", i.requestID), slog.String("xray_trace_id", i.traceID))
	}
	return h.Handler.Handle(ctx, r)
}
