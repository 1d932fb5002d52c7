package route_test

import (
	"slices"
	"testing"

	"postern/shared/route"
)

func TestNames(t *testing.T) {
	for pattern, want := range map[string][]string{
		"/": nil, "/a/*": nil, "/{id}": {"id"}, "/a/{b}/{c}.json/{d:[0-9]+}/{rest+}": {"b", "c", "d", "rest"}, "/{[0-9]+}": nil, "a/{b}": nil, "/{": nil,
	} {
		if got := route.Names(pattern); !slices.Equal(got, want) {
			t.Errorf("Names(%q) = %q, want %q", pattern, got, want)
		}
	}
}
