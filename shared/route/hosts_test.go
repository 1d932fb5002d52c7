package route_test

import (
	"strings"
	"testing"

	"postern/shared/route"
)

// hosts serves what is written as "host base", under that name.
func hosts(t testing.TB, served ...string) *route.Hosts[string] {
	t.Helper()
	h := route.NewHosts[string]()
	for _, s := range served {
		host, base, _ := strings.Cut(s, " ")
		if err := h.Add(host, base, s); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func TestHosts(t *testing.T) {
	tests := []struct{ name, served, host, path, want string }{
		{name: "exact", served: "a.example.com", host: "a.example.com", path: "/", want: "a.example.com"},
		{name: "port", served: "a.example.com", host: "a.example.com:8080", path: "/", want: "a.example.com"},
		{name: "case", served: "A.example.com", host: "a.EXAMPLE.com:1", path: "/", want: "A.example.com"},
		{name: "dot at the end", served: "a.example.com", host: "a.example.com.", path: "/", want: "a.example.com"},
		{name: "dot and port", served: "a.example.com.", host: "a.example.com.:80", path: "/", want: "a.example.com."},
		{name: "address", served: "127.0.0.1", host: "127.0.0.1:3000", path: "/", want: "127.0.0.1"},
		{name: "no host", served: "a.example.com", host: "", path: "/"},
		{name: "other host", served: "a.example.com", host: "b.example.com", path: "/"},
		{name: "IPv6", served: "a.example.com", host: "[::1]:80", path: "/"},
		{name: "Kelvin sign", served: "k.example.com", host: "\u212a.example.com", path: "/"},

		{name: "wildcard", served: "*.example.com", host: "a.example.com", path: "/", want: "*.example.com"},
		{name: "wildcard, two labels", served: "*.example.com", host: "b.a.example.com:1", path: "/", want: "*.example.com"},
		{name: "wildcard needs a label", served: "*.example.com", host: "example.com", path: "/"},
		{name: "wildcard needs a whole label", served: "*.example.com", host: ".example.com", path: "/"},
		{name: "wildcard at a dot", served: "*.example.com", host: "aexample.com", path: "/"},
		{
			name: "exact before wildcard", served: "*.example.com; a.example.com", host: "a.example.com", path: "/",
			want: "a.example.com",
		},
		{
			name: "longer wildcard", served: "*.example.com; *.a.example.com", host: "b.a.example.com", path: "/",
			want: "*.a.example.com",
		},
		{
			name: "wildcard for what the host lacks", served: "*.example.com; a.example.com /x", host: "a.example.com",
			path: "/y", want: "*.example.com",
		},
		{name: "too long", served: "*.example.com", host: strings.Repeat("a.", 130) + "example.com", path: "/"},

		{name: "base", served: "h /users", host: "h", path: "/users/7", want: "h /users"},
		{name: "base itself", served: "h /users", host: "h", path: "/users", want: "h /users"},
		{name: "base with a slash", served: "h /users", host: "h", path: "/users/", want: "h /users"},
		{name: "beside the base", served: "h /users", host: "h", path: "/usersx"},
		{name: "above the base", served: "h /a/b", host: "h", path: "/a"},
		{name: "base is compared as sent", served: "h /users", host: "h", path: "/%75sers"},
		{name: "all", served: "h /", host: "h", path: "/x", want: "h /"},
		{name: "all, in asterisk form", served: "h /", host: "h", path: "*", want: "h /"},
		{name: "longest", served: "h /; h /a; h /a/b", host: "h", path: "/a/b/c", want: "h /a/b"},
		{name: "longest that fits", served: "h /; h /a; h /a/b/c", host: "h", path: "/a/b", want: "h /a"},
		{name: "all but the longer", served: "h; h /a/b", host: "h", path: "/a/c", want: "h"},
		{name: "empty path", served: "h /a", host: "h", path: ""},
		{name: "relative path", served: "h /a", host: "h", path: "a/b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := hosts(t, strings.Split(tt.served, "; ")...).Find(tt.host, tt.path)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("Find(%q, %q) = %q, %v, want %q", tt.host, tt.path, got, ok, tt.want)
			}
		})
	}
}

func TestHostsRefuses(t *testing.T) {
	tests := []struct{ name, served, host, base, want string }{
		{name: "twice", served: "h /a", host: "h", base: "/a", want: "host h with base /a/ is served already"},
		{name: "twice, other case", served: "h", host: "H.", base: "/", want: "served already"},
		{name: "wildcard twice", served: "*.h", host: "*.h", base: "", want: "served already"},
		{name: "empty", host: "", want: "no host"},
		{name: "port", host: "h:80", want: "without a port"},
		{name: "star alone", host: "*", want: "no host"},
		{name: "star dot", host: "*.", want: "no host"},
		{name: "star in a label", host: "*a.example.com", want: "no host"},
		{name: "star inside", host: "a.*.com", want: "no host"},
		{name: "two stars", host: "*.*.com", want: "no host"},
		{name: "empty label", host: "a..com", want: "no host"},
		{name: "dot first", host: ".example.com", want: "no host"},
		{name: "other letters", host: "café.example.com", want: "xn--"},
		{name: "scheme", host: "https://h", want: "no host"},
		{name: "path", host: "h/x", want: "no host"},
		{name: "relative base", host: "h", base: "a", want: "no base path"},
		{name: "slash at the end", host: "h", base: "/a/", want: "no base path"},
		{name: "dots", host: "h", base: "/a/../b", want: "no base path"},
		{name: "variable", host: "h", base: "/{domain}", want: "no base path"},
		{name: "star in the base", host: "h", base: "/*", want: "no base path"},
		{name: "escape", host: "h", base: "/%61", want: "no base path"},
		{name: "percent sign", host: "h", base: "/a%25", want: "no base path"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var served []string
			if tt.served != "" {
				served = []string{tt.served}
			}
			err := hosts(t, served...).Add(tt.host, tt.base, "other")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Add(%q, %q) = %v, want %q in it", tt.host, tt.base, err, tt.want)
			}
		})
	}
}

func TestHostsFindAllocates(t *testing.T) {
	h := hosts(t, "a.example.com /users", "*.example.org /")
	for _, host := range []string{"a.example.com:443", "x.y.example.org"} {
		if n := testing.AllocsPerRun(100, func() { h.Find(host, "/users/7") }); n != 0 {
			t.Errorf("Find(%s) allocates %v times, want 0", host, n)
		}
	}
}
