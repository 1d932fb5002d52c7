package route_test

import (
	"testing"

	"postern/shared/route"
)

func TestClean(t *testing.T) {
	for path, want := range map[string]string{
		"/":                    "/",
		"/a":                   "/a",
		"/a/":                  "/a/",
		"/a/b.c/...":           "/a/b.c/...",
		"/.well-known/x..y":    "/.well-known/x..y",
		"/%61%2D%7e":           "/a-~",
		"/a%20b+c":             "/a b+c",
		"/caf%C3%a9":           "/café",
		"/%3Fx%23":             "/?x#",
		"/100%25":              "/100%",
		"/100%25x1":            "/100%x1",
		"/%25%25":              "/%%",
		"/a:b@c!$&'()*,=[]|{}": "/a:b@c!$&'()*,=[]|{}",
	} {
		if got, err := route.Clean(path); got != want || err != nil {
			t.Errorf("Clean(%q) = %q, %v, want %q", path, got, err, want)
		}
	}
}

func TestCleanRefuses(t *testing.T) {
	for _, path := range []string{
		"", "*", "a", "a/b", "http://h/a", // not from the root
		"//", "//a", "/a//b", "/a//", // empty segments
		"/.", "/..", "/a/.", "/a/..", "/a/./b", "/a/../b", "/../a", // dots
		"/%2e", "/%2E%2e/a", "/.%2e/a", "/%2e./a", "/a/%2E/b",
		"/a%2Fb", "/a%2fb", "/%2F", "/a%2f", "/..%2fb", // slashes that a backend would decode
		`/a\b`, `/..\b`, "/a%5Cb", "/a%5cb",
		"/a;b", "/a;x=1/b", "/..;/b", "/;", "/a%3Bb", "/a%3bx/b",
		"/a\x00", "/a\tb", "/a\r\nb", "/a\x7f", "/%00", "/a%0d%0Ab", "/a%1f", "/a%7F",
		"/a b", "/a#b", "/café", "/\xff",
		"/%", "/%1", "/%zz", "/a%u002e", "/100%/x",
		"/%c0%ae%c0%ae/a", "/%c0%af", "/%ff", "/%e0%80%af", "/%ed%a0%80", "/a%c3",
		"/%252e%252e/a", "/%252fa", "/a%2541", "/%25%32%65", "/%2%35", "/%25252e",
	} {
		if got, err := route.Clean(path); err == nil {
			t.Errorf("Clean(%q) = %q, want an error", path, got)
		}
	}
}
