package route_test

import (
	"math/rand/v2"
	"net/url"
	"path"
	"strings"
	"testing"

	"postern/shared/gateway"
)

// backends are ways in which servers read the path of a request.
var backends = map[string]func(raw string) (string, error){
	"decodes": url.PathUnescape,
	"decodes, then resolves dots": func(raw string) (string, error) {
		p, err := url.PathUnescape(raw)
		return resolve(p), err
	},
	"resolves dots, then decodes": func(raw string) (string, error) { return url.PathUnescape(resolve(raw)) },
	"net/url": func(raw string) (string, error) {
		u, err := url.ParseRequestURI(raw)
		if err != nil {
			return "", err
		}
		return u.Path, nil
	},
	"decodes twice": func(raw string) (string, error) {
		p, err := url.PathUnescape(raw)
		if err != nil {
			return "", err
		}
		if again, err := url.PathUnescape(p); err == nil {
			return again, nil
		}
		return p, nil
	},
	"strips parameters, then decodes": func(raw string) (string, error) { return url.PathUnescape(resolve(strip(raw))) },
	"decodes, then strips parameters": func(raw string) (string, error) {
		p, err := url.PathUnescape(raw)
		return resolve(strip(p)), err
	},
	"takes backslashes for slashes": func(raw string) (string, error) {
		p, err := url.PathUnescape(raw)
		return resolve(strings.ReplaceAll(p, `\`, "/")), err
	},
	"ends at NUL": func(raw string) (string, error) { return before(raw, "\x00") },
	"ends at a fragment": func(raw string) (string, error) {
		raw, _, _ = strings.Cut(raw,
			"#")
		return url.PathUnescape(raw)
	},
	"replaces broken UTF-8": func(raw string) (string, error) {
		p, err := url.PathUnescape(raw)
		return strings.ToValidUTF8(p, ""), err
	},
}

func before(raw, end string) (string, error) {
	p, err := url.PathUnescape(raw)
	p, _, _ = strings.Cut(p, end)
	return p, err
}

// resolve is path.Clean that keeps a slash at the end.
func resolve(p string) string {
	clean := path.Clean("/" + p)
	if strings.HasSuffix(p, "/") && clean != "/" {
		clean += "/"
	}
	return clean
}

func strip(p string) string {
	segments := strings.Split(p, "/")
	for i, s := range segments {
		segments[i], _, _ = strings.Cut(s, ";")
	}
	return strings.Join(segments, "/")
}

// encode is the plainest way to send a path that a backend read.
func encode(read string) string {
	segments := strings.Split(read, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/")
}

var propertyRoutes = []string{
	"GET /", "GET /admin", "GET /admin/", "GET /admin/{id}", "GET /admin/**", "GET /public/{p+}", "GET /public/*.json",
	"GET /users/{id}", "GET /users/me", "GET /users/{n:[0-9]+}/a+b", "GET /{x}", "GET /{x}/{y}", "GET /**/secret/**/key",
}

// A request that has a route has the same one when it is sent as any backend read it.
func TestRouteIsWhatBackendsRead(t *testing.T) {
	step := table(t, "", propertyRoutes...)
	random := rand.New(rand.NewPCG(1, 2))
	routed, refused := 0, 0
	for range 20_000 {
		if agree(t, step, mutate(random)) {
			routed++
		} else {
			refused++
		}
	}
	if routed < 4_000 || refused < 4_000 {
		t.Errorf("%d paths were routed and %d refused, want many of both", routed, refused)
	}
}

// agree says whether raw has a route, and fails where some backend reads a path that has another.
func agree(t *testing.T, step gateway.Step, raw string) bool {
	t.Helper()
	want, _ := find(t, step, "GET", raw)
	if want == noPath {
		return false
	}
	for name, read := range backends {
		p, err := read(raw)
		if err != nil {
			t.Errorf("%q is routed to %s, but a backend that %s fails: %v", raw, want, name, err)
			continue
		}
		if got, _ := find(t, step, "GET", encode(p)); got != want {
			t.Errorf("%q is routed to %s, but a backend that %s reads %q, which is %s", raw, want, name, p, got)
		}
	}
	return true
}

// mutate is a path of the table with some tricks.
func mutate(random *rand.Rand) string {
	words := []string{"", "admin", "public", "users", "me", "7", "secret", "key", "x.json", "a+b", "a", "caf%C3%A9"}
	tricks := []string{
		"..", ".", "%2e", "%2E%2e", ".%2e", "%2f", "%2F", "%5c", `\`, "//", "/", ";", ";x=1", "%3b", "%00", "%0a",
		"\x00", "#",
		"%252e", "%252e%252e", "%252f", "%25", "%2541", "%", "%zz", "%c0%ae", "%c0%af", "%ff", "é", " ", "%20", "%7f",
		"%u002e", "..;",
		"%2B", "%61", "?", "*", "~", "%7E", ":",
	}
	var b strings.Builder
	for range 1 + random.IntN(4) {
		b.WriteString("/" + words[random.IntN(len(words))])
	}
	p := b.String()
	for range random.IntN(3) {
		at := random.IntN(len(p) + 1)
		trick := tricks[random.IntN(len(tricks))]
		if random.IntN(2) == 0 && at < len(p) && p[at] != '/' && p[at] != '%' {
			trick = hex(p[at], random) // an escape of what is there anyway
			p = p[:at] + trick + p[at+1:]
			continue
		}
		p = p[:at] + trick + p[at:]
	}
	p, _, _ = strings.Cut(p, "?") // the query begins there
	return p
}

func hex(c byte, random *rand.Rand) string {
	digits := []string{"0123456789abcdef", "0123456789ABCDEF"}[random.IntN(2)]
	return "%" + string(digits[c>>4]) + string(digits[c&15])
}
