package serve_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"postern/shared/limit"
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
	h := serve.Admin(func() (string, bool) { return "d1", ready }, counters{t})
	tests := []struct {
		method, path string
		ready        bool
		status       int
		body         string
	}{
		{"GET", "/-/health", false, 200, "ok\n"},
		{"GET", "/-/ready", true, 200, "d1\n"},
		{"GET", "/-/ready", false, 503, "draining\n"},
		{"GET", "/", true, 404, "404 page not found\n"},
		{
			"GET", "/-/usage?owner=app%3Aa", true, 200,
			`[{"owner":"app:a:shop","limit":"plan","unit":"day","used":3,"ends":"2026-11-22T00:00:00Z"}]` + "\n",
		},
		{"GET", "/-/usage", true, 200, "[]\n"},
		{"DELETE", "/-/usage?owner=app%3Aa%3Ashop&limit=plan", true, 200, `{"windows":1}` + "\n"},
		{"DELETE", "/-/usage?owner=app%3Aa%3Ashop", true, 200, `{"windows":2}` + "\n"},
		{"DELETE", "/-/usage?limit=plan", true, 400, "whose? add ?owner=KEY\n"},
		{"POST", "/-/usage?owner=app%3Aa%3Ashop", true, 405, "Method Not Allowed\n"},
	}
	for _, tt := range tests {
		ready = tt.ready
		w := &recorder{header: http.Header{}}
		r, _ := http.NewRequestWithContext(t.Context(), tt.method, tt.path, nil)
		h.ServeHTTP(w, r)
		if w.status() != tt.status || w.body.String() != tt.body {
			t.Errorf("%s %s = %d %q, want %d %q", tt.method, tt.path, w.status(), w.body.String(), tt.status, tt.body)
		}
	}
}

// counters knows one owner.
type counters struct{ t *testing.T }

func (c counters) Usage(prefix string, at time.Time) []limit.Usage {
	if time.Since(at).Abs() > time.Minute {
		c.t.Errorf("Usage is asked for %v", at)
	}
	if prefix != "app:a" {
		return nil
	}
	return []limit.Usage{{Owner: "app:a:shop", Limit: "plan", Unit: "day", Used: 3, Ends: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}}
}

func (c counters) Reset(owner, name string) int {
	if owner != "app:a:shop" {
		c.t.Errorf("Reset of %q", owner)
	}
	return map[string]int{"plan": 1, "": 2}[name]
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
