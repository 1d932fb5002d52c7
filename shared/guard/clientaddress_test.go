package guard_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/guard"
)

func TestClientAddress(t *testing.T) {
	const peer = "203.0.113.9"
	refused := string(fault.RequestAddress)
	tests := []struct {
		name  string
		rule  guard.ClientAddress
		peer  string // default: peer
		lines []string
		want  string // the address or the kind of fault
	}{
		{name: "absent", want: peer},
		{name: "absent behind proxies", rule: guard.ClientAddress{Hops: 2}, want: peer},
		{name: "mapped peer", peer: "::ffff:203.0.113.9", want: peer},
		{name: "not believed", lines: []string{"198.51.100.1"}, want: peer},
		{name: "not believed, nor looked at", lines: []string{"not-an-ip"}, want: peer},
		{name: "not believed, strict", rule: guard.ClientAddress{Strict: true}, lines: []string{"198.51.100.1"}, want: peer},
		{
			name: "malformed, strict", rule: guard.ClientAddress{Strict: true}, lines: []string{"not-an-ip, 203.0.113.9"},
			want: refused,
		},

		{
			name: "one hop", rule: guard.ClientAddress{Hops: 1}, lines: []string{"192.0.2.1, 198.51.100.1"},
			want: "198.51.100.1",
		},
		{
			name: "two hops", rule: guard.ClientAddress{Hops: 2}, lines: []string{"192.0.2.7, 192.0.2.1, 198.51.100.1"},
			want: "192.0.2.1",
		},
		{name: "two hops over lines", rule: guard.ClientAddress{Hops: 2}, lines: []string{
			"192.0.2.7,192.0.2.1",
			"198.51.100.1",
		}, want: "192.0.2.1"},
		{
			name: "as many hops as entries", rule: guard.ClientAddress{Hops: 2},
			lines: []string{"192.0.2.1, 198.51.100.1"}, want: "192.0.2.1",
		},
		{
			name: "more hops than entries", rule: guard.ClientAddress{Hops: 5},
			lines: []string{"192.0.2.1, 198.51.100.1"}, want: "192.0.2.1",
		},

		{name: "IPv6", rule: guard.ClientAddress{Hops: 1}, lines: []string{"2001:db8::1"}, want: "2001:db8::1"},
		{name: "port", rule: guard.ClientAddress{Hops: 1}, lines: []string{"192.0.2.1:4711"}, want: "192.0.2.1"},
		{
			name: "IPv6 and port", rule: guard.ClientAddress{Hops: 1}, lines: []string{"[2001:db8::1]:4711"},
			want: "2001:db8::1",
		},
		{name: "mapped", rule: guard.ClientAddress{Hops: 1}, lines: []string{"::ffff:192.0.2.1"}, want: "192.0.2.1"},
		{name: "blanks", rule: guard.ClientAddress{Hops: 1}, lines: []string{" \t192.0.2.1\t "}, want: "192.0.2.1"},

		{
			name: "bad entry beyond the hops", rule: guard.ClientAddress{Hops: 1},
			lines: []string{"not-an-ip, 192.0.2.1"}, want: refused,
		},
		{
			name: "bad entry on another line", rule: guard.ClientAddress{Hops: 1}, lines: []string{"192.0.2.1", "x"},
			want: refused,
		},
		{name: "unknown", rule: guard.ClientAddress{Hops: 1}, lines: []string{"unknown"}, want: refused},
		{name: "empty", rule: guard.ClientAddress{Hops: 1}, lines: []string{""}, want: refused},
		{name: "empty element", rule: guard.ClientAddress{Hops: 1}, lines: []string{"192.0.2.1,,192.0.2.2"}, want: refused},
		{name: "comma at the end", rule: guard.ClientAddress{Hops: 1}, lines: []string{"192.0.2.1,"}, want: refused},
		{name: "zone", rule: guard.ClientAddress{Hops: 1}, lines: []string{"fe80::1%eth0"}, want: refused},
		{name: "zone and port", rule: guard.ClientAddress{Hops: 1}, lines: []string{"[fe80::1%eth0]:80"}, want: refused},
		{name: "port without brackets", rule: guard.ClientAddress{Hops: 1}, lines: []string{"192.0.2.1:x"}, want: refused},
		{name: "leading zero", rule: guard.ClientAddress{Hops: 1}, lines: []string{"192.0.2.01"}, want: refused},
		{name: "prefix", rule: guard.ClientAddress{Hops: 1}, lines: []string{"192.0.2.0/24"}, want: refused},
		{
			name: "as many as may be", rule: guard.ClientAddress{Hops: 1},
			lines: []string{strings.Repeat("192.0.2.2,", 99) + "192.0.2.1"}, want: "192.0.2.1",
		},
		{
			name: "too many", rule: guard.ClientAddress{Hops: 1},
			lines: []string{strings.Repeat("192.0.2.2,", 100) + "192.0.2.1"}, want: refused,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.peer == "" {
				tt.peer = peer
			}
			x := &gateway.Exchange{Request: &gateway.Request{
				Client: netip.MustParseAddr(tt.peer), Header: http.Header{"X-Forwarded-For": tt.lines},
			}}
			step := tt.rule.Step()
			if step.Name != "client-address" || !step.Again {
				t.Errorf("Step() = %q, Again %v, want client-address, repeated", step.Name, step.Again)
			}
			got := run(t, step, x)
			if got == "" {
				got = x.Client.String()
			}
			if got != tt.want {
				t.Errorf("%+v with %q = %s, want %s", tt.rule, tt.lines, got, tt.want)
			}
		})
	}
}

