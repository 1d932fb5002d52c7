package conformance

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"time"
)

// client writes raw bytes to a server, a connection a request.
type client struct{ address string }

func (k client) do(ctx context.Context, raw []byte) (*Answer, error) {
	c, err := net.Dial("tcp", k.address)
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
	method, _, _ := bytes.Cut(raw, []byte(" "))
	a, err := readAnswer(bufio.NewReader(c), string(method))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	a.Header.Del("Connection")
	return a, nil
}
