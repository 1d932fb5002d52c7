package route_test

import (
	"regexp"
	"strings"
	"testing"

	"postern/shared/gateway"
	"postern/shared/route"
)

func FuzzMatch(f *testing.F) {
	for _, path := range []string{
		"/", "/admin", "/%61dmin", "/admin/..", "/admin/%2e%2e/x", "/a//b", "/public/x%2fy", "/users/7/a%2Bb",
		"/x/secret/y/key",
		"/%252e%252e/", "/;/", "/%c0%ae", "/public/caf%C3%A9.json", "*", "",
	} {
		f.Add(path)
	}
	step := table(f, "", propertyRoutes...)
	f.Fuzz(func(t *testing.T, path string) {
		if strings.Contains(path, "?") {
			return // a query begins there
		}
		decoded, err := route.Clean(path)
		if agree(t, step, path) && err != nil {
			t.Errorf("%q has a route, but Clean fails: %v", path, err)
		}
		if err == nil && strings.Count(decoded, "/") != strings.Count(path, "/") {
			t.Errorf("Clean(%q) = %q has other slashes", path, decoded)
		}
		_, params := find(t, step, "GET", path)
		for name, value := range params {
			if value == "" || !strings.Contains(path, value) {
				t.Errorf("%q gives %s = %q, which was not sent", path, name, value)
			}
		}
	})
}

func FuzzPattern(f *testing.F) {
	for _, s := range [][2]string{
		{"/", "/"},
		{"/a/{id}", "/a/7"},
		{"/a/{p+}", "/a/b/"},
		{"/a/**", "/a"},
		{"/**/a/**/b", "/x/a/b"},
		{
			"/*.json",
			"/a.json",
		},
		{"/v?/{x}-{y}", "/v1/a-b-c"},
		{"/{n:[0-9]+}", "/12"},
		{"/{[a-z]+}", "/ab"},
		{"/%61/é", "/a/%C3%A9"},
		{
			"/{a",
			"/",
		},
		{"/a;b", "/a;b"},
		{"/**/{x}/**/c*", "/a/b/cd"},
		{"/a/*/", "/a/b/"},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		all := route.NewTable()
		if all.Add("GET", "", pattern, &gateway.Route{Name: pattern}) != nil {
			return
		}
		if all.Add("GET", "", pattern, &gateway.Route{}) == nil {
			t.Fatalf("Add(%q) = nil the second time, want an error", pattern)
		}
		got, _ := find(t, all.Step(), "GET", path)
		decoded, err := route.Clean(path)
		oracle := expression(pattern)
		if err != nil || oracle == nil {
			return
		}
		if want := oracle.MatchString(decoded); want != (got == pattern) {
			t.Errorf("find(%q) with pattern %q = %s, but %s says %v", path, pattern, got, oracle, want)
		}
	})
}

var (
	simple = regexp.MustCompile(`^[/a-z0-9_{}+*?-]*$`) // nothing that QuoteMeta escapes, but for what part finds
	part   = regexp.MustCompile(`\{[a-z_][a-z0-9_-]*\+?\}|\*|\?|\+`)
)

// expression is a pattern as one regular expression over the whole path; nil for what has other characters or expressions.
func expression(pattern string) *regexp.Regexp {
	if !simple.MatchString(pattern) || strings.ContainsAny(part.ReplaceAllString(pattern, ""), "{}") {
		return nil
	}
	var b strings.Builder
	for s := range strings.SplitSeq(pattern[1:], "/") {
		switch s {
		case "**":
			b.WriteString("(?:/[^/]*)*")
		case "*":
			b.WriteString("/[^/]+")
		default:
			b.WriteString("/" + part.ReplaceAllStringFunc(s, meaning))
		}
	}
	return regexp.MustCompile("^" + b.String() + "$")
}

func meaning(part string) string {
	switch {
	case part == "?":
		return "[^/]"
	case part == "*":
		return "[^/]*"
	case part == "+":
		return `\+`
	case strings.HasSuffix(part, "+}"):
		return "[^/]+(?:/.*)?"
	default:
		return "[^/]+"
	}
}

func FuzzHosts(f *testing.F) {
	for _, s := range [][4]string{
		{"a.example.com", "", "a.example.com:80", "/"},
		{"*.example.com", "/users", "b.a.Example.com.", "/users/7"},
		{"h", "/a/b", "h", "/a"},
		{"*.", "", ".", "/"},
		{"h", "", "[::1]:80", "*"},
		{"h:80", "/a/", "h:80", "/a/"},
	} {
		f.Add(s[0], s[1], s[2], s[3])
	}
	f.Fuzz(func(t *testing.T, host, base, asked, path string) {
		h := route.NewHosts[bool]()
		if h.Add(host, base, true) != nil {
			return
		}
		if h.Add(host, base, true) == nil {
			t.Fatalf("Add(%q, %q) = nil the second time, want an error", host, base)
		}
		if v, ok := h.Find(asked, path); v != ok || ok != serves(host, base, asked, path) {
			t.Errorf("Find(%q, %q) = %v with %q and %q, want %v", asked, path, ok, host, base, !ok)
		}
	})
}

// serves says the same as Hosts, slowly.
func serves(host, base, asked, path string) bool {
	asked = regexp.MustCompile(`:[^]:]*$`).ReplaceAllString(asked, "")
	pattern := regexp.QuoteMeta(strings.TrimSuffix(host, "."))
	if below, ok := strings.CutPrefix(pattern, `\*`); ok {
		pattern = "(?s:.+)" + below
	}
	name := regexp.MustCompile(`^(?i:` + pattern + `)\.?$`)
	prefix := strings.TrimSuffix(base, "/")
	return len(asked) <= 256 && isASCII(asked) && name.MatchString(asked) &&
		(prefix == "" || path == prefix || strings.HasPrefix(path, prefix+"/"))
}

func isASCII(s string) bool { return strings.IndexFunc(s, func(r rune) bool { return r > 0x7e }) < 0 }
