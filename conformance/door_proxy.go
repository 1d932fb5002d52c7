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

// proxy is the proxy function as real processes behind a front door, with its state and registry in DynamoDB. A process serves
// one request at a time; requests at the same moment go to several.
type proxy struct {
	client
	function *host.Host
	server   *front.Server
	done     chan error
	busy     chan struct{} // full while all environments are
	registry *dynamo.Admin
	clock    string // path of the file that holds the time
}

// behind opens houses that a front door stands before.
func (c *Cloud) behind(face func(front.Invoke) front.Door) func(*setting) (house, error) {
	return func(s *setting) (house, error) { return c.openProxy(s, face) }
}

func (c *Cloud) openProxy(s *setting, face func(front.Invoke) front.Door) (house, error) {
	name := c.name()
	p := &proxy{done: make(chan error, 1), busy: make(chan struct{}, environments), clock: c.file(name + ".clock")}
	if err := p.setClock(s.now); err != nil {
		return nil, err
	}
	if err := p.openRegistry(c, name, s.registry); err != nil {
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
	p.function = host.New(host.Function{
		Bootstrap: c.file("bootstrap"), Name: "proxy", Concurrency: environments, Output: s.log,
		Env: []string{
			"POSTERN_DEFINITION=" + c.file(name+".json"),
			"POSTERN_REGISTRY_TABLE=" + name + "-registry",
			"POSTERN_STATE_TABLE=" + name + "-state",
			"POSTERN_REGISTRY_CACHE=0s",
			"POSTERN_KEY_FILE=" + c.file("key"),
			"POSTERN_TEST_CLOCK=" + p.clock,
			"POSTERN_TEST_REQUEST_ID=" + requestID,
			"POSTERN_TEST_ATTEMPT=10s",
			"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_ENDPOINT_URL_DYNAMODB=" + c.dynamo.Endpoint,
		},
	})
	return p, p.listen(face(p.invoke))
}

// openRegistry fills the registry table as an operator does.
func (p *proxy) openRegistry(c *Cloud, name string, registry *config.Registry) error {
	table, err := c.dynamo.Table(context.Background(), name+"-registry")
	if err != nil {
		return err
	}
	keys, err := kms.OpenFile(c.file("key"))
	if err != nil {
		return err
	}
	p.registry = dynamo.NewAdmin(table, keys)
	return p.apply(registry)
}

func (p *proxy) listen(door front.Door) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p.address = l.Addr().String()
	p.server = &front.Server{Door: door}
	go func() { p.done <- p.server.Serve(l) }()
	return nil
}

// invoke waits for a free environment, where Lambda would start another one.
func (p *proxy) invoke(event []byte) ([]byte, error) {
	p.busy <- struct{}{}
	defer func() { <-p.busy }()
	return p.function.Invoke(event)
}

func (p *proxy) apply(r *config.Registry) error { return p.registry.Apply(context.Background(), r) }

// setClock replaces the file at once: a process may be reading it.
func (p *proxy) setClock(now time.Time) error {
	next := p.clock + ".next"
	if err := os.WriteFile(next, []byte(now.Format(time.RFC3339Nano)), 0o600); err != nil {
		return err
	}
	return os.Rename(next, p.clock)
}

func (p *proxy) close() error {
	p.server.Close()
	p.function.Shutdown(0)
	return <-p.done
}
