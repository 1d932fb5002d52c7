package route_test

import (
	"strings"
	"testing"

	"postern/shared/route"
)

func TestAddRefuses(t *testing.T) {
	tests := []struct {
		name   string
		routes []string // the last one is refused
		want   []string // parts of the error
	}{
		{
			name: "the same", routes: []string{"GET /a/{x}", "GET /a/{x}"},
			want: []string{"GET /a/{x} is the same as GET /a/{x}", "remove"},
		},
		{name: "the same decoded", routes: []string{"GET /a", "GET /%61"}, want: []string{"GET /%61", "GET /a:"}},
		{name: "any twice", routes: []string{"ANY /a", "ANY /a"}, want: []string{"ANY /a is the same as ANY /a"}},
		{name: "the same mixed", routes: []string{"GET /a*", "GET /a*"}, want: []string{"is the same"}},
		{name: "other name", routes: []string{"GET /{a}", "PUT /{b}/x"}, want: []string{"/{b}/x", "/{a}", "one name"}},
		{name: "other rest", routes: []string{"GET /{a+}", "PUT /{b+}"}, want: []string{"/{b+}", "/{a+}"}},
		{name: "other name, mixed", routes: []string{"GET /{a}.js", "PUT /{b}.js"}, want: []string{"/{b}.js", "/{a}.js"}},
		{name: "overlap", routes: []string{"GET /a*", "GET /*b"}, want: []string{"GET /*b and GET /a*", "neither"}},
		{name: "overlap of any method", routes: []string{"ANY /a*", "GET /*b"}, want: []string{"neither"}},
		{name: "overlap deeper", routes: []string{"GET /x/a*/{y}", "GET /x/*b/{y}"}, want: []string{"neither"}},
		{name: "overlap of single characters", routes: []string{"GET /?b", "GET /a?"}, want: []string{"neither"}},
		{name: "overlap of variables", routes: []string{"GET /{x}-a-{y}", "GET /{p}-{q}-a"}, want: []string{"neither"}},

		{name: "relative", routes: []string{"GET a"}, want: []string{"a: ", "begins with /"}},
		{name: "empty", routes: []string{"GET "}, want: []string{"begins with /"}},
		{name: "too long", routes: []string{"GET /" + strings.Repeat("a", 1024)}, want: []string{"1024"}},
		{name: "empty segment", routes: []string{"GET /a//b"}, want: []string{"//"}},
		{name: "dot", routes: []string{"GET /a/./b"}, want: []string{"segment ."}},
		{name: "dots", routes: []string{"GET /a/%2e%2E"}, want: []string{"segment .."}},
		{name: "semicolon", routes: []string{"GET /a;b"}, want: []string{"semicolon"}},
		{name: "backslash", routes: []string{`GET /a\b`}, want: []string{"backslash"}},
		{name: "encoded slash", routes: []string{"GET /a%2fb"}, want: []string{"encoded slash"}},
		{name: "control character", routes: []string{"GET /a%00"}, want: []string{"control"}},
		{name: "twice encoded", routes: []string{"GET /a%2541"}, want: []string{"twice"}},
		{name: "broken escape", routes: []string{"GET /100%"}, want: []string{"%25"}},
		{name: "not UTF-8", routes: []string{"GET /%ff"}, want: []string{"UTF-8"}},
		{name: "rest not last", routes: []string{"GET /{p+}/a"}, want: []string{"last segment"}},
		{name: "rest in a segment", routes: []string{"GET /a{p+}"}, want: []string{"whole segment"}},
		{name: "deep in a segment", routes: []string{"GET /a**"}, want: []string{"whole segment"}},
		{name: "name twice", routes: []string{"GET /{a}/{a}"}, want: []string{"two variables {a}"}},
		{name: "name twice, mixed", routes: []string{"GET /{a}-{a:x+}"}, want: []string{"two variables {a}"}},
		{name: "open brace", routes: []string{"GET /{a"}, want: []string{"braces"}},
		{name: "close brace", routes: []string{"GET /a}{"}, want: []string{"braces"}},
		{name: "slash in braces", routes: []string{"GET /{a:x/y}"}, want: []string{"within one segment"}},
		{name: "no name", routes: []string{"GET /{}"}, want: []string{"{} is no variable"}},
		{name: "no expression", routes: []string{"GET /{a:}"}, want: []string{"no variable"}},
		{name: "a name with a blank", routes: []string{"GET /{user id}"}, want: []string{"no variable"}},
		{name: "broken expression", routes: []string{"GET /{a:[}"}, want: []string{"{a:[}", "missing closing"}},
		{name: "broken out of its group", routes: []string{"GET /{a:x)(y}"}, want: []string{"{a:x)(y}"}},
		{name: "long expression", routes: []string{"GET /{a:" + strings.Repeat("x", 257) + "}"}, want: []string{"256"}},
		{name: "huge expression", routes: []string{"GET /{a:(x{1000}){1000}}"}, want: []string{"repeat"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all := route.NewTable()
			var err error
			for i, r := range tt.routes {
				if err = add(all, "", r); err != nil && i < len(tt.routes)-1 {
					t.Fatal(err)
				}
			}
			if err == nil {
				t.Fatalf("Add(%s) = nil, want an error", tt.routes[len(tt.routes)-1])
			}
			for _, part := range tt.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("Add(%s) = %q, want %q in it", tt.routes[len(tt.routes)-1], err, part)
				}
			}
		})
	}
}

func TestAddAccepts(t *testing.T) {
	for name, routes := range map[string][]string{
		"other methods":               {"GET /a", "PUT /a", "ANY /a"},
		"overlap of other methods":    {"GET /a*", "PUT /*b"},
		"no overlap":                  {"GET /*.json", "GET /*.html"},
		"no overlap deeper":           {"GET /a*/x", "GET /*b/y"},
		"no overlap of fixed lengths": {"GET /a?c", "GET /ab?d"},
		"no overlap of segments":      {"GET /a*/b*", "GET /*c/d*"},
		"ranked":                      {"GET /a*", "GET /ab*", "GET /a?", "GET /a{x}"},
		"expressions":                 {"GET /{a:[0-9]+}", "GET /{b:[0-5]+}"},
		"variables elsewhere":         {"GET /a/{x}", "GET /b/{y}"},
		"slash at the end":            {"GET /a", "GET /a/"},
	} {
		t.Run(name, func(t *testing.T) { table(t, "", routes...) })
	}
}

func TestAddBelowBase(t *testing.T) {
	all := route.NewTable()
	for _, r := range []string{"GET /", "PUT /"} {
		if err := add(all, "/users", r); err != nil {
			t.Fatal(err)
		}
	}
	if err := add(all, "/users", "GET /"); err == nil {
		t.Error("Add(GET / again below a base) = nil, want an error")
	}
}
