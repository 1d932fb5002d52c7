package forward_test

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"postern/shared/fault"
	"postern/shared/forward"
)

func TestAdmits(t *testing.T) {
	all := []string{"0.0.0.0/0", "::/0"}
	tests := []struct {
		addr  string
		allow []string
		want  bool
	}{
		{"1.1.1.1", nil, true},
		{"172.15.255.255", nil, true},
		{"172.32.0.0", nil, true},
		{"100.63.255.255", nil, true},
		{"2606:4700:4700::1111", nil, true},
		{"64:ff9b::1.1.1.1", nil, true},
		{"::ffff:1.1.1.1", nil, true},
		{"2002:101:101::1", nil, true},

		// IANA IPv4 Special-Purpose Address Registry
		{"0.0.0.0", nil, false},
		{"0.1.2.3", nil, false},
		{"10.0.0.1", nil, false},
		{"100.64.0.1", nil, false},
		{"100.127.255.255", nil, false},
		{"127.0.0.1", nil, false},
		{"127.255.255.254", nil, false},
		{"169.254.169.254", nil, false},
		{"172.16.0.1", nil, false},
		{"172.31.255.255", nil, false},
		{"192.0.0.192", nil, false},
		{"192.0.2.1", nil, false},
		{"192.88.99.1", nil, false},
		{"192.168.1.1", nil, false},
		{"198.19.255.255", nil, false},
		{"198.51.100.1", nil, false},
		{"203.0.113.1", nil, false},
		{"224.0.0.1", nil, false},
		{"240.0.0.1", nil, false},
		{"255.255.255.255", nil, false},
		// IANA IPv6 Special-Purpose Address Registry
		{"::", nil, false},
		{"::1", nil, false},
		{"::127.0.0.1", nil, false},
		{"::ffff:127.0.0.1", nil, false},
		{"::ffff:169.254.169.254", nil, false},
		{"64:ff9b::10.0.0.1", nil, false},
		{"64:ff9b::169.254.169.254", nil, false},
		{"64:ff9b:1::1", nil, false},
		{"100::1", nil, false},
		{"2001::1", nil, false},
		{"2001:db8::1", nil, false},
		{"2002:7f00:1::1", nil, false},
		{"2002:a9fe:a9fe::1", nil, false},
		{"3fff::1", nil, false},
		{"5f00::1", nil, false},
		{"fc00::1", nil, false},
		{"fd12:3456::1", nil, false},
		{"fd00:ec2::254", nil, false},
		{"fe80::1", nil, false},
		{"fe80::1%eth0", nil, false},
		{"fec0::1", nil, false},
		{"ff02::1", nil, false},

		{"10.0.0.1", []string{"10.0.0.0/24"}, true},
		{"10.0.1.1", []string{"10.0.0.0/24"}, false},
		{"::ffff:10.0.0.1", []string{"10.0.0.0/24"}, true},
		{"fd12:3456::1", []string{"fd12:3456::/32"}, true},
		{"127.0.0.1", all, true},
		{"fd12:3456::1", all, true},
		// credentials: only by an entry of their own
		{"169.254.169.254", all, false},
		{"169.254.170.2", []string{"169.254.0.0/15"}, false},
		{"169.254.169.254", []string{"169.254.0.0/16"}, true},
		{"169.254.169.254", []string{"169.254.169.254/32"}, true},
		{"169.254.169.253", []string{"169.254.169.254/32"}, false},
		{"::ffff:169.254.169.254", all, false},
		{"64:ff9b::169.254.169.254", all, false},
		{"2002:a9fe:a9fe::1", all, false},
		{"fe80::1%eth0", all, false},
		{"fe80::1%eth0", []string{"fe80::/10"}, true},
		{"fd00:ec2::254", []string{"fd00::/8"}, false},
		{"fd00:ec2::254", []string{"fd00:ec2::254/128"}, true},
		{"100.100.100.200", []string{"100.64.0.0/10"}, false},
		{"168.63.129.16", nil, false},
	}
	for _, tt := range tests {
		var g forward.Guard
		for _, p := range tt.allow {
			g.Allow = append(g.Allow, netip.MustParsePrefix(p))
		}
		if got := g.Admits(netip.MustParseAddr(tt.addr)); got != tt.want {
			t.Errorf("Guard{%v}.Admits(%s) = %v, want %v", tt.allow, tt.addr, got, tt.want)
		}
	}
}

