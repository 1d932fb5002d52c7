package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"postern/cmd/postern/demo"
	"postern/cmd/postern/host"
	"postern/shared/accesslog"
)

// lambdaFlags are what lambda is told.
type lambdaFlags struct {
	files
	proxy                string
	alb, rest, http, url string
	concurrency, memory  int
	timeout              time.Duration
	stream               bool
	responses            string
	front                frontFlags
}

// built stands for a bootstrap that is built from source.
const built = "build"

func (w World) lambda() *cobra.Command {
	f := &lambdaFlags{}
	c := &cobra.Command{
		Use: "lambda", Short: "Run a definition as a Lambda function, behind AWS's front doors",
		Example: "  postern lambda --demo\n  postern lambda --definition prod.yaml --proxy build/proxy/bootstrap --rest '' --http '' --url ''\n" +
			"  postern lambda --authorizer --authorizer-mode enforce",
		Long: "Run the built function as real processes, one a concurrent request, frozen while they are idle, behind stand-ins for an\n" +
			"Application Load Balancer, a REST API, an HTTP API and a function URL, each with its own limits and error pages.\n\n" +
			"Callers come from the registry's file, which functions read as a table; what they count, each process counts for itself.\n" +
			"With POSTERN_REGISTRY_TABLE and POSTERN_STATE_TABLE set, both are tables of DynamoDB, at AWS_ENDPOINT_URL_DYNAMODB where\n" +
			"that is set. Without --proxy the function is built, which needs Go and postern's source.",
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return w.runLambda(c.Context(), f) },
	}
	flags := c.Flags()
	flags.BoolVar(&f.demo, "demo", false, "run the demo's definition with backends of its own, and print calls to paste")
	flags.StringVar(&f.definition, "definition", definitionFile, "what is served")
	flags.StringVar(&f.registry, "registry", registryFile, "who may call")
	flags.StringVar(&f.proxy, "proxy", built, "bootstrap of the function")
	flags.StringVar(&f.alb, "alb", "127.0.0.1:3000", "address of the load balancer; empty: none")
	flags.StringVar(&f.rest, "rest", "127.0.0.1:3001", "address of the REST API; empty: none")
	flags.StringVar(&f.http, "http", "127.0.0.1:3002", "address of the HTTP API; empty: none")
	flags.StringVar(&f.url, "url", "127.0.0.1:3003", "address of the function URL; empty: none")
	flags.IntVar(&f.concurrency, "concurrency", 10, "processes of the function, at most; above that, it is throttled")
	flags.IntVar(&f.memory, "memory", 512, "memory in MB, as the function is told")
	flags.DurationVar(&f.timeout, "timeout", 30*time.Second, "for one request, after which its process is killed")
	flags.BoolVar(&f.stream, "stream", false, "let REST API and function URL stream answers")
	flags.StringVar(&f.responses, "gateway-responses", "", "file with the REST API's gateway responses, in JSON")
	f.front.add(c)
	flags.Var(&f.files.authorizer, "authorizer-mode", "annotate: it lets everything pass, and the function answers; enforce: it denies (default annotate)")
	return c
}

func (w World) runLambda(ctx context.Context, f *lambdaFlags) error {
	if f.concurrency < 1 || f.timeout <= 0 {
		return usagef("--concurrency and --timeout must be more than nothing")
	}
	switch mode := &f.files.authorizer; {
	case f.front.bootstrap == "" && *mode != "":
		return usagef("--authorizer-mode is for an authorizer: add --authorizer")
	case f.front.bootstrap != "" && *mode == "":
		*mode = annotated
	}
	dir, err := os.MkdirTemp("", "postern-lambda-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if f.demo {
		f.definition, f.registry = "demo/"+definitionFile, "demo/"+registryFile
		backends, err := demo.Start()
		if err != nil {
			return err
		}
		defer backends.Close()
		w.Env = either(backends.Env, w.Env)
	}
	e, err := w.lambdaEnvironment(ctx, f, dir)
	if err != nil {
		return err
	}
	defer e.close()
	return w.runFunctions(ctx, f, dir, e)
}

// either looks up a variable in one environment, then in another.
func either(first, second func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if value, ok := first(name); ok {
			return value, true
		}
		return second(name)
	}
}

func (w World) runFunctions(ctx context.Context, f *lambdaFlags, dir string, e *lambdaEnvironment) error {
	bootstrap, err := w.bootstrap(ctx, f.proxy, "proxy", dir)
	if err != nil {
		return err
	}
	function := host.Function{
		Bootstrap: bootstrap, Name: "proxy", Env: e.proxy(f), Memory: f.memory, Timeout: f.timeout, Concurrency: f.concurrency, Output: w.Err,
	}
	d := &doors{log: accesslog.Logger(w.Err), world: w, flags: f, proxy: host.New(function)}
	defer d.close()
	if f.front.bootstrap != "" {
		if function.Bootstrap, err = w.bootstrap(ctx, f.front.bootstrap, "authorizer", dir); err != nil {
			return err
		}
		function.Name, function.Env = "authorizer", e.authorizer(f)
		d.authorizer = host.New(function)
	}
	if err := d.open(); err != nil {
		return err
	}
	if err := w.announceLambda(f, d); err != nil {
		return err
	}
	return d.wait(ctx)
}

// bootstrap is the path of a function's program, which is built where none is named.
func (w World) bootstrap(ctx context.Context, given, name, dir string) (string, error) {
	if given == built {
		return w.build(ctx, name, dir)
	}
	path, err := filepath.Abs(given)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", fmt.Errorf("--%s: %w", name, err)
	case info.IsDir() || info.Mode()&0o111 == 0:
		return "", usagef("--%s %s: it is no program; make package builds build/proxy/bootstrap", name, given)
	}
	return path, nil
}
