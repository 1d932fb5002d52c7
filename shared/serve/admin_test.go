package serve_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"postern/shared/serve"
)

func TestUUIDv7(t *testing.T) {
	at := time.UnixMilli(0x017F22E279B0) // RFC 9562, appendix A.6
	id, other := serve.UUIDv7(at), serve.UUIDv7(at)
	if !strings.HasPrefix(id, "017f22e2-79b0-7") || len(id) != 36 || !strings.Contains("89ab", id[19:20]) || id == other {
		t.Errorf("UUIDv7 = %s and %s", id, other)
	}
}

func TestAdmin(t *testing.T) {
	ready := true
	h := serve.Admin(func() (string, bool) { return "d1", ready })
	tests := []struct {
		path   string
		ready  bool
		status int
		body   string
	}{
		{"/-/health", false, 200, "ok\n"},
		{"/-/ready", true, 200, "d1\n"},
		{"/-/ready", false, 503, "draining\n"},
		{"/", true, 404, "404 page not found\n"},
	}
	for _, tt := range tests {
		ready = tt.ready
		w := &recorder{header: http.Header{}}
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, tt.path, nil)
		h.ServeHTTP(w, r)
		if w.status() != tt.status || w.body.String() != tt.body {
			t.Errorf("GET %s = %d %q, want %d %q", tt.path, w.status(), w.body.String(), tt.status, tt.body)
		}
	}
}

type recorder struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(code int)        { w.code = code }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }
func (w *recorder) status() int                 { return max(w.code, 200) }
