//go:build dynamodb

package conformance

import (
	"context"
	"net"
	"os"
	"time"

	"postern/cmd/postern/host"
	"postern/cmd/postern/host/front"
	"postern/shared/aws/dynamo"
	"postern/shared/aws/kms"
	"postern/shared/config"
)

// environments of a case, at most: more than the machine runs at once, and few enough that none waits too long for its turn.
const environments = 8

// alb is the proxy function as real processes behind a load balancer, with its state and registry in DynamoDB. A process
// serves one request at a time; requests at the same moment go to several.
type alb struct {
	client
	function *host.Host
	balancer *front.Server
	done     chan error
	busy     chan struct{} // full while all environments are
	registry *dynamo.Admin
	clock    string // path of the file that holds the time
}

func (c *Cloud) openALB(s *setting) (house, error) {
	name := c.name()
	a := &alb{done: make(chan error, 1), busy: make(chan struct{}, environments), clock: c.file(name + ".clock")}
	if err := a.setClock(s.now); err != nil {
		return nil, err
	}
	if err := a.openRegistry(c, name, s.registry); err != nil {
		return nil, err
	}
	if _, err := c.dynamo.Table(context.Background(), name+"-state"); err != nil {
		return nil, err
	}
	definition, err := config.Compile(s.definition, s.files)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(c.file(name+".json"), definition, 0o600); err != nil {
		return nil, err
	}
	a.function = host.New(host.Function{
		Bootstrap: c.file("bootstrap"), Name: "proxy", Concurrency: environments, Output: s.log,
		Env: []string{
			"POSTERN_DEFINITION=" + c.file(name+".json"),
			"POSTERN_REGISTRY_TABLE=" + name + "-registry",
			"POSTERN_STATE_TABLE=" + name + "-state",
			"POSTERN_REGISTRY_CACHE=0s",
			"POSTERN_KEY_FILE=" + c.file("key"),
			"POSTERN_TEST_CLOCK=" + a.clock,
			"POSTERN_TEST_REQUEST_ID=" + requestID,
			"POSTERN_TEST_ATTEMPT=10s",
			"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_ENDPOINT_URL_DYNAMODB=" + c.dynamo.Endpoint,
		},
	})
	return a, a.listen()
}

// openRegistry fills the registry table as an operator does.
func (a *alb) openRegistry(c *Cloud, name string, registry *config.Registry) error {
	table, err := c.dynamo.Table(context.Background(), name+"-registry")
	if err != nil {
		return err
	}
	keys, err := kms.OpenFile(c.file("key"))
	if err != nil {
		return err
	}
	a.registry = dynamo.NewAdmin(table, keys)
	return a.apply(registry)
}

func (a *alb) listen() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	a.address = l.Addr().String()
	a.balancer = &front.Server{Door: &front.ALB{Invoke: a.invoke, MultiValue: true, PreserveHost: true}}
	go func() { a.done <- a.balancer.Serve(l) }()
	return nil
}

// invoke waits for a free environment, where Lambda would start another one.
func (a *alb) invoke(event []byte) ([]byte, error) {
	a.busy <- struct{}{}
	defer func() { <-a.busy }()
	return a.function.Invoke(event)
}

func (a *alb) apply(r *config.Registry) error { return a.registry.Apply(context.Background(), r) }

// setClock replaces the file at once: a process may be reading it.
func (a *alb) setClock(now time.Time) error {
	next := a.clock + ".next"
	if err := os.WriteFile(next, []byte(now.Format(time.RFC3339Nano)), 0o600); err != nil {
		return err
	}
	return os.Rename(next, a.clock)
}

func (a *alb) close() error {
	a.balancer.Close()
	a.function.Shutdown(0)
	return <-a.done
}