// FuzzForwardedFor: what is accepted is one of the addresses sent, and what trusted proxies append decides alone.
func FuzzForwardedFor(f *testing.F) {
	for _, s := range []string{
		"192.0.2.1", "192.0.2.1, 2001:db8::1", "[2001:db8::1]:80", "unknown", "", ",",
		"fe80::1%eth0", "::ffff:1.2.3.4",
	} {
		f.Add(s, uint8(1))
	}
	f.Fuzz(func(t *testing.T, sent string, hops uint8) {
		n := 1 + int(hops%4)
		x := &gateway.Exchange{Request: &gateway.Request{Header: http.Header{"X-Forwarded-For": {sent}}}}
		if run(t, guard.ClientAddress{Hops: n}.Step(), x) != "" {
			return
		}
		if !x.Client.IsValid() || x.Client.Zone() != "" || x.Client.Is4In6() {
			t.Fatalf("%q gives %v", sent, x.Client)
		}
		elements := strings.Split(sent, ",")
		chosen := elements[max(len(elements)-n, 0)]
		if _, err := netip.ParseAddr(strings.Trim(chosen,
			" \t")); err == nil && netip.MustParseAddr(strings.Trim(chosen, " \t")).Unmap() != x.Client {
			t.Errorf("%q with %d hops gives %v, want %s", sent, n, x.Client, chosen)
		}
		// A trusted proxy in front appends the true address: nothing that was sent changes it.
		truth := netip.MustParseAddr("203.0.113.9")
		y := &gateway.Exchange{Request: &gateway.Request{Header: http.Header{"X-Forwarded-For": {sent, truth.String()}}}}
		if kind := run(t, guard.ClientAddress{Hops: 1}.Step(), y); kind == "" && y.Client != truth {
			t.Errorf("%q before the true address gives %v", sent, y.Client)
		}
	})
}

func BenchmarkClientAddress(b *testing.B) {
	step := guard.ClientAddress{Hops: 2}.Step()
	x := &gateway.Exchange{Request: &gateway.Request{Header: header("X-Forwarded-For", "192.0.2.1, 198.51.100.1:4711")}}
	b.ReportAllocs()
	for b.Loop() {
		run(b, step, x)
	}
}
