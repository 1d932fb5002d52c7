package admin_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/shared/admin"
	"postern/shared/config"
	"postern/shared/operate"
)

const key = "Idempotency-Key: 8e03978e-40d5-43dd-bc93-6894a57f9324"

func newCall(method, path string, b *bench) (*httptest.ResponseRecorder, *http.Request) {
	q := httptest.NewRequest(method, path, nil)
	return httptest.NewRecorder(), q.WithContext(admin.WithOperator(q.Context(), b.operator))
}

// spied keeps what notes say.
type spied struct {
	admin.Notes
	said strings.Builder
}

func (s *spied) Put(ctx context.Context, name string, was, note []byte, at, until time.Time) ([]byte, error) {
	s.said.WriteString(name + string(note))
	return s.Notes.Put(ctx, name, was, note, at, until)
}

// once: the same request with the same key is done once, and answered the same, but for a new secret.
func once(t *testing.T, s stores) {
	spy := &spied{Notes: s.notes}
	s.notes = spy
	b := filled(t, s)
	made := b.call("POST", "/v1/apps/lab/keys", `{"name":"web"}`, key).is(201)
	again := b.call("POST", "/v1/apps/lab/keys", `{"name":"web"}`, key).is(201, `{"app":"lab","kind":"api-key","name":"web"}`)
	if again.header.Get("Idempotency-Replayed") != "true" || again.header.Get("Location") != made.header.Get("Location") || again.record["replayed"] != true || again.record["result"] != "done" {
		t.Errorf("the second answer is %v, its record %v", again.header, again.record)
	}
	if made.header.Get("Idempotency-Replayed") != "" || strings.Contains(spy.said.String(), made.str("secret")) || made.str("secret") == "" {
		t.Errorf("the first answer is %v %s; notes say %s", made.header, made.text, spy.said.String())
	}
	b.call("POST", "/v1/apps/lab/keys", `{"name":"web"}`, `Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324"`).is(201, `{"app":"lab","kind":"api-key","name":"web"}`)
	for _, other := range [][2]string{{"/v1/apps/lab/keys", `{"name":"web2"}`}, {"/v1/apps/shop/keys", `{"name":"web"}`}, {"/v1/apps/lab/access-keys", `{"name":"web"}`}} {
		b.call("POST", other[0], other[1], key).refused(422, "other-request", "was used for another request")
	}
	b.call("POST", "/v1/apps/lab/keys", `{"name":"web"}`, key, `If-Match: *`).refused(422, "other-request")
	b.operator.ARN += "2"
	b.call("POST", "/v1/apps/lab/keys", `{"name":"web"}`, key).refused(409, "conflict", "has a key")
	b.operator.ARN = strings.TrimSuffix(b.operator.ARN, "2")

	second := strings.Replace(key, "8e", "8f", 1)
	put := b.call("PUT", "/v1/secrets/a", `{"value":"`+plantedOther+`"}`, second).is(201)
	if got := b.call("PUT", "/v1/secrets/a", `{"value":"`+plantedOther+`"}`, second).is(201, put.text); got.etag() != put.etag() {
		t.Errorf("the second answer has the ETag %s, the first one %s", got.etag(), put.etag())
	}
	refused := strings.Replace(key, "8e", "90", 1)
	b.call("DELETE", "/v1/plans/silver", "", refused).refused(404, "not-found")
	b.call("PUT", "/v1/plans/silver", `{"rate":"1/s"}`).is(201)
	if r := b.call("DELETE", "/v1/plans/silver", "", refused).refused(404, "not-found"); r.record["problem"] != "urn:postern:problem:not-found" {
		t.Errorf("the record is %v", r.record)
	}
	b.now = b.now.Add(24*time.Hour + time.Second)
	b.call("DELETE", "/v1/plans/silver", "", refused).is(204)
	if said := spy.said.String(); strings.Contains(said, plantedOther) || strings.Contains(said, "8e03978e") {
		t.Errorf("notes say %s", said)
	}
	for _, odd := range []string{"short", strings.Repeat("x", 129), "a b c d e f g h i j k", `"8e03978e-40d5-43dd` + `"x"`, "8e03978e-40d5-43dd-bc93-6894a57f932\u00e4"} {
		b.call("DELETE", "/v1/plans/silver", "", "Idempotency-Key: "+odd).refused(400, "malformed", "16 to 128 visible characters")
	}
	b.call("GET", "/v1/plans", "", "Idempotency-Key: x").is(200)
}

