//go:build linux || darwin || freebsd

package forward_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"postern/shared/forward"
)

// drowsy is a connection whose owner is not told what comes after so many reads (0: only that it has ended): like that of a
// process which was frozen, and which sends before it reads.
type drowsy struct {
	*net.TCPConn
	after, reads atomic.Int32
	closed       chan struct{}
	once         sync.Once
}

func (d *drowsy) Read(data []byte) (int, error) {
	if after := d.after.Load(); after > 0 && d.reads.Add(1) > after {
		<-d.closed
	}
	n, err := d.TCPConn.Read(data)
	if errors.Is(err, io.EOF) {
		<-d.closed
	}
	return n, err
}

func (d *drowsy) Close() error {
	d.once.Do(func() { close(d.closed) })
	return d.TCPConn.Close()
}

// reached waits until something is there to be read.
func (d *drowsy) reached(t *testing.T) {
	t.Helper()
	raw, err := d.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); runtime.Gosched() {
		there := false
		err := raw.Control(func(fd uintptr) {
			_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
			there = err == nil
		})
		if there || err != nil {
			return
		}
	}
	t.Fatal("nothing has come")
}

// bed makes connections of which the first is drowsy.
type bed struct {
	after int32
	first *drowsy
}

func (b *bed) dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil || b.first != nil {
		return c, err
	}
	b.first = &drowsy{TCPConn: c.(*net.TCPConn), closed: make(chan struct{})}
	b.first.after.Store(b.after)
	return b.first, nil
}

// The backend ends a kept connection, or says on it what nobody has asked, before the next request is sent: that goes over
// another one, once, whatever its method.
func TestEndedBeforeTheNextCall(t *testing.T) {
	good, ca := certificate(t, time.Now().Add(24*time.Hour), "localhost")
	secure := &tls.Config{Certificates: []tls.Certificate{good}}
	tests := []struct {
		name   string
		more   string // after the first answer; "": the connection ends
		after  int32
		secure bool
	}{
		{name: "ended"},
		{name: "ended over TLS", secure: true},
		{name: "unasked", more: "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison", after: 1},
	}
	for _, tt := range tests {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			t.Run(tt.name+" "+method, func(t *testing.T) {
				requests, answered := make(chan string, 9), make(chan struct{})
				address := listen(t, func(c net.Conn) {
					if tt.secure {
						c = tls.Server(c, secure)
					}
					for r := bufio.NewReader(c); ; {
						request, err := readRequest(r)
						if err != nil {
							return
						}
						requests <- request
						_, _ = io.WriteString(c, ok)
						if len(requests) > 1 {
							continue
						}
						<-answered
						if _, _ = io.WriteString(c, tt.more); tt.more == "" {
							return
						}
					}
				})
				b := &bed{after: tt.after}
				calls, err := forward.NewClient(loopback(), b.dial).With(0, ca)
				if err != nil {
					t.Fatal(err)
				}
				out := get(address)
				if tt.secure {
					_, port, _ := net.SplitHostPort(address)
					out.Scheme, out.Authority = "https", net.JoinHostPort("localhost", port)
				}
				if _, err := calls.Do(t.Context(), out, limits(time.Minute)); err != nil {
					t.Fatal(err)
				}
				close(answered)
				b.first.reached(t)
				out.Method, out.Body = method, []byte("pay")
				got, err := calls.Do(t.Context(), out, limits(10*time.Second))
				if err != nil || string(got.Body) != "ok" || len(requests) != 2 {
					t.Errorf("Do = %+v, %v after %d requests, want ok after 2", got, err, len(requests))
				}
			})
		}
	}
}
