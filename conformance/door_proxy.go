//go:build dynamodb

package conformance

import (
	"context"
	"net"
	"os"
	"slices"
	"time"

	"postern/cmd/postern/host"
	"postern/cmd/postern/host/front"
	"postern/shared/aws/dynamo"
	"postern/shared/aws/kms"
	"postern/shared/config"
)

// environments of a function of a case, at most: more than the machine runs at once, and few enough that none waits too long
// for its turn.
const environments = 8

// deployment is functions as real processes and the front door before them, with their state and registry in DynamoDB. A
// process serves one request at a time; requests at the same moment go to several.
type deployment struct {
	client
	cloud     *Cloud
	setting   *setting
	env       []string // of every function
	functions []*host.Host
	server    *front.Server
	done      chan error
	registry  *dynamo.Admin
	clock     string // path of the file that holds the time
}

// behind opens houses that a front door stands before, which names the functions that it calls.
func (c *Cloud) behind(door func(*deployment) front.Door) func(*setting) (house, error) {
	return func(s *setting) (house, error) {
		d, err := c.deploy(s)
		if err != nil {
			return nil, err
		}
		return d, d.listen(door(d))
	}
}

func (c *Cloud) deploy(s *setting) (*deployment, error) {
	name := c.name()
	d := &deployment{cloud: c, setting: s, done: make(chan error, 1), clock: c.file(name + ".clock")}
	if err := d.setClock(s.now); err != nil {
		return nil, err
	}
	if err := d.openRegistry(name); err != nil {
		return nil, err
	}
	if _, err := c.dynamo.Table(context.Background(), name+"-state"); err != nil {
		return nil, err
	}
	definition, err := config.Compile(s.definition, s.files)
	if err != nil {
		return nil, err
	}
	d.env = append([]string{
		"POSTERN_DEFINITION=" + c.file(name+".json"),
		"POSTERN_REGISTRY_TABLE=" + name + "-registry",
		"POSTERN_STATE_TABLE=" + name + "-state",
		"POSTERN_REGISTRY_CACHE=0s",
		"POSTERN_KEY_FILE=" + c.file("key"),
		"POSTERN_TEST_CLOCK=" + d.clock,
		"POSTERN_TEST_REQUEST_ID=" + requestID,
		"POSTERN_TEST_ATTEMPT=10s",
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_ENDPOINT_URL_DYNAMODB=" + c.dynamo.Endpoint,
	}, s.env...)
	return d, os.WriteFile(c.file(name+".json"), definition, 0o600)
}

// openRegistry fills the registry table as an operator does.
func (d *deployment) openRegistry(name string) error {
	table, err := d.cloud.dynamo.Table(context.Background(), name+"-registry")
	if err != nil {
		return err
	}
	keys, err := kms.OpenFile(d.cloud.file("key"))
	if err != nil {
		return err
	}
	d.registry = dynamo.NewAdmin(table, keys)
	return d.apply(d.setting.registry)
}

// function is one that the cloud has built. A call waits for a free environment, where Lambda would start another one.
func (d *deployment) function(name string, env ...string) front.Invoke {
	f := host.New(host.Function{
		Bootstrap: d.cloud.file(name), Name: name, Concurrency: environments, Output: d.setting.log, Timeout: d.setting.timeout,
		Env: slices.Concat(d.env, env),
	})
	d.functions = append(d.functions, f)
	busy := make(chan struct{}, environments) // full while all environments are
	return func(event []byte) ([]byte, error) {
		busy <- struct{}{}
		defer func() { <-busy }()
		return f.Invoke(event)
	}
}

func (d *deployment) proxy() front.Invoke { return d.function("proxy") }

// resuming is the proxy behind an authorizer, which annotating is.
func (d *deployment) resuming() front.Invoke {
	return d.function("proxy", "POSTERN_AUTHORIZER=annotate")
}

func (d *deployment) annotating(kind string) *front.Authorizer {
	return &front.Authorizer{Kind: kind, Invoke: d.function("authorizer", "POSTERN_AUTHORIZER_MODE=annotate")}
}

func (d *deployment) listen(door front.Door) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	d.address = l.Addr().String()
	d.server = &front.Server{Door: door}
	go func() { d.done <- d.server.Serve(l) }()
	return nil
}

func (d *deployment) apply(r *config.Registry) error {
	return d.registry.Apply(context.Background(), r)
}

// setClock replaces the file at once: a process may be reading it.
func (d *deployment) setClock(now time.Time) error {
	next := d.clock + ".next"
	if err := os.WriteFile(next, []byte(now.Format(time.RFC3339Nano)), 0o600); err != nil {
		return err
	}
	return os.Rename(next, d.clock)
}

func (d *deployment) close() error {
	d.server.Close()
	for _, f := range d.functions {
		f.Shutdown(0)
	}
	return <-d.done
}
