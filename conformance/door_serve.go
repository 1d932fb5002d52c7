package conformance

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"postern/shared/gateway"
	"postern/shared/serve"
)

// plain is the server of postern serve on a real port, and a client that writes raw bytes.
type plain struct {
	server *serve.Server
	at     string
	done   chan error
}

func openServe(g *gateway.Gateway, now func() time.Time) (Door, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &plain{at: l.Addr().String(), done: make(chan error, 1)}
	p.server = serve.New(serve.Options{
		Gateway: func() *gateway.Gateway { return g }, Now: now, ID: func(time.Time) string { return requestID },
		Log: slog.New(slog.DiscardHandler),
	})
	go func() { p.done <- p.server.Serve(l) }()
	return p, nil
}

func (p *plain) Do(ctx context.Context, raw []byte) (*Answer, error) {
	c, err := net.Dial("tcp", p.at)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	written := make(chan struct{})
	go func() { // a server may answer before it has read everything
		defer close(written)
		_, _ = c.Write(raw)
	}()
	defer context.AfterFunc(ctx, func() { <-written; _ = c.Close() })()
	a, err := readAnswer(bufio.NewReader(c), method(raw))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	a.Header.Del("Connection")
	return a, nil
}

func (p *plain) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return errors.Join(p.server.Shutdown(ctx), <-p.done)
}

func method(raw []byte) string {
	word := make([]byte, 0, 8)
	for _, b := range raw {
		if b == ' ' {
			break
		}
		word = append(word, b)
	}
	return string(word)
}
