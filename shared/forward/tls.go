package forward

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"postern/shared/fault"
)

// tlsFault says in short why there is no TLS. What the certificate says stays in the log.
func tlsFault(err error) *fault.Fault {
	return fault.New(fault.BackendTLS, fault.Args{"problem": tlsProblem(err)}, err)
}

func tlsProblem(err error) string {
	var (
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		record    tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &authority):
		return "certificate signed by unknown authority"
	case errors.As(err, &name):
		return "certificate for another host"
	case errors.As(err, &invalid) && invalid.Reason != x509.Expired:
		return "certificate invalid"
	case errors.As(err, &invalid) && strings.Contains(invalid.Detail, " is before "):
		return "certificate not yet valid"
	case errors.As(err, &invalid):
		return "certificate expired"
	case errors.As(err, &record):
		return "not TLS"
	case alert(err) != nil:
		return strings.TrimPrefix(alert(err).Error(), "tls: ")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "handshake timed out"
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection closed"
	}
	return "handshake failed"
}

// alert is what a backend ended the connection with; nil: nothing. With TLS 1.3 it judges a client after the handshake.
func alert(err error) error {
	var refusal *net.OpError
	if errors.As(err, &refusal) && refusal.Op == "remote error" {
		return refusal.Err
	}
	return nil
}
