package route_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/route"
)

// table has a route named after each "METHOD pattern".
func table(t testing.TB, base string, routes ...string) gateway.Step {
	t.Helper()
	all := route.NewTable()
	for _, r := range routes {
		if err := add(all, base, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.Step()
}

func add(all *route.Table, base, r string) error {
	method, pattern, _ := strings.Cut(r, " ")
	return all.Add(method, base, pattern, &gateway.Route{Name: r})
}

// find is the name of the route that the step enters, or the kind of its fault.
func find(t testing.TB, step gateway.Step, method, path string) (string, map[string]string) {
	t.Helper()
	x := &gateway.Exchange{Request: &gateway.Request{Method: method, Path: path}}
	if err := step.Run(context.Background(), x); err != nil {
		var f *fault.Fault
		if !errors.As(err, &f) || x.Route != nil {
			t.Fatalf("%s %s: %v with route %v, want a fault alone", method, path, err, x.Route)
		}
		return string(f.Kind), nil
	}
	return x.Route.Name, x.Params
}

const (
	noPath   = string(fault.RoutePath)
	noMethod = string(fault.RouteMethod)
)

func TestStep(t *testing.T) {
	step := table(t, "", "GET /")
	if step.Name != "route" || !step.Again {
		t.Errorf("Step() = %q, Again %v, want a step route that is repeated", step.Name, step.Again)
	}
}

func TestMatch(t *testing.T) {
	type params = map[string]string
	tests := []struct {
		name   string
		base   string
		routes string // separated by "; "
		method string // default: GET
		path   string
		want   string
		params params
	}{
		{name: "root", routes: "GET /", path: "/", want: "GET /"},
		{name: "literal", routes: "GET /a/b; GET /a", path: "/a/b", want: "GET /a/b"},
		{name: "prefix is no match", routes: "GET /a/b", path: "/a", want: noPath},
		{name: "longer is no match", routes: "GET /a", path: "/a/b", want: noPath},
		{name: "case matters", routes: "GET /a", path: "/A", want: noPath},
		{name: "slash at the end", routes: "GET /a", path: "/a/", want: noPath},
		{name: "slash at the end of the pattern", routes: "GET /a/", path: "/a", want: noPath},
		{name: "both slashes", routes: "GET /a; GET /a/", path: "/a/", want: "GET /a/"},
		{name: "nothing", routes: "GET /", path: "", want: noPath},
		{name: "asterisk form", routes: "ANY /**", path: "*", want: noPath},
		{name: "authority form", routes: "ANY /**", method: "CONNECT", path: "a:443", want: noPath},

		{name: "method", routes: "GET /a; PUT /a", method: "PUT", path: "/a", want: "PUT /a"},
		{name: "unknown method", routes: "GET /a", method: "PUT", path: "/a", want: noMethod},
		{name: "case of the method", routes: "GET /a", method: "get", path: "/a", want: noMethod},
		{name: "HEAD is not GET", routes: "GET /a", method: "HEAD", path: "/a", want: noMethod},
		{name: "any method", routes: "ANY /a", method: "PURGE", path: "/a", want: "ANY /a"},
		{name: "method before any", routes: "ANY /a; PUT /a", method: "PUT", path: "/a", want: "PUT /a"},
		{name: "specific any before method", routes: "GET /{x}; ANY /a", path: "/a", want: "ANY /a"},
		{
			name: "less specific has the method", routes: "POST /users/me; DELETE /users/{id}", method: "DELETE",
			path: "/users/me",
			want: "DELETE /users/{id}", params: params{"id": "me"},
		},
		{name: "no pattern has the method", routes: "POST /users/me; DELETE /users/{id}", path: "/users/me", want: noMethod},

		{name: "variable", routes: "GET /users/{id}", path: "/users/7", want: "GET /users/{id}", params: params{"id": "7"}},
		{name: "variable is not empty", routes: "GET /users/{id}", path: "/users/", want: noPath},
		{name: "variable is one segment", routes: "GET /users/{id}", path: "/users/7/8", want: noPath},
		{
			name: "variable as sent", routes: "GET /u/{id}/{n}", path: "/u/a%20%41/b%C3%A9", want: "GET /u/{id}/{n}",
			params: params{"id": "a%20%41", "n": "b%C3%A9"},
		},
		{
			name: "two variables", routes: "GET /{a}/x/{b}", path: "/1/x/2", want: "GET /{a}/x/{b}",
			params: params{"a": "1", "b": "2"},
		},
		{name: "literal before variable", routes: "GET /{a}; GET /x", path: "/x", want: "GET /x"},
		{
			name: "hyphen in a name", routes: "GET /{user-id.x_1}", path: "/7", want: "GET /{user-id.x_1}",
			params: params{"user-id.x_1": "7"},
		},
		{
			name: "back from a literal", routes: "GET /a/b/c; GET /{x}/b/d", path: "/a/b/d", want: "GET /{x}/b/d",
			params: params{"x": "a"},
		},
		{
			name: "nothing left of a failed branch", routes: "GET /{x}/{y}/c; GET /{x}/b/{z+}", path: "/1/b/d",
			want:   "GET /{x}/b/{z+}",
			params: params{"x": "1", "z": "d"},
		},

		{name: "rest", routes: "GET /f/{p+}", path: "/f/a/b%20c", want: "GET /f/{p+}", params: params{"p": "a/b%20c"}},
		{name: "rest of one", routes: "GET /f/{p+}", path: "/f/a", want: "GET /f/{p+}", params: params{"p": "a"}},
		{name: "rest with a slash", routes: "GET /f/{p+}", path: "/f/a/", want: "GET /f/{p+}", params: params{"p": "a/"}},
		{name: "rest of none", routes: "GET /f/{p+}", path: "/f/", want: noPath},
		{name: "rest without slash", routes: "GET /f/{p+}", path: "/f", want: noPath},
		{
			name: "variable before rest", routes: "GET /{p+}; GET /{x}", path: "/f", want: "GET /{x}",
			params: params{"x": "f"},
		},
		{
			name: "rest when variable fails", routes: "GET /{p+}; GET /{x}", path: "/f/g", want: "GET /{p+}",
			params: params{"p": "f/g"},
		},

		{name: "star", routes: "GET /a/*/c", path: "/a/b/c", want: "GET /a/*/c"},
		{name: "star is one segment", routes: "GET /a/*", path: "/a/b/c", want: noPath},
		{name: "star is not empty", routes: "GET /a/*", path: "/a/", want: noPath},
		{name: "variable before star", routes: "GET /*; GET /{x}", path: "/a", want: "GET /{x}", params: params{"x": "a"}},
		{name: "star before rest", routes: "GET /{x+}; GET /*", path: "/a", want: "GET /*"},
		{name: "extension", routes: "GET /*.json", path: "/a.b.json", want: "GET /*.json"},
		{name: "extension alone", routes: "GET /*.json", path: "/.json", want: "GET /*.json"},
		{name: "other extension", routes: "GET /*.json", path: "/ajson", want: noPath},
		{name: "longer extension", routes: "GET /*.json", path: "/a.jsonx", want: noPath},
		{name: "question mark", routes: "GET /v?", path: "/v2", want: "GET /v?"},
		{name: "question mark is one", routes: "GET /v?", path: "/v", want: noPath},
		{name: "question mark is not two", routes: "GET /v?", path: "/v12", want: noPath},
		{name: "question mark is a character", routes: "GET /v?", path: "/v%C3%A9", want: "GET /v?"},
		{name: "more characters first", routes: "GET /*.gz; GET /*.tar.gz", path: "/a.tar.gz", want: "GET /*.tar.gz"},
		{name: "more characters, other order", routes: "GET /*.tar.gz; GET /*.gz", path: "/a.tar.gz", want: "GET /*.tar.gz"},
		{name: "mixed before variable", routes: "GET /{x}; GET /a*", path: "/ab", want: "GET /a*"},
		{
			name: "mixed variable before mixed star", routes: "GET /a*; GET /a{x}", path: "/ab", want: "GET /a{x}",
			params: params{"x": "b"},
		},
		{
			name: "mixed expression before mixed variable", routes: "GET /a{x}; GET /a{n:[0-9]+}", path: "/a1",
			want:   "GET /a{n:[0-9]+}",
			params: params{"n": "1"},
		},
		{
			name: "one variable before two", routes: "GET /a{x}-{y}; GET /a{z}?-", path: "/ab--", want: "GET /a{z}?-",
			params: params{"z": "b"},
		},
		{name: "one open part before two", routes: "GET /a*b*c; GET /a?*bc", path: "/axbc", want: "GET /a?*bc"},

		{
			name: "mixed variables", routes: "GET /{name}.{ext}", path: "/a%2Db.j%73on", want: "GET /{name}.{ext}",
			params: params{"name": "a%2Db", "ext": "j%73on"},
		},
		{name: "mixed variable is not empty", routes: "GET /{name}.json", path: "/.json", want: noPath},
		{name: "expression", routes: "GET /{id:[0-9]+}", path: "/42", want: "GET /{id:[0-9]+}", params: params{"id": "42"}},
		{name: "expression of the whole", routes: "GET /{id:[0-9]+}", path: "/42a", want: noPath},
		{name: "expression with choices", routes: "GET /{id:a|b}", path: "/ab", want: noPath},
		{
			name: "expression before variable", routes: "GET /{id}; GET /{n:[0-9]+}", path: "/42",
			want: "GET /{n:[0-9]+}", params: params{"n": "42"},
		},
		{
			name: "expression over what the backend sees", routes: "GET /{n:[0-9]+}", path: "/%34%32",
			want: "GET /{n:[0-9]+}", params: params{"n": "%34%32"},
		},
		{name: "expression without a name", routes: "GET /{[a-z]+}/x", path: "/abc/x", want: "GET /{[a-z]+}/x"},
		{name: "no match without a name", routes: "GET /{[a-z]+}", path: "/Abc", want: noPath},
		{
			name: "groups and braces", routes: `GET /{y:(\d{4})}-{m:(\d)(\d)}`, path: "/2019-05",
			want:   `GET /{y:(\d{4})}-{m:(\d)(\d)}`,
			params: params{"y": "2019", "m": "05"},
		},
		{name: "escaped brace", routes: `GET /{y:\}+}`, path: "/%7D", want: `GET /{y:\}+}`, params: params{"y": "%7D"}},

		{name: "deep", routes: "GET /a/**", path: "/a/b/c", want: "GET /a/**"},
		{name: "deep of none", routes: "GET /a/**", path: "/a", want: "GET /a/**"},
		{name: "deep and a slash", routes: "GET /a/**", path: "/a/", want: "GET /a/**"},
		{name: "deep is of segments", routes: "GET /a/**", path: "/ab", want: noPath},
		{name: "deep of everything", routes: "GET /**", path: "/", want: "GET /**"},
		{name: "deep between", routes: "GET /a/**/z", path: "/a/b/c/z", want: "GET /a/**/z"},
		{name: "deep between, none", routes: "GET /a/**/z", path: "/a/z", want: "GET /a/**/z"},
		{name: "deep between, twice the end", routes: "GET /a/**/z", path: "/a/z/b/z", want: "GET /a/**/z"},
		{name: "deep between, other end", routes: "GET /a/**/z", path: "/a/b/z/c", want: noPath},
		{
			name: "deep, then a variable", routes: "GET /**/{x}/z", path: "/a/b/c/z", want: "GET /**/{x}/z",
			params: params{"x": "c"},
		},
		{name: "deep twice", routes: "GET /**/a/**/b", path: "/x/a/y/a/b/b", want: "GET /**/a/**/b"},
		{name: "deep twice, no end", routes: "GET /**/a/**/b", path: "/x/a/y/a/b/c", want: noPath},
		{name: "deep in a row", routes: "GET /**/**/b", path: "/b", want: "GET /**/**/b"},
		{
			name: "deep is last", routes: "GET /a/**; GET /a/{p+}", path: "/a/b", want: "GET /a/{p+}",
			params: params{"p": "b"},
		},
		{name: "end before deep of none", routes: "GET /a/**; GET /a", path: "/a", want: "GET /a"},
		{
			name: "after a nested deep failed", routes: "GET /**/a/**/b/c; GET /**/a/**/d", path: "/a/b/a/d",
			want: "GET /**/a/**/d",
		},

		{name: "base", base: "/users", routes: "GET /{id}", path: "/users/7", want: "GET /{id}", params: params{"id": "7"}},
		{
			name: "base of two", base: "/v1/users", routes: "GET /{id}", path: "/v1/users/7", want: "GET /{id}",
			params: params{"id": "7"},
		},
		{name: "beside the base", base: "/users", routes: "GET /{id}", path: "/7", want: noPath},
		{name: "base itself", base: "/users", routes: "GET /", path: "/users", want: "GET /"},
		{name: "base with a slash", base: "/users", routes: "GET /", path: "/users/", want: "GET /"},
		{name: "base is all", base: "/", routes: "GET /a", path: "/a", want: "GET /a"},

		{name: "escape of a literal", routes: "GET /admin; GET /{x}", path: "/%61dm%69n", want: "GET /admin"},
		{name: "escape in a pattern", routes: "GET /%61dmin; GET /{x}", path: "/admin", want: "GET /%61dmin"},
		{name: "reserved character", routes: "GET /a+b; GET /{x}", path: "/a%2Bb", want: "GET /a+b"},
		{name: "space", routes: "GET /a b", path: "/a%20b", want: "GET /a b"},
		{name: "letters of others", routes: "GET /café", path: "/caf%c3%a9", want: "GET /café"},
		{name: "a percent sign", routes: "GET /100%25", path: "/100%25", want: "GET /100%25"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			method := tt.method
			if method == "" {
				method = "GET"
			}
			got, params := find(t, table(t, tt.base, strings.Split(tt.routes, "; ")...), method, tt.path)
			if got != tt.want {
				t.Fatalf("find(%s %s) = %s, want %s", method, tt.path, got, tt.want)
			}
			if !maps.Equal(params, tt.params) {
				t.Errorf("find(%s %s) has params %v, want %v", method, tt.path, params, tt.params)
			}
		})
	}
}

// The order in which routes are added changes nothing.
func TestMatchOrder(t *testing.T) {
	routes := []string{
		"GET /a", "GET /a*", "GET /{n:[0-9]+}", "GET /{x}", "GET /*", "GET /{p+}", "GET /**",
		"GET /{x}/b", "GET /**/b",
	}
	paths := []string{"/a", "/ab", "/12", "/c", "/c/b", "/c/d", "/c/d/b", "/", "/a/"}
	forward := table(t, "", routes...)
	reversed := make([]string, len(routes))
	for i, r := range routes {
		reversed[len(routes)-1-i] = r
	}
	backward := table(t, "", reversed...)
	for _, path := range paths {
		want, _ := find(t, forward, "GET", path)
		if got, _ := find(t, backward, "GET", path); got != want {
			t.Errorf("find(%s) = %s when added in reverse, want %s", path, got, want)
		}
	}
}