// held is a registry whose changes wait.
type held struct {
	operate.Store
	entered, leave chan struct{}
	fails          atomic.Bool
}

func (h *held) Change(ctx context.Context, edit func(*config.Registry) error) error {
	if h.fails.Load() {
		return errors.New("down: " + plantedSecret[:7])
	}
	if h.entered != nil {
		h.entered <- struct{}{}
		<-h.leave
	}
	return h.Store.Change(ctx, edit)
}

// onceAtATime: while the first request is at work, the second one is told so; what failed is done anew.
func onceAtATime(t *testing.T, s stores) {
	b := filled(t, s)
	h := &held{Store: s.registry, entered: make(chan struct{}), leave: make(chan struct{})}
	s.registry = h
	b = newBench(t, s)
	done := make(chan *httptest.ResponseRecorder)
	go func() {
		w, q := newCall("PUT", "/v1/apps/lab/flags/disabled", b)
		name, value, _ := strings.Cut(key, ": ")
		q.Header.Set(name, value)
		b.api.ServeHTTP(w, q)
		done <- w
	}()
	<-h.entered
	if r := b.call("PUT", "/v1/apps/lab/flags/disabled", "", key).refused(409, "at-work"); r.header.Get("Retry-After") != "1" {
		t.Errorf("the headers are %v", r.header)
	}
	h.leave <- struct{}{}
	if w := <-done; w.Code != http.StatusNoContent {
		t.Errorf("the first request: %d %s", w.Code, w.Body)
	}
	h.entered = nil
	if r := b.call("PUT", "/v1/apps/lab/flags/disabled", "", key).is(204); r.record["replayed"] != true {
		t.Errorf("the record is %v", r.record)
	}
	failed := strings.Replace(key, "8e", "91", 1)
	h.fails.Store(true)
	if r := b.call("DELETE", "/v1/apps/lab/flags/disabled", "", failed).refused(503, "store"); r.header.Get("Retry-After") != "1" || r.record["result"] != "failed" || r.record["cause"] == nil || strings.Contains(r.text, "down") {
		t.Errorf("%s, %v, record %v", r.text, r.header, r.record)
	}
	h.fails.Store(false)
	if r := b.call("DELETE", "/v1/apps/lab/flags/disabled", "", failed).is(204); r.record["replayed"] != nil {
		t.Errorf("the record is %v", r.record)
	}
}

// TestAbandoned: a key whose request never came to an end is free after a minute.
func TestAbandoned(t *testing.T) {
	b := filled(t, inMemory())
	forgetful := &forgetful{Notes: b.notes}
	b.stores.notes = forgetful
	b = newBench(t, b.stores)
	b.log.Reset()
	w, q := newCall("PUT", "/v1/apps/lab/flags/disabled", b)
	name, value, _ := strings.Cut(key, ": ")
	q.Header.Set(name, value)
	forgetful.fails = true
	b.api.ServeHTTP(w, q)
	if w.Code != http.StatusNoContent || !strings.Contains(b.log.String(), "an answer is not kept") {
		t.Errorf("%d %s, log %s", w.Code, w.Body, b.log.String())
	}
	forgetful.fails = false
	b.call("PUT", "/v1/apps/lab/flags/disabled", "", key).refused(409, "at-work")
	b.now = b.now.Add(time.Minute)
	b.call("PUT", "/v1/apps/lab/flags/disabled", "", key).is(204)
}

// forgetful notes take claims and no answers.
type forgetful struct {
	admin.Notes
	fails bool
}

func (f *forgetful) Put(ctx context.Context, name string, was, note []byte, at, until time.Time) ([]byte, error) {
	if f.fails && was != nil {
		return nil, errors.New("down")
	}
	return f.Notes.Put(ctx, name, was, note, at, until)
}
