package conformance

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"postern/shared/gateway"
	"postern/shared/serve"
)

// plain is the server of postern serve on a real port.
type plain struct {
	*inside
	client
	server *serve.Server
	done   chan error
}

func openServe(s *setting) (house, error) {
	i, err := newInside(s)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &plain{inside: i, client: client{l.Addr().String()}, done: make(chan error, 1)}
	p.server = serve.New(serve.Options{
		Gateway: func() *gateway.Gateway { return i.gateway }, Now: i.Now, ID: func(time.Time) string { return requestID },
		Log: slog.New(slog.DiscardHandler),
	})
	go func() { p.done <- p.server.Serve(l) }()
	return p, nil
}

func (p *plain) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return errors.Join(p.server.Shutdown(ctx), <-p.done)
}
