package wire_test

import (
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"postern/cmd/postern/wire"
)

func TestNewRequestKeepsBytes(t *testing.T) {
	tests := []struct {
		url, host, path, query string
		bad                    bool
	}{
		{url: "http://h:1/a%2Fb/../c;d?x=%20+&x=", host: "h:1", path: "/a%2Fb/../c;d", query: "x=%20+&x="},
		{url: "https://h", host: "h", path: "/"},
		{url: "http://h?x=1", host: "h", path: "/", query: "x=1"},
		{url: "http://h/한", host: "h", path: "/한"},
		{url: "ftp://h/", bad: true},
		{url: "h/a", bad: true},
		{url: "http:///a", bad: true},
		{url: "http://h/a b", bad: true},
		{url: "http://h/a#b", bad: true},
		{url: "http://h/a\r\nX: y", bad: true},
	}
	for _, tt := range tests {
		r, err := wire.NewRequest("get", tt.url)
		if tt.bad {
			if err == nil {
				t.Errorf("NewRequest(%q) = %+v, want an error", tt.url, r)
			}
			continue
		}
		if err != nil || r.Method != "GET" || r.Host != tt.host || r.Path != tt.path || r.RawQuery != tt.query {
			t.Errorf("NewRequest(%q) = %+v, %v", tt.url, r, err)
		}
	}
}

func TestForms(t *testing.T) {
	r, err := wire.NewRequest("POST", "http://h/{a}/./b?c='d'")
	if err != nil {
		t.Fatal(err)
	}
	r.Header["X-B"] = []string{"1", ""}
	r.Header["Authorization"] = []string{`hmac signature="a'b"`}
	r.Body = []byte("{'x': 1}")
	tests := []struct {
		name, got, want string
	}{
		{"curl", wire.Curl(r), `curl -i -X 'POST' -g --path-as-is 'http://h/{a}/./b?c='\''d'\''' -H 'Authorization: hmac signature="a'\''b"' -H 'X-B: 1' -H 'X-B;' --data-binary '{'\''x'\'': 1}'` + "\n"},
		{"raw", wire.Raw(r), "POST /{a}/./b?c='d' HTTP/1.1\r\nHost: h\r\nAuthorization: hmac signature=\"a'b\"\r\nX-B: 1\r\nX-B: \r\nContent-Length: 8\r\n\r\n{'x': 1}"},
		{"headers", wire.Headers(r), "Authorization: hmac signature=\"a'b\"\nX-B: 1\nX-B: \n"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, tt.got, tt.want)
		}
	}
}

// TestCurlIsOneCommand lets a shell take the line apart again.
func TestCurlIsOneCommand(t *testing.T) {
	r, _ := wire.NewRequest("GET", "http://h/a?b='$(x)`y`\\\"'&c=1")
	line := strings.TrimPrefix(strings.TrimSpace(wire.Curl(r)), "curl ")
	out, err := exec.CommandContext(t.Context(), "sh", "-c", `printf '%s\n' `+line).Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := "-i\nhttp://h/a?b='$(x)`y`\\\"'&c=1\n"; string(out) != want {
		t.Errorf("a shell reads %q, want %q", out, want)
	}
}

// FuzzNewRequest: what is understood is written down again as it was.
func FuzzNewRequest(f *testing.F) {
	for _, seed := range []string{"http://h/a?b=c", "https://h:1", "http://h?x", "http://h/%2F/;a/../"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, url string) {
		r, err := wire.NewRequest("GET", url)
		if err != nil {
			return
		}
		again, err := wire.NewRequest("GET", r.Scheme+"://"+r.Host+r.Target())
		if err != nil || !reflect.DeepEqual(again, r) {
			t.Errorf("NewRequest(%q) = %+v; written down and read again %+v, %v", url, r, again, err)
		}
	})
}
