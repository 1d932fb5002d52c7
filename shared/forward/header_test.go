package forward_test

import (
	"maps"
	"net/http"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"

	"postern/shared/forward"
)

func ours() http.Header {
	return http.Header{"X-Forwarded-For": {"203.0.113.9"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"api.example.com"}}
}

func TestCleanHeader(t *testing.T) {
	kept := http.Header{"Accept": {"a", "b"}, "X-Nominated-Not": {"1"}, "Authorization": {"x"}, "Cookie": {"a=1"}, "X-Empty": {""}, "Via": {"1.1 x"}}
	dropped := []string{
		// RFC 9110, 7.6.1, and what net/http/httputil removes beside it
		"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer",
		"Transfer-Encoding", "Upgrade", "Http2-Settings",
		"Expect", "Host", "Content-Length", // said anew
		"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix",
		"X-Forwarded-Server", "X-Forwarded-Client-Cert", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip",
		"X-Original-Forwarded-For", "X-Original-Url", "X-Original-Host", "X-Rewrite-Url",
	}
	spellings := map[string]func(string) string{
		"canonical":  func(s string) string { return s },
		"lower":      strings.ToLower,
		"upper":      strings.ToUpper,
		"underscore": func(s string) string { return strings.ReplaceAll(s, "-", "_") },
	}
	want := ours()
	maps.Copy(want, kept)
	for name, spell := range spellings {
		t.Run(name, func(t *testing.T) {
			received := kept.Clone()
			for _, d := range dropped {
				received[spell(d)] = append(received[spell(d)], "6.6.6.6")
			}
			if got := forward.CleanHeader(exchange(received)); !reflect.DeepEqual(got, want) {
				t.Errorf("CleanHeader = %v, want %v", got, want)
			}
		})
	}
}

func TestNominated(t *testing.T) {
	received := http.Header{
		"Connection": {"close, X-Once", " x_twice ,X-Forwarded-For,x-forwarded-proto,X-Forwarded-Host"},
		"X-Once":     {"1"}, "X-Twice": {"1"}, "X-Kept": {"1"}, "Close": {"1"},
	}
	want := ours()
	want["X-Kept"] = []string{"1"}
	if got := forward.CleanHeader(exchange(received)); !reflect.DeepEqual(got, want) {
		t.Errorf("CleanHeader = %v, want %v", got, want)
	}
}

func TestCleanHeaderLeavesTheRequest(t *testing.T) {
	shared := append(make([]string, 0, 4), "1")
	received := http.Header{"X-A": shared, "Connection": {"x-b"}}
	x := exchange(received)
	x.Client = netip.Addr{}
	got := forward.CleanHeader(x)
	got.Add("X-A", "2")
	got.Set("X-C", "3")
	if want := (http.Header{"X-A": {"1"}, "Connection": {"x-b"}}); !reflect.DeepEqual(received, want) || shared[:2][1] != "" {
		t.Errorf("the request's header became %v, want %v", received, want)
	}
	if _, ok := got["X-Forwarded-For"]; ok {
		t.Errorf("X-Forwarded-For = %q without a client address", got["X-Forwarded-For"])
	}
}

func TestCheckField(t *testing.T) {
	tests := []struct {
		name, value string
		ok          bool
	}{
		{"X-A", "1 2\t\xe9", true},
		{"X-A", "", true},
		{"X A", "1", false},
		{"", "1", false},
		{"X-\xe9", "1", false},
		{"X-A", "1\n2", false},
		{"X-A", "\x7f", false},
		{"transfer-encoding", "chunked", false},
		{"Content-Length", "1", false},
		{"Connection", "close", false},
	}
	for _, tt := range tests {
		if err := forward.CheckField(tt.name, tt.value); (err == nil) != tt.ok {
			t.Errorf("CheckField(%q, %q) = %v, want ok %v", tt.name, tt.value, err, tt.ok)
		}
	}
}

// Whatever a client sends, a backend reads our word for who it is, and its header frames nothing.
func FuzzCleanHeader(f *testing.F) {
	f.Add("X-Forwarded-For", "6.6.6.6", "close")
	f.Add("x_forwarded_for", "6.6.6.6", "x-forwarded-for")
	f.Add("Transfer_Encoding", "chunked", "X-Forwarded-Host,")
	f.Add(strings.Repeat("X_", 99), "1", ",,\x00")
	f.Fuzz(func(t *testing.T, name, value, connection string) {
		received := http.Header{"Connection": {connection}, "X-Kept": {"1"}}
		received[name] = append(received[name], value)
		got := forward.CleanHeader(exchange(received))
		for name, values := range ours() {
			if !slices.Equal(got[name], values) {
				t.Errorf("%s = %q, want %q", name, got[name], values)
			}
			delete(got, name)
		}
		for name := range got {
			asRead := strings.ReplaceAll(strings.ToLower(name), "_", "-")
			switch {
			case strings.HasPrefix(asRead, "x-forwarded-"), asRead == "transfer-encoding", asRead == "content-length", asRead == "connection", asRead == "host":
				t.Errorf("%q came through", name)
			case received[name] == nil:
				t.Errorf("%q was invented", name)
			}
		}
	})
}

func TestCheckPassed(t *testing.T) {
	for name, want := range map[string]bool{
		"X-A": true, "Authorization": true, "X-Forwarded-For": false, "x_forwarded_host": false, "X-Real-IP": false, "Host": false, "x y": false,
	} {
		if err := forward.CheckPassed(name); (err == nil) != want {
			t.Errorf("CheckPassed(%q) = %v, want it to pass: %v", name, err, want)
		}
	}
}
