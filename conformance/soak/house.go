//go:build dynamodb && linux

package soak

import (
	"bufio"
	"bytes"
	"context"
	_ "embed" // the definition and the registry
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/aws/kms"
	"postern/shared/config/yaml"
	"postern/shared/dialect"
	"postern/shared/dialect/builtin"
)

//go:embed soak.yaml
var definition []byte

//go:embed registry.yaml
var registry string

// house is `postern lambda`, and what it needs.
type house struct {
	Options
	dynamo   *dynamotest.Server
	backend  *backend
	lambda   *exec.Cmd
	journal  *journal
	counts   *json.Decoder     // of censuses
	doors    map[string]string // addresses
	dialects map[string]*dialect.Dialect
	calls    []*call
}

// openHouse builds the functions, makes the tables, and starts `postern lambda`.
func openHouse(ctx context.Context, o Options) (*house, error) {
	h := &house{Options: o, doors: map[string]string{}, dialects: map[string]*dialect.Dialect{}, calls: calls(time.Now())}
	for _, open := range []func(context.Context) error{h.build, h.openTables, h.openBackend, h.openLambda} {
		if err := open(ctx); err != nil {
			h.close()
			return nil, fmt.Errorf("soak: %w", err)
		}
	}
	return h, nil
}

func (h *house) file(name string) string { return filepath.Join(h.Dir, name) }

// build builds the functions as they are deployed.
func (h *house) build(ctx context.Context) error {
	for _, name := range []string{"proxy", "authorizer"} {
		c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", "lambda.norpc,nethttpomithttp2", "-o", h.file(name),
			"postern/functions/"+name)
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := c.CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w\n%s", err, bytes.TrimSpace(out))
		}
	}
	return os.WriteFile(h.file("postern.yaml"), definition, 0o600)
}

func (h *house) openTables(ctx context.Context) (err error) {
	if h.dynamo, err = dynamotest.Start(ctx); err != nil {
		return err
	}
	if _, err := h.dynamo.Table(ctx, "state"); err != nil {
		return err
	}
	table, err := h.dynamo.Table(ctx, "registry")
	if err != nil {
		return err
	}
	if err := kms.CreateFile(h.file("key")); err != nil {
		return err
	}
	keys, err := kms.OpenFile(h.file("key"))
	if err != nil {
		return err
	}
	exact, leased := quotas(h.For)
	text := strings.NewReplacer("%EXACT%", fmt.Sprint(exact), "%LEASED%", fmt.Sprint(leased)).Replace(registry)
	if err := os.WriteFile(h.file("registry.yaml"), []byte(text), 0o600); err != nil {
		return err
	}
	r, _, problems := yaml.LoadRegistry("registry.yaml", []byte(text))
	if len(problems) > 0 {
		return problems
	}
	return dynamo.NewAdmin(table, keys).Apply(ctx, r)
}

func (h *house) openBackend(context.Context) error {
	all, err := builtin.Dialects()
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.Profile == "" {
			h.dialects[d.Name] = d
		}
	}
	h.backend, err = openBackend()
	return err
}

// variables are those of `postern lambda` and of claimants.
func (h *house) variables() []string {
	return append([]string{"PATH=" + os.Getenv("PATH")},
		"BACKEND="+h.backend.address, "DEAD="+nobody,
		"POSTERN_REGISTRY_TABLE=registry", stateTable+"=state", "POSTERN_KEY_FILE="+h.file("key"),
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_ENDPOINT_URL_DYNAMODB="+h.dynamo.Endpoint)
}

// openLambda starts `postern lambda` with every door, and waits until they are open.
func (h *house) openLambda(context.Context) error {
	h.lambda = h.Lambda("lambda", "--definition", h.file("postern.yaml"), "--registry", h.file("registry.yaml"),
		"--proxy", h.file("proxy"), "--authorizer="+h.file("authorizer"),
		"--alb", "127.0.0.1:0", "--rest", "127.0.0.1:0", "--http", "127.0.0.1:0", "--url", "127.0.0.1:0",
		"--concurrency", fmt.Sprint(concurrency), "--timeout", timeout.String())
	h.lambda.Env = append(h.lambda.Env, h.variables()...)
	counts, theirs, err := os.Pipe()
	if err != nil {
		return err
	}
	defer theirs.Close()
	h.counts, h.lambda.ExtraFiles = json.NewDecoder(counts), []*os.File{theirs}
	out, err := h.lambda.StdoutPipe()
	if err != nil {
		return err
	}
	log, err := h.lambda.StderrPipe()
	if err != nil {
		return err
	}
	if err := h.lambda.Start(); err != nil {
		return err
	}
	h.journal = read(log, secrets(h.calls))
	return h.findDoors(out)
}

// findDoors reads where the doors are.
func (h *house) findDoors(out io.Reader) error {
	names := map[string]string{"load balancer": "alb", "REST API": "rest", "HTTP API": "http", "function URL": "url"}
	for lines := bufio.NewScanner(out); len(h.doors) < len(names); {
		if !lines.Scan() {
			<-h.journal.done
			return fmt.Errorf("postern lambda ended: %s", strings.Join(h.journal.strange, "\n"))
		}
		name, address, ok := strings.Cut(strings.TrimSpace(lines.Text()), "http://")
		if door := names[strings.TrimSpace(name)]; ok && door != "" {
			h.doors[door] = address
		}
	}
	return nil
}

// close ends all that is left.
func (h *house) close() {
	if h.lambda != nil && h.lambda.Process != nil {
		_ = h.lambda.Process.Kill()
		_ = h.lambda.Wait()
	}
	if h.backend != nil {
		_ = h.backend.server.Close()
	}
	if h.dynamo != nil {
		h.dynamo.Stop()
	}
}

// end ends `postern lambda` as an operator does, and says what is wrong with how it ends.
func (h *house) end() error {
	if err := h.lambda.Process.Signal(syscall.SIGINT); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() {
		<-h.journal.done // Wait closes the pipe
		ended <- h.lambda.Wait()
	}()
	select {
	case err := <-ended:
		return err
	case <-time.After(patience):
		return errors.New("postern lambda does not end")
	}
}
