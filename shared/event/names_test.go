package event_test

import (
	"net/http"
	"testing"

	"postern/shared/event"
)

// TestHeaderNames: they are written as net/http does, and what is no name stays as it is.
func TestHeaderNames(t *testing.T) {
	for _, name := range []string{
		"accept", "X-CUSTOM-date", "x-custom-dATE", "te", "-a", "a-", "x--a", "x-1a", "a b", "a:b", "é-x", "x_custom-name", "!#$%&'*+-.^_`|~z",
	} {
		r := read(t, albEvent(`"`+name+`":["1"]`, ``), event.Options{}).Request
		if want := http.CanonicalHeaderKey(name); r.Header[want] == nil {
			t.Errorf("%q reads as %q, want %q", name, r.Header, want)
		}
	}
}
