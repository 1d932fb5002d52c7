package admin_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"postern/shared/accesslog"
	"postern/shared/admin"
	"postern/shared/limit"
	"postern/shared/memory"
	"postern/shared/operate"
)

// The secrets that no answer and no record may ever show.
const (
	plantedSecret = "plantedHmacSecret1"
	plantedOther  = "plantedHmacSecret2"
	plantedKey    = "plantedApiKey01"
	plantedSecond = "plantedApiKey02"
	plantedAccess = "plantedAccessSecret"
)

const partners = `{
  "version": 1,
  "secrets": {"members-hmac": "` + plantedSecret + `"},
  "plans": {"free": {"rate": "5/s"}, "gold": {"rate": "50/s", "quota": "100/day"}},
  "apps": [
    {"name": "shop", "grants": {"members": "free", "orders": "none"},
     "keys": [{"name": "web", "primary": "` + plantedKey + `"}], "access-keys": [{"id": "AK1", "secret": "` + plantedAccess + `"}]},
    {"name": "lab", "grants": {"members": "gold"}}
  ]
}`

// stores are what an API under test is made on.
type stores struct {
	registry operate.Store
	usage    admin.Usage
	notes    admin.Notes
	counter  limit.Counter // that usage shows
}

// bench is an API, what it knows the time by, and what it has logged.
type bench struct {
	testing.TB
	stores
	api      http.Handler
	now      time.Time
	log      bytes.Buffer
	document *document
	operator admin.Operator
}

// counted is counters in memory.
type counted struct{ *memory.Counter }

func (c counted) Usage(_ context.Context, prefix string, at time.Time) ([]limit.Usage, error) {
	return c.Counter.Usage(prefix, at), nil
}

func (c counted) Reset(_ context.Context, owner, name string) (int, error) {
	return c.Counter.Reset(owner, name), nil
}

func inMemory() stores {
	counter := memory.NewCounter()
	return stores{operate.NewMemory(), counted{counter}, &memory.Notes{}, counter}
}

func newBench(t testing.TB, s stores) *bench {
	b := &bench{TB: t, stores: s, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), document: readDocument(t)}
	b.operator = admin.Operator{ARN: "arn:aws:iam::111122223333:user/eve", Account: "111122223333", AccessKey: "AKIDEXAMPLE", Address: "203.0.113.9", RequestID: "r-1"}
	b.api = admin.New(admin.Options{Registry: s.registry, Usage: s.usage, Notes: s.notes, Log: accesslog.Logger(&b.log), Now: func() time.Time { return b.now }})
	return b
}

// result is an answer, and the record of the call.
type result struct {
	b      *bench
	what   string
	status int
	header http.Header
	text   string
	record map[string]any
}

// call makes a call, with headers as "Name: value", and checks the answer against the document.
func (b *bench) call(method, path, body string, headers ...string) *result {
	b.Helper()
	q := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		q.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		q.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	b.log.Reset()
	b.api.ServeHTTP(w, q.WithContext(admin.WithOperator(q.Context(), b.operator)))
	r := &result{b: b, what: method + " " + path, status: w.Code, header: w.Header(), text: w.Body.String()}
	lines := strings.Split(strings.TrimSpace(b.log.String()), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &r.record); err != nil || len(lines) != 1 {
		b.Errorf("%s: %d records, %v, want one: %s", r.what, len(lines), err, b.log.String())
	}
	for _, s := range []string{plantedSecret, plantedOther, plantedKey, plantedSecond, plantedAccess} {
		for _, form := range []string{s, hex.EncodeToString([]byte(s)), base64.StdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s))} {
			if strings.Contains(r.text+b.log.String(), form) {
				b.Errorf("%s shows %s:\n%s\n%s", r.what, s, r.text, b.log.String())
			}
		}
	}
	for _, o := range admin.Operations() {
		if o.Name == r.record["operation"] && method != http.MethodHead {
			b.document.checkAnswer(b.TB, o.Method, o.Path, r.status, r.header, []byte(r.text))
		}
	}
	if r.status >= 400 {
		b.document.check(b.TB, map[string]any{"$ref": "#/components/schemas/Problem"}, []byte(r.text))
		if r.header.Get("Content-Type") != "application/problem+json" || r.str("request-id") != b.operator.RequestID && b.operator.RequestID != "" {
			b.Errorf("%s: %v %s is no problem with the id of the call", r.what, r.header, r.text)
		}
	}
	if r.header.Get("Cache-Control") != "no-store" || r.header.Get("X-Content-Type-Options") != "nosniff" {
		b.Errorf("%s: the headers are %v", r.what, r.header)
	}
	return r
}

// is checks the status, and that the body has all of these texts.
func (r *result) is(status int, texts ...string) *result {
	r.b.Helper()
	for _, text := range texts {
		if !strings.Contains(r.text, text) {
			r.b.Errorf("%s = %d %s, want %q", r.what, r.status, r.text, text)
		}
	}
	if r.status != status {
		r.b.Errorf("%s = %d %s, want %d", r.what, r.status, r.text, status)
	}
	return r
}

// refused checks the status and the type of a problem, and its texts.
func (r *result) refused(status int, name string, texts ...string) *result {
	r.b.Helper()
	return r.is(status, append(texts, `"type":"urn:postern:problem:`+name+`"`)...)
}

// str is a member of the body.
func (r *result) str(name string) string {
	var m map[string]any
	_ = json.Unmarshal([]byte(r.text), &m)
	s, _ := m[name].(string)
	return s
}

func (r *result) etag() string { return r.header.Get("ETag") }

// filled is a bench with partners in its registry.
func filled(t *testing.T, s stores) *bench {
	t.Helper()
	b := newBench(t, s)
	b.call("PATCH", "/v1/registry", partners).is(200)
	return b
}

func sha(value string) string { return operate.Digest(value) }
