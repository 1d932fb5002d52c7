package forward

import (
	"context"
	"errors"
	"io"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"syscall"

	"postern/shared/fault"
)

// progress is how far a call came. net/http calls the hooks in goroutines of its own.
type progress struct {
	connected, answered atomic.Bool
	unsent              atomic.Bool // the connection was ended before: nothing was written
}

func (p *progress) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(c httptrace.GotConnInfo) {
			p.connected.Store(true)
			p.unsent.Store(c.Reused && look(c.Conn))
		},
		GotFirstResponseByte: func() { p.answered.Store(true) },
	})
}

// fault says why a call failed. ctx is the caller's, calling the one with the call's own time limit.
func (p *progress) fault(ctx, calling context.Context, l Limits, err error) *fault.Fault {
	var known *fault.Fault
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(ctx.Err(), context.Canceled):
		return fault.New(fault.ClientGone, nil, err)
	case calling.Err() != nil && !p.connected.Load():
		return fault.New(fault.BackendConnect, nil, err)
	case calling.Err() != nil:
		return timeout(l, err)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return fault.New(fault.BackendReset, nil, err)
	case alert(err) != nil:
		return tlsFault(err)
	case !p.answered.Load(), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.New(fault.BackendClosed, nil, err)
	default:
		return fault.New(fault.BackendMalformed, nil, err)
	}
}

func timeout(l Limits, err error) *fault.Fault {
	return fault.New(fault.BackendTimeout, fault.Args{"limit": strconv.FormatInt(l.Timeout.Milliseconds(), 10)}, err)
}
