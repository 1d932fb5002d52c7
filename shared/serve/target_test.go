package serve

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
)

// FuzzTarget: what goes on is the end of what was sent, byte for byte, and never empty.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"/a/../b//c?x=%20+&x", "http://other/a?b", "http://other?b", "HTTP://u:p@h:1/é", "*", "/?", "//h/a", "/a?b?c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		q, err := http.ReadRequest(bufio.NewReader(strings.NewReader("OPTIONS " + sent + " HTTP/1.1\r\nHost: h\r\n\r\n")))
		if err != nil {
			return
		}
		path, query := target(q)
		again := path
		if strings.Contains(sent, "?") {
			again += "?" + query
		}
		absolute := q.URL.Scheme != ""
		if path == "" || !absolute && again != sent || absolute && !strings.HasSuffix(sent, strings.TrimPrefix(again, "/")) {
			t.Errorf("target(%q) = %q, %q", sent, path, query)
		}
	})
}
