package forward_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/forward"
)

// reset takes a request and resets the connection.
func reset(c net.Conn) {
	if _, err := readRequest(bufio.NewReader(c)); err == nil {
		_ = c.(*net.TCPConn).SetLinger(0)
	}
}

// then sends text and goes on until the other side leaves.
func then(text string, more func(net.Conn) error) func(net.Conn) {
	return func(c net.Conn) {
		_, err := readRequest(bufio.NewReader(c))
		if err == nil {
			_, err = io.WriteString(c, text)
		}
		for err == nil {
			err = more(c)
		}
	}
}

func drip(c net.Conn) error {
	time.Sleep(time.Millisecond)
	_, err := io.WriteString(c, ".")
	return err
}

func headers(c net.Conn) error {
	_, err := io.WriteString(c, "X-A: "+strings.Repeat("a", 1000)+"\r\n")
	return err
}

func TestFailures(t *testing.T) {
	const short = 60 * time.Millisecond
	inTime := fault.Args{"limit": "60"}
	tests := []struct {
		name    string
		handle  func(net.Conn)
		timeout time.Duration
		want    fault.Kind
		args    fault.Args
	}{
		{"reset", reset, time.Minute, fault.BackendReset, nil},
		{"closed", says(""), time.Minute, fault.BackendClosed, nil},
		{"closed in the head", says("HTTP/1.1 200 OK\r\nX-A: 1\r\n"), time.Minute, fault.BackendClosed, nil},
		{"closed after an interim answer", says("HTTP/1.1 100 Continue\r\n\r\n"), time.Minute, fault.BackendClosed, nil},
		{"closed in the body", says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1"), time.Minute, fault.BackendClosed, nil},
		{"closed in a chunk", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n1"), time.Minute, fault.BackendClosed, nil},
		{"garbage", says("SSH-2.0-OpenSSH\r\n\r\n"), time.Minute, fault.BackendMalformed, nil},
		{"status line", says("HTTP/1.1 abc OK\r\n\r\n"), time.Minute, fault.BackendMalformed, nil},
		{"status 000", says("HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n"), time.Minute, fault.BackendMalformed, nil},
		{"header value", says("HTTP/1.1 200 OK\r\nX-A: a\x01b\r\n\r\n"), time.Minute, fault.BackendMalformed, nil},
		{"header name", says("HTTP/1.1 200 OK\r\nX A: a\r\n\r\n"), time.Minute, fault.BackendMalformed, nil},
		{"two lengths", says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12"), time.Minute, fault.BackendMalformed, nil},
		{"negative length", says("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), time.Minute, fault.BackendMalformed, nil},
		{"chunk size", says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), time.Minute, fault.BackendMalformed, nil},
		{"another protocol", says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), time.Minute, fault.BackendMalformed, nil},
		{"large head", says("HTTP/1.1 200 OK\r\nX-A: " + strings.Repeat("a", 65<<10) + "\r\nContent-Length: 0\r\n\r\n"), time.Minute, fault.BackendMalformed, nil},
		{"endless head", then("HTTP/1.1 200 OK\r\n", headers), time.Minute, fault.BackendMalformed, nil},
		{"endless interim answers", then("", func(c net.Conn) error {
			_, err := io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
			return err
		}), time.Minute, fault.BackendMalformed, nil},
		{"silent", silent(nil), short, fault.BackendTimeout, inTime},
		{"slow head", then("HTTP/1.1 200 OK\r\nX-A: ", drip), short, fault.BackendTimeout, inTime},
		{"slow body", then("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", drip), short, fault.BackendTimeout, inTime},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := client().Do(t.Context(), get(listen(t, tt.handle)), limits(tt.timeout))
			if kindOf(err) != tt.want || !reflect.DeepEqual(fault.From(err).Args, tt.args) {
				t.Errorf("Do = %v, want %s %v", err, tt.want, tt.args)
			}
		})
	}
}

func TestNoConnection(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	hangs := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	unresolved := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "x.invalid", IsNotFound: true}}
	}
	unreachable := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: io.ErrNoProgress}
	}
	never := func(host, address string) fault.Args { return fault.Args{"host": host, "address": address} }
	tests := []struct {
		name      string
		authority string
		dial      forward.Dial
		connect   time.Duration
		timeout   time.Duration
		want      fault.Kind
		args      fault.Args
	}{
		{"refused", closed.Addr().String(), nil, 0, time.Minute, fault.BackendRefused, nil},
		{"name", "members.invalid:80", unresolved, 0, time.Minute, fault.BackendDNS, fault.Args{"host": "members.invalid"}},
		{"connect timeout", "members.internal:80", hangs, 30 * time.Millisecond, time.Minute, fault.BackendConnect, nil},
		{"total timeout before a connection", "members.internal:80", hangs, time.Minute, 30 * time.Millisecond, fault.BackendConnect, nil},
		{"unreachable", "members.internal:80", unreachable, 0, time.Minute, fault.BackendConnect, nil},
		{"forbidden", "10.0.0.1:80", nil, 0, time.Minute, fault.BackendForbidden, never("10.0.0.1", "10.0.0.1")},
		{"forbidden with a dial of its own", "10.0.0.1:80", hangs, 0, time.Minute, fault.BackendForbidden, never("10.0.0.1", "10.0.0.1")},
		{"forbidden IPv6", "[fd00::1]:80", nil, 0, time.Minute, fault.BackendForbidden, never("fd00::1", "fd00::1")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			calls, err := forward.NewClient(loopback(), tt.dial).With(tt.connect, "")
			if err != nil {
				t.Fatal(err)
			}
			_, err = calls.Do(t.Context(), get(tt.authority), limits(tt.timeout))
			if kindOf(err) != tt.want || !reflect.DeepEqual(fault.From(err).Args, tt.args) {
				t.Errorf("Do = %v, %v, want %s, %v", err, fault.From(err).Args, tt.want, tt.args)
			}
		})
	}
}

