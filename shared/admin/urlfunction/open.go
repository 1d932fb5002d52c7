package urlfunction

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"postern/shared/accesslog"
	"postern/shared/admin"
	"postern/shared/aws/awsenv"
	"postern/shared/aws/dynamo"
	"postern/shared/aws/kms"
	"postern/shared/config"
	"postern/shared/limit"
	"postern/shared/memory"
	"postern/shared/operate"
	"postern/shared/operate/table"
)

// Env looks up an environment variable.
type Env func(name string) (value string, ok bool)

// Memory is the name of a table that is none: what it would hold is kept in this environment alone.
const Memory = "memory"

// operatorTime is for one copy of a call: an operator waits longer than a request.
const operatorTime = 5 * time.Second

// Start runs the function of this process until its environment ends. It does not return.
func Start() { lambda.Start(New(os.LookupEnv, os.Stdout)) }

// New is a function made of environment variables: POSTERN_REGISTRY_TABLE and POSTERN_STATE_TABLE, POSTERN_KMS_KEY or
// POSTERN_KEY_FILE for the key that seals secrets, and those of AWS. log gets JSON lines. With a setting that is wrong it
// answers that its store is not available, and logs why.
func New(env Env, log io.Writer) *Function {
	value := func(name string) string { v, _ := env(name); return v }
	lines := slog.New(accesslog.Logger(log).Handler().WithAttrs([]slog.Attr{
		slog.String("function_name", value("AWS_LAMBDA_FUNCTION_NAME")),
		slog.String("function_version", value("AWS_LAMBDA_FUNCTION_VERSION")),
	}))
	o := admin.Options{Log: lines}
	if err := open(&o, env, value); err != nil {
		o.Registry, o.Usage, o.Notes = broken{err}, broken{err}, broken{err}
	}
	return &Function{API: admin.New(o), Log: lines}
}

// open opens the stores that the variables name. Nothing is called yet.
func open(o *admin.Options, env Env, value func(string) string) error {
	registry, state := value("POSTERN_REGISTRY_TABLE"), value("POSTERN_STATE_TABLE")
	if registry == "" || state == "" {
		return errors.New("POSTERN_REGISTRY_TABLE and POSTERN_STATE_TABLE: name a table each, or write " + Memory)
	}
	client := dynamo.NewClient(awsenv.Config(env, "AWS_ENDPOINT_URL_DYNAMODB"))
	o.Usage, o.Notes = counted{memory.NewCounter()}, &memory.Notes{}
	if state != Memory {
		t := &dynamo.Table{Client: client, Name: state, Attempt: operatorTime}
		o.Usage, o.Notes = &dynamo.Usage{Table: t}, &dynamo.Notes{Table: t}
	}
	if registry == Memory {
		o.Registry = operate.NewMemory()
		return nil
	}
	ring, err := keyring(env, value)
	if err != nil {
		return err
	}
	o.Registry = table.Store{Admin: dynamo.NewAdmin(&dynamo.Table{Client: client, Name: registry, Attempt: operatorTime}, ring)}
	return nil
}

// keyring seals and opens secrets. Without a key it seals by the data key that there is, and makes none.
func keyring(env Env, value func(string) string) (dynamo.Keyring, error) {
	if file := value("POSTERN_KEY_FILE"); file != "" {
		ring, err := kms.OpenFile(file)
		if err != nil {
			return nil, fmt.Errorf("POSTERN_KEY_FILE: %w", err)
		}
		return ring, nil
	}
	return kms.New(awsenv.Config(env, "AWS_ENDPOINT_URL_KMS"), value("POSTERN_KMS_KEY")), nil
}

// counted is the counters of this environment.
type counted struct{ *memory.Counter }

// Usage implements admin.Usage.
func (c counted) Usage(_ context.Context, prefix string, at time.Time) ([]limit.Usage, error) {
	return c.Counter.Usage(prefix, at), nil
}

// Reset implements admin.Usage.
func (c counted) Reset(_ context.Context, owner, name string) (int, error) {
	return c.Counter.Reset(owner, name), nil
}

// broken stands for all stores of a function that was set up wrong.
type broken struct{ err error }

func (b broken) Read(context.Context) (*config.Registry, error)                  { return nil, b.err }
func (b broken) Change(context.Context, func(*config.Registry) error) error      { return b.err }
func (b broken) Diff(context.Context, *config.Registry) ([]operate.Entry, error) { return nil, b.err }

func (b broken) Usage(context.Context, string, time.Time) ([]limit.Usage, error) { return nil, b.err }
func (b broken) Reset(context.Context, string, string) (int, error)              { return 0, b.err }
func (b broken) Put(context.Context, string, []byte, []byte, time.Time, time.Time) ([]byte, error) {
	return nil, b.err
}
