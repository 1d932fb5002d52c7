package forward

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"postern/shared/fault"
)

// dialer opens guarded connections. Its errors are faults.
type dialer struct {
	family  *family
	timeout time.Duration // for connection and TLS handshake each
	tls     *tls.Config
}

func (d *dialer) plain(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	conn, err := d.open(ctx, network, address)
	if err != nil {
		return nil, d.fault(address, err)
	}
	return &kept{Conn: conn}, nil
}

func (d *dialer) open(ctx context.Context, network, address string) (net.Conn, error) {
	guard := d.family.guard
	if d.family.dial == nil {
		return (&net.Dialer{Control: guard.Control}).DialContext(ctx, network, address)
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("forward: %w", err)
	}
	if addr, err := netip.ParseAddr(host); err == nil && !guard.Admits(addr) {
		return nil, forbidden{addr}
	}
	return d.family.dial(ctx, network, address)
}

// secure does the handshake itself, so that its failures are told apart from those of the exchange.
func (d *dialer) secure(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.plain(ctx, network, address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	config := d.tls.Clone()
	config.ServerName, _, _ = net.SplitHostPort(address)
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, tlsFault(err)
	}
	return secured, nil
}

// fault says why there is no connection. What is no name, no guard and no refusal (an unreachable network) is the same to a
// caller as a connection that takes too long.
func (d *dialer) fault(address string, err error) *fault.Fault {
	host, _, _ := net.SplitHostPort(address)
	var unresolved *net.DNSError
	var never forbidden
	switch {
	case errors.As(err, &never):
		return fault.New(fault.BackendForbidden, fault.Args{"host": host, "address": never.addr.String()}, err)
	case errors.As(err, &unresolved) && d.family.guard.Private:
		return fault.New(fault.BackendVPC, nil, err)
	case errors.As(err, &unresolved):
		return fault.New(fault.BackendDNS, fault.Args{"host": host}, err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fault.New(fault.BackendRefused, nil, err)
	default:
		return fault.New(fault.BackendConnect, nil, err)
	}
}