// A name is judged by what it resolves to.
func TestGuardOfNames(t *testing.T) {
	backend := &recorder{answer: ok}
	_, port, err := net.SplitHostPort(listen(t, backend.handle))
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "::ffff:127.0.0.1"} {
		_, err := forward.NewClient(forward.Guard{}, nil).Do(t.Context(), get(net.JoinHostPort(host, port)), limits(time.Minute))
		if !errors.Is(err, forward.ErrForbidden) || kindOf(err) != fault.BackendForbidden {
			t.Errorf("Do(%s) = %v, want %s", host, err, fault.BackendForbidden)
		}
	}
	if backend.connections() != 0 {
		t.Errorf("the backend got %d connections, want none", backend.connections())
	}
}

// A name server that changes its mind between two look-ups.
func TestRebinding(t *testing.T) {
	backend := &recorder{answer: "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"}
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(serve(t, l, backend.handle))

	var current atomic.Value
	guard := forward.Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}}
	dialer := net.Dialer{Control: guard.Control, Resolver: &net.Resolver{PreferGo: true, Dial: nameServer(t, &current)}}
	calls := forward.NewClient(guard, dialer.DialContext)
	for _, tt := range []struct {
		addr string
		want fault.Kind
	}{{"127.0.0.2", ""}, {"127.0.0.1", fault.BackendForbidden}, {"169.254.169.254", fault.BackendForbidden}, {"10.0.0.1", fault.BackendForbidden}} {
		current.Store(netip.MustParseAddr(tt.addr))
		out := get(net.JoinHostPort("members.example.com", port))
		out.Header = http.Header{"Connection": {"close"}}
		_, err := calls.Do(t.Context(), out, limits(time.Minute))
		if got := kindOf(err); got != tt.want {
			t.Errorf("with %s Do = %v, want %q", tt.addr, err, tt.want)
		}
	}
}

// nameServer answers every question for an A record with the current address, others with none (RFC 1035, 4).
func nameServer(t *testing.T, current *atomic.Value) func(context.Context, string, string) (net.Conn, error) {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		for buf := make([]byte, 512); ; {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			end := 12
			for buf[end] != 0 {
				end += 1 + int(buf[end])
			}
			end += 5 // the root label, type and class
			isA := n >= end && binary.BigEndian.Uint16(buf[end-4:]) == 1
			reply := append([]byte{buf[0], buf[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, buf[12:end]...)
			if isA {
				reply[7] = 1
				addr := current.Load().(netip.Addr).As4()
				reply = append(append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4), addr[:]...)
			}
			_, _ = c.WriteTo(reply, from)
		}
	}()
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", c.LocalAddr().String())
	}
}

func TestControl(t *testing.T) {
	if err := (forward.Guard{}).Control("tcp4", "no address", nil); err == nil {
		t.Error("Control(no address) = nil, want an error")
	}
}

// TestMain sets a proxy before anything could ask for it: net/http reads the environment once.
func TestMain(m *testing.M) {
	os.Setenv("HTTP_PROXY", "http://proxy.example.com:3128")
	os.Exit(m.Run())
}

// A proxy of the environment would see every call, and would be the one that resolves names.
func TestNoProxy(t *testing.T) {
	var dialed string
	dial := func(_ context.Context, _, address string) (net.Conn, error) {
		dialed = address
		return nil, errors.New("enough")
	}
	_, _ = forward.NewClient(forward.Guard{}, dial).Do(t.Context(), get("members.example.com"), limits(time.Minute))
	if dialed != "members.example.com:80" {
		t.Errorf("dialed %s, want members.example.com:80", dialed)
	}
}
