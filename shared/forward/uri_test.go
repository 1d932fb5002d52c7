package forward_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
)

func target(base, prefix string) forward.Target {
	return forward.Target{Scheme: "https", Authority: "members.internal:8443", Base: base, Prefix: prefix}
}

func TestTarget(t *testing.T) {
	text := func(s string) gateway.Text { return func(*gateway.Exchange) string { return s } }
	tests := []struct {
		name, base, prefix, path string
		text                     gateway.Text
		want                     string
	}{
		{"as it is", "/", "", "/members/1", nil, "/members/1"},
		{"no base", "", "/", "/members/1", nil, "/members/1"},
		{"below the base", "/members", "", "/members/1%2F2", nil, "/1%2F2"},
		{"the base itself", "/members", "", "/members", nil, "/"},
		{"the base itself, below a prefix", "/members", "/v2/", "/members", nil, "/v2"},
		{"a slash at the end", "/members", "/v2/", "/members/", nil, "/v2/"},
		{"only a slash", "/", "/v2", "/", nil, "/v2/"},
		{"prefix", "/", "/v2", "/members/1", nil, "/v2/members/1"},
		{"text", "/", "/v2/", "/members/1", text("/people/1"), "/v2/people/1"},
		{"text without a slash", "/", "", "/members/1", text("people"), "/people"},
		{"empty text", "/", "/v2", "/members/1", text(""), "/v2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(http.Header{"X-A": {"1"}, "Connection": {"close"}})
			x.Request.Path, x.Request.Method = tt.path, "PUT"
			to := target(tt.base, tt.prefix)
			to.Path = tt.text
			step := to.Step()
			if err := step.Run(t.Context(), x); err != nil {
				t.Fatal(err)
			}
			got := x.Outbound
			if got.Path != tt.want || got.RawQuery != x.Request.RawQuery || got.Method != "PUT" || got.Host != "" ||
				got.Scheme != "https" || got.Authority != "members.internal:8443" || got.Body != nil {
				t.Errorf("Outbound = %+v, want path %s", got, tt.want)
			}
			if len(got.Header) != 4 || got.Header.Get("X-A") != "1" {
				t.Errorf("Outbound.Header = %v, want X-A and ours", got.Header)
			}
			if step.Name != "outbound" || !step.Again || step.Last || step.Body != nil {
				t.Errorf("Step = %+v, want one that only reads", step)
			}
		})
	}
}

func TestPreserveHost(t *testing.T) {
	x, to := exchange(nil), target("/", "")
	to.PreserveHost = true
	if err := to.Step().Run(t.Context(), x); err != nil || x.Outbound.Host != "api.example.com" {
		t.Errorf("Outbound = %+v, %v, want Host api.example.com", x.Outbound, err)
	}
}

func TestTargetMethod(t *testing.T) {
	x, to := exchange(nil), target("/", "")
	to.Method = "PUT"
	step := to.Step()
	if err := step.Run(t.Context(), x); err != nil || x.Outbound.Method != "PUT" {
		t.Errorf("Outbound.Method = %q, %v, want the target's", x.Outbound.Method, err)
	}
}

// TestTargetWithout leaves out parameters by their decoded names, and nothing else.
func TestTargetWithout(t *testing.T) {
	for query, want := range map[string]string{
		"key=1&a=2": "a=2", "a=2&%6bey&key=3": "a=2", "Key=1&key2=2&&a=%7e": "Key=1&key2=2&&a=%7e", "": "",
	} {
		x, to := exchange(nil), target("/", "")
		x.Request.RawQuery, to.Without = query, []string{"key"}
		step := to.Step()
		if err := step.Run(t.Context(), x); err != nil || x.Outbound.RawQuery != want {
			t.Errorf("%q without key = %q, %v, want %q", query, x.Outbound.RawQuery, err, want)
		}
	}
}

