package cli

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"postern/shared/serve"
)

func (f *serveFlags) tls() (*tls.Config, error) {
	if f.tlsCert == "" && f.tlsKey == "" {
		return nil, nil
	}
	if f.tlsCert == "" || f.tlsKey == "" {
		return nil, usagef("--tls-cert and --tls-key go together")
	}
	pair, err := tls.LoadX509KeyPair(f.tlsCert, f.tlsKey)
	if err != nil {
		return nil, fmt.Errorf("the certificate: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}, nil
}

func listener(address, flag string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken by another process: stop that one, or choose another address with %s", address, flag)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("%s needs more rights than this process has: choose a port above 1023 with %s", address, flag)
	case err != nil:
		return nil, fmt.Errorf("%s %s: %w", flag, address, err)
	}
	return l, nil
}

// startAdmin serves health, readiness and the counters at address, unless it is empty, and says where.
func (w World) startAdmin(address string, ready func() (string, bool), counters serve.Counters) (stop func(), err error) {
	if address == "" {
		return func() {}, nil
	}
	l, err := listener(address, "--admin")
	if err != nil {
		return nil, err
	}
	s := &http.Server{Handler: serve.Admin(ready, counters), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.Serve(l) }()
	fmt.Fprintf(w.Out, "/-/health and /-/ready at http://%s\n", l.Addr())
	return func() { _ = s.Close() }, nil
}