// TestResolvedToForbidden: a refusal names the host of the definition, and what it resolved to.
func TestResolvedToForbidden(t *testing.T) {
	_, err := forward.NewClient(forward.Guard{}, nil).Do(t.Context(), get("localhost:1"), limits(time.Minute))
	f := fault.From(err)
	if address := f.Args["address"]; f.Kind != fault.BackendForbidden || f.Args["host"] != "localhost" || address != "127.0.0.1" && address != "::1" {
		t.Errorf("Do = %v, %v, want %s of localhost and a loopback address", err, f.Args, fault.BackendForbidden)
	}
	if !errors.Is(err, forward.ErrForbidden) || !strings.Contains(err.Error(), f.Args["address"]+": "+forward.ErrForbidden.Error()) {
		t.Errorf("Do = %v, want %v in its chain", err, forward.ErrForbidden)
	}
}

// TestInside: of a service inside the network, a name without an address is a failure of its own, and private addresses are
// admitted.
func TestInside(t *testing.T) {
	unresolved := func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "x.invalid", IsNotFound: true}}
	}
	inside := forward.Guard{Private: true}
	for address, want := range map[string]fault.Kind{"members.internal:80": fault.BackendVPC, "10.0.0.1:80": fault.BackendVPC, "127.0.0.1:80": fault.BackendForbidden} {
		_, err := forward.NewClient(inside, unresolved).Do(t.Context(), get(address), limits(time.Minute))
		if f := fault.From(err); f.Kind != want {
			t.Errorf("%s: Do = %v, want %s", address, err, want)
		}
	}
}

func TestClientGone(t *testing.T) {
	tests := []struct {
		name   string
		handle func(chan<- struct{}) func(net.Conn)
	}{
		{"before the answer", silent},
		{"in the body", func(got chan<- struct{}) func(net.Conn) {
			return then("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1", func(c net.Conn) error {
				got <- struct{}{}
				_, err := c.Read(make([]byte, 1))
				return err
			})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := make(chan struct{}, 1)
			address := listen(t, tt.handle(got))
			ctx, cancel := context.WithCancel(t.Context())
			go func() { <-got; cancel() }()
			_, err := client().Do(ctx, get(address), limits(time.Minute))
			if got := kindOf(err); got != fault.ClientGone {
				t.Errorf("Do = %v, want %s", err, fault.ClientGone)
			}
		})
	}
	t.Run("before the connection", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		dial := func(context.Context, string, string) (net.Conn, error) {
			cancel()
			<-ctx.Done()
			return nil, io.ErrNoProgress
		}
		_, err := forward.NewClient(loopback(), dial).Do(ctx, get("members.internal:80"), limits(time.Minute))
		if got := kindOf(err); got != fault.ClientGone {
			t.Errorf("Do = %v, want %s", err, fault.ClientGone)
		}
	})
}

// The deadline of whoever called counts as the backend's: a function that is about to end tells the client why.
func TestDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	_, err := client().Do(ctx, get(listen(t, silent(nil))), forward.Limits{})
	if got := fault.From(err); got.Kind != fault.BackendTimeout || got.Args["limit"] != "60000" {
		t.Errorf("Do = %v %v, want %s with limit 60000", err, got.Args, fault.BackendTimeout)
	}
}