func TestIllegalURI(t *testing.T) {
	tests := []struct {
		path, query string
		ok          bool
	}{
		{"/a-._~!$&'()*+,;=:@/%2F%e4", "a=1&b[]=/?:@%20", true},
		{"/a.b/..c/.../.a", "a=../x", true},
		{"/{id}", "", false},
		{"/a b", "", false},
		{"/a|b", "", false},
		{"/a^b", "", false},
		{"/a`b", "", false},
		{`/a\b`, "", false},
		{`/"a"`, "", false},
		{"/<a>", "", false},
		{"/a#b", "", false},
		{"/a?b", "", false},
		{"/a[0]", "", false},
		{"/\x00", "", false},
		{"/\x7f", "", false},
		{"/é", "", false},
		{"/%zz", "", false},
		{"/%2", "", false},
		{"/%2g", "", false},
		{"/%g2", "", false},
		{"/%", "", false},
		{"/a", "q={}", false},
		{"/a", "q= ", false},
		{"/a", "q=%", false},
		{"/a", "q=\n", false},
		{"/a", "q=é", false},
		{"/a", "q=#", false},
		{"/..", "", false},
		{"/a/../b", "", false},
		{"/a/./b", "", false},
		{"/a/%2e%2E/b", "", false},
		{"/a/.%2e", "", false},
		{"/a/%2e", "", false},
		{"/a/..;x=1/b", "", false},
	}
	for _, tt := range tests {
		x := exchange(nil)
		x.Request.Path, x.Request.RawQuery = tt.path, tt.query
		err := target("/", "").Step().Run(t.Context(), x)
		if want := map[bool]fault.Kind{true: "", false: fault.BackendURI}[tt.ok]; kindOf(err) != want {
			t.Errorf("%q?%q: %v, want %q", tt.path, tt.query, err, want)
		}
	}
}

func TestParseURL(t *testing.T) {
	tests := []struct {
		url  string
		want gateway.Outbound
		ok   bool
	}{
		{"https://members.internal/v2", gateway.Outbound{Scheme: "https", Authority: "members.internal", Path: "/v2"}, true},
		{"http://[2001:db8::1]:8080?a=1", gateway.Outbound{Scheme: "http", Authority: "[2001:db8::1]:8080", RawQuery: "a=1"}, true},
		{"HTTP://a/%2F", gateway.Outbound{Scheme: "http", Authority: "a", Path: "/%2F"}, true},
		{"", gateway.Outbound{}, false},
		{"members.internal", gateway.Outbound{}, false},
		{"//members.internal", gateway.Outbound{}, false},
		{"ftp://members.internal", gateway.Outbound{}, false},
		{"https:members", gateway.Outbound{}, false},
		{"https://:80/", gateway.Outbound{}, false},
		{"https://a:0/", gateway.Outbound{}, false},
		{"https://a:65536/", gateway.Outbound{}, false},
		{"https://a:x/", gateway.Outbound{}, false},
		{"https://user:secret@a/", gateway.Outbound{}, false},
		{"https://user:secret secret@a/", gateway.Outbound{}, false},
		{"https://a/../b?key=secret", gateway.Outbound{}, false},
		{"https://a/#x", gateway.Outbound{}, false},
		{"https://a/#", gateway.Outbound{}, false},
		{"https://a/../b", gateway.Outbound{}, false},
		{"https://a/?q={}", gateway.Outbound{}, false},
	}
	for _, tt := range tests {
		got, err := forward.ParseURL(tt.url)
		if (err == nil) != tt.ok {
			t.Errorf("ParseURL(%q) = %+v, %v, want ok %v", tt.url, got, err, tt.ok)
			continue
		}
		if !tt.ok {
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("ParseURL(%q) shows the secret: %v", tt.url, err)
			}
			continue
		}
		if got.Scheme != tt.want.Scheme || got.Authority != tt.want.Authority || got.Path != tt.want.Path || got.RawQuery != tt.want.RawQuery {
			t.Errorf("ParseURL(%q) = %+v, want %+v", tt.url, got, tt.want)
		}
	}
}

// What is let through is a URI that net/url reads the same, and climbs nowhere.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"/a/../b", "/%2e%2e;/x", "/a?b", "//x", "/%zz", "/é", "/a b", "/%25%32%65"} {
		f.Add(seed, "q=1&[]=%20")
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		x := exchange(nil)
		x.Request.Path, x.Request.RawQuery = path, query
		if target("/", "").Step().Run(t.Context(), x) != nil {
			return
		}
		u, err := url.ParseRequestURI("http://members.internal" + x.Outbound.Path + "?" + x.Outbound.RawQuery)
		if err != nil || u.RawQuery != query || u.EscapedPath() != x.Outbound.Path {
			t.Fatalf("%q?%q goes out as %q?%q, which reads %v, %v", path, query, x.Outbound.Path, x.Outbound.RawQuery, u, err)
		}
		for segment := range strings.SplitSeq(x.Outbound.Path, "/") {
			if plain, _ := url.PathUnescape(segment); plain == "." || plain == ".." {
				t.Fatalf("%q goes out as %q", path, x.Outbound.Path)
			}
		}
	})
}
