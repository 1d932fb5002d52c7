package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"

	"postern/cmd/postern/host"
	"postern/cmd/postern/host/front"
)

// doors are the front doors of a function.
type doors struct {
	world      World
	flags      *lambdaFlags
	log        *slog.Logger
	proxy      *host.Host
	authorizer *host.Host // nil: there is none

	opened []door
	done   chan error
}

// door is one that is open.
type door struct {
	name   string
	at     net.Addr
	server *front.Server
}

// open opens those that have an address.
func (d *doors) open() error {
	d.done = make(chan error, 4)
	f := d.flags
	for _, o := range []struct {
		name, flag, address string
		make                func(net.Addr) (front.Door, error)
	}{
		{"load balancer", "--alb", f.alb, d.alb},
		{"REST API", "--rest", f.rest, d.rest},
		{"HTTP API", "--http", f.http, d.http},
		{"function URL", "--url", f.url, d.url},
	} {
		if o.address == "" {
			continue
		}
		l, err := listener(o.address, o.flag)
		if err != nil {
			return err
		}
		made, err := o.make(l.Addr())
		if err != nil {
			_ = l.Close()
			return err
		}
		s := &front.Server{Door: made}
		d.opened = append(d.opened, door{o.name, l.Addr(), s})
		go func() { d.done <- s.Serve(l) }()
	}
	if len(d.opened) == 0 {
		return usagef("every door is closed: give one of --alb, --rest, --http and --url an address")
	}
	return nil
}

func (d *doors) alb(at net.Addr) (front.Door, error) {
	mode, _ := d.world.Env("POSTERN_ALB_CLIENT")
	return &front.ALB{
		Invoke: d.proxy.Invoke, Port: at.(*net.TCPAddr).Port, MultiValue: true, PreserveHost: true, ClientMode: mode, Log: d.log,
	}, nil
}

func (d *doors) rest(net.Addr) (front.Door, error) {
	f := d.flags
	door := &front.REST{Invoke: d.invoke(), Stream: f.stream, Log: d.log}
	var err error
	if door.Authorizer, err = f.front.at(d.authorizer, f.front.rest, front.KindToken, front.KindRequest); err != nil {
		return nil, err
	}
	if f.responses == "" {
		return door, nil
	}
	data, err := os.ReadFile(f.responses)
	if err != nil {
		return nil, fmt.Errorf("--gateway-responses: %w", err)
	}
	if door.Responses, err = front.ReadGatewayResponses(data); err != nil {
		return nil, usage{err}
	}
	return door, nil
}

func (d *doors) http(net.Addr) (front.Door, error) {
	a := &d.flags.front
	authorizer, err := a.at(d.authorizer, a.http, front.KindV1, front.KindV2, front.KindSimple)
	return &front.HTTP{Invoke: d.proxy.Invoke, Authorizer: authorizer, Log: d.log}, err
}

func (d *doors) url(net.Addr) (front.Door, error) {
	return &front.URL{Invoke: d.invoke(), Stream: d.flags.stream, Log: d.log}, nil
}

// invoke is how doors that can stream call the function.
func (d *doors) invoke() front.Invoke {
	if d.flags.stream {
		return d.proxy.Stream
	}
	return d.proxy.Invoke
}

// wait returns when ctx ends, or a door does.
func (d *doors) wait(ctx context.Context) error {
	select {
	case err := <-d.done:
		return err
	case <-ctx.Done():
		return nil
	}
}

// close ends all doors and their functions: what is being answered is cut.
func (d *doors) close() {
	var ending sync.WaitGroup
	for _, o := range d.opened {
		ending.Go(o.server.Close)
	}
	for _, h := range []*host.Host{d.proxy, d.authorizer} {
		if h != nil {
			ending.Go(func() { h.Shutdown(host.Grace) })
		}
	}
	ending.Wait()
}

// announceLambda says where the doors are, and what to paste with the demo.
func (w World) announceLambda(f *lambdaFlags, d *doors) error {
	var b strings.Builder
	fmt.Fprintf(&b, "postern lambda runs %s behind\n", f.definition)
	for _, o := range d.opened {
		fmt.Fprintf(&b, "  %-14s http://%s\n", o.name, o.at)
	}
	if f.demo {
		if err := writeDemo(&b, d.opened); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(w.Out, b.String())
	return err
}
