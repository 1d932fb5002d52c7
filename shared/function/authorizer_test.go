package function_test

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"postern/shared/function"
	"postern/shared/limit"
	"postern/shared/memory"
	"postern/shared/meter"
)

// doors are the kinds of API that have authorizers.
func doors(t *testing.T, test func(t *testing.T, kind string)) {
	for _, kind := range []string{"rest", "http"} {
		t.Run(kind, func(t *testing.T) { test(t, kind) })
	}
}

// TestAnnotated: with an authorizer in front, clients get what the proxy alone would answer, byte for byte.
func TestAnnotated(t *testing.T) {
	doors(t, func(t *testing.T, kind string) {
		shared := memory.NewCounter()
		a := newAPI(t, kind, guarded, func(o *function.Options) { o.Stores = stores(nil, shared) })
		alone := newAPI(t, kind, guarded, nil)
		alone.proxy = newBench(t, given{definition: guarded})
		for _, tt := range []struct {
			name   string
			m      message
			status int
		}{
			{"admitted", signed("GET", "/a"), 200},
			{"unsigned", message{method: "GET", path: "/a"}, 401},
			{"wrongly signed", signed("GET", "/a").with("x-nhn-date", "2026-11-21T12:00:01Z"), 401},
			{"nowhere", signed("GET", "/c"), 404},
			{"another method", signed("POST", "/a"), 404},
			{"a body that fits", message{"POST", "/m", signed("POST", "/m").with("content-type", "application/json").headers, `{"name":1}`}, 200},
			{"a body that does not fit", message{"POST", "/m", signed("POST", "/m").with("content-type", "application/json").headers, `{}`}, 400},
			{"no length", signed("POST", "/m").with("content-type", "application/json"), 400},
			{"over the limit", signed("GET", "/a"), 429},
			{"without the limit", signed("GET", "/b"), 200},
		} {
			got := a.call(tt.m)
			want := alone.proxy.invoke(t.Context(), text(t, alone.behind(alone.event(tt.m), tt.m, nil)))
			if text(t, got) != text(t, want) || got.Status != tt.status {
				t.Errorf("%s:\n got %s\nwant %s, status %d", tt.name, text(t, got), text(t, want), tt.status)
			}
		}
	})
}

// TestRecords: what is refused is recorded by both, with the cause where it is known; what passes, by the proxy alone.
func TestRecords(t *testing.T) {
	doors(t, func(t *testing.T, kind string) {
		a := newAPI(t, kind, guarded, nil)
		a.call(signed("GET", "/a"))
		if all := a.authorizer.log.take(t); len(all) > 0 {
			t.Errorf("the authorizer has logged %v", all)
		}
		a.proxy.log.take(t)
		a.call(signed("GET", "/a").with("authorization", "hmac x"))
		front, behind := a.authorizer.log.take(t), a.proxy.log.take(t)
		if len(front) != 1 || len(behind) != 1 {
			t.Fatalf("lines %v and %v, want one each", front, behind)
		}
		if front[0]["message"] != "verdict" || behind[0]["message"] != "exchange" || behind[0]["status"] != 401. ||
			front[0]["kind"] != behind[0]["kind"] || front[0]["request_id"] != behind[0]["request_id"] || front[0]["door"] != kind {
			t.Errorf("lines\n%v\n%v", front[0], behind[0])
		}
		if _, measured := front[0]["_aws"]; measured || behind[0]["postern_refusals_total"] != 1. {
			t.Errorf("the refusal is counted otherwise than once, by the proxy:\n%v\n%v", front[0], behind[0])
		}
	})
}

// counted counts what is charged.
type counted struct {
	limit.Counter
	mu      sync.Mutex
	charges int
}

func (c *counted) Charge(ctx context.Context, x limit.Charge) (limit.Outcome, error) {
	meter.Write(ctx)
	c.mu.Lock()
	c.charges++
	c.mu.Unlock()
	return c.Counter.Charge(ctx, x)
}

// TestChargedOnce: over both functions, a request is charged once, whatever becomes of it.
func TestChargedOnce(t *testing.T) {
	doors(t, func(t *testing.T, kind string) {
		c := &counted{Counter: memory.NewCounter()}
		a := newAPI(t, kind, guarded, func(o *function.Options) { o.Stores = stores(nil, c) })
		media := signed("POST", "/m").with("content-type", "application/json").headers
		for i, tt := range []struct {
			m      message
			status int
		}{
			{signed("GET", "/a"), 200},
			{message{"POST", "/m", media, `{"name":1}`}, 200},
			{message{"POST", "/m", media, `{}`}, 400},
			{signed("GET", "/a").with("authorization", "hmac x"), 401},
			{signed("GET", "/a"), 200},
			{signed("GET", "/a"), 200},
			{signed("GET", "/a"), 429},
		} {
			if got := a.call(tt.m); got.Status != tt.status {
				t.Errorf("%d: %d %s, want %d", i, got.Status, got.Body, tt.status)
			}
			if c.charges != i+1 {
				t.Errorf("%d charges after %d requests", c.charges, i+1)
			}
			lines := a.proxy.log.take(t)
			if len(lines) != 1 || lines[0]["store_writes"] != 1. || lines[0]["postern_store_writes_total"] != 1. {
				t.Errorf("%d: the record %v, want the one charge", i, lines)
			}
		}
	})
}

// TestEnforced: a refusal is denied, with what the vendor would say of it; what passes names its caller.
func TestEnforced(t *testing.T) {
	doors(t, func(t *testing.T, kind string) {
		a := newAPI(t, kind, guarded, nil)
		definition := strings.Replace(guarded, "6/day", "4/day", 1)
		a.authorizer, a.proxy = newBench(t, given{definition: definition}), newBench(t, given{definition: definition})
		media := signed("POST", "/m").with("content-type", "application/json").headers
		for _, tt := range []struct {
			name string
			m    message
			kind any // of the refusal
		}{
			{"admitted", signed("GET", "/a"), nil},
			{"unsigned", message{method: "GET", path: "/a"}, "auth.hmac.missing"},
			{"nowhere", signed("GET", "/c"), "route.path"},
			{"a body that must be checked", message{"POST", "/m", media, `{"name":1}`}, "internal"},
			{"a body that may be there", signed("POST", "/m").with("content-type", "application/json"), "internal"},
			{"over the limit", signed("GET", "/a"), "limit.api.quota"},
		} {
			event := a.event(tt.m)
			s := a.asks(event)
			line := a.authorizer.log.take(t)
			if len(line) != 1 || line[0]["message"] != "verdict" || line[0]["kind"] != tt.kind || s.allowed() != (tt.kind == nil) {
				t.Fatalf("%s: allowed %v, logged %v, want %v", tt.name, s.allowed(), line, tt.kind)
			}
			if _, verdict := line[0]["postern_verdicts_total"]; verdict != (tt.kind != nil) {
				t.Errorf("%s: counted as a verdict: %v", tt.name, verdict)
			}
			if s.Context[function.DialectKey] != "nhn" {
				t.Errorf("%s: context %v, want the dialect", tt.name, s.Context)
			}
			if tt.kind == nil || tt.kind == "internal" {
				continue
			}
			answer := a.proxy.invoke(t.Context(), text(t, a.behind(event, tt.m, nil)))
			var body struct {
				Header struct {
					ResultCode    int
					ResultMessage string
				}
			}
			if tt.kind == "limit.api.quota" { // the proxy has counts of its own
				for answer.Status == 200 {
					answer = a.proxy.invoke(t.Context(), text(t, a.behind(a.event(tt.m), tt.m, nil)))
				}
			}
			if err := json.Unmarshal([]byte(answer.Body), &body); err != nil {
				t.Fatal(err)
			}
			if c := s.Context; c[function.StatusKey] != strconv.Itoa(answer.Status) || c[function.CodeKey] != strconv.Itoa(body.Header.ResultCode) ||
				c[function.MessageKey] != body.Header.ResultMessage {
				t.Errorf("%s: context %v, want that of %d %s", tt.name, c, answer.Status, answer.Body)
			}
		}
	})
}

// TestEnforcedCaller: the integration learns who calls.
func TestEnforcedCaller(t *testing.T) {
	b := newBench(t, given{definition: keyed(), change: func(o *function.Options) { o.Stores = keyStores("k1", "shop", "gold") }})
	a := &apiGateway{t: t, kind: "rest", authorizer: b}
	s := a.asks(a.event(message{method: "GET", path: "/a"}.with("x-nhn-apikey", "k1")))
	if c := s.Context; !s.allowed() || s.Principal != "shop" || c[function.AppKey] != "shop" || c[function.KeyKey] != "main" || c[function.PlanKey] != "gold" {
		t.Errorf("principal %s, context %v", s.Principal, s.Context)
	}
	if s := a.asks(a.event(message{method: "GET", path: "/a"}.with("x-nhn-apikey", "k2"))); s.allowed() || s.Principal != "nobody" || s.Context[function.AppKey] != "" {
		t.Errorf("an unknown key: principal %s, context %v", s.Principal, s.Context)
	}
}

// TestEnforcedAnswer: what a step answers by itself is denied: an authorizer cannot answer.
func TestEnforcedAnswer(t *testing.T) {
	definition := strings.Replace(members, "dialect: nhn", "dialect: toast\n    maintenance: {status: 503, body: closed}", 1)
	a := &apiGateway{t: t, kind: "rest", authorizer: newBench(t, given{definition: definition})}
	s := a.asks(a.event(message{method: "GET", path: "/a"}))
	want := map[string]string{function.StatusKey: "503", function.CodeKey: "503", function.MessageKey: "Service Unavailable", function.DialectKey: "toast"}
	if s.allowed() || text(t, s.Context) != text(t, want) {
		t.Errorf("allowed %v, context %v, want %v", s.allowed(), s.Context, want)
	}
}

// TestTokenAuthorizer: it may enforce, where the host is told; it can hand over nothing.
func TestTokenAuthorizer(t *testing.T) {
	const asked = `{"type":"TOKEN","methodArn":"arn:aws:execute-api:r:1:api/live/GET/a","authorizationToken":"x"}`
	for _, tt := range []struct {
		name, mode, host string
		allowed          bool
		status           string
	}{
		{"with a host", "enforce", "h", true, ""},
		{"without", "enforce", "", false, "404"},
		{"annotating", "annotate", "h", false, ""},
	} {
		b := newBench(t, given{definition: members, env: map[string]string{"POSTERN_AUTHORIZER_MODE": tt.mode, "POSTERN_AUTHORIZER_HOST": tt.host}})
		if s := b.ask(asked); s.allowed() != tt.allowed || s.Context[function.StatusKey] != tt.status {
			t.Errorf("%s: allowed %v, context %v", tt.name, s.allowed(), s.Context)
		}
		if tt.mode == "annotate" {
			b.logged(1, "without an identity", "use REQUEST")
		}
	}
}

// TestAuthorizerNeverFails: no error, no panic, and nothing passes.
func TestAuthorizerNeverFails(t *testing.T) {
	a := &apiGateway{t: t, kind: "rest"}
	event := a.event(message{method: "GET", path: "/a"})
	event["type"], event["methodArn"] = "REQUEST", "arn:aws:execute-api:r:1:api/live/GET/a"
	asked := text(t, event)
	for _, tt := range []struct {
		name, definition, event string
		change                  func(*function.Options)
		says                    string
	}{
		{name: "nothing", definition: members, says: "of no authorizer"},
		{name: "null", definition: members, event: "null", says: "of no authorizer"},
		{name: "an event of a door", definition: members, event: get("/a"), says: "of no authorizer"},
		{name: "no definition", event: asked, says: "nothing is served"},
		{name: "a panic in a step", definition: members, event: asked, says: "panic: counter", change: func(o *function.Options) {
			o.Stores = stores(nil, panics{})
		}},
		{name: "a panic in the clock", definition: members, event: asked, says: "panic: clock", change: func(o *function.Options) {
			now, calls := o.Now, 0
			o.Now = func() time.Time {
				if calls++; calls > 3 {
					panic("clock")
				}
				return now()
			}
		}},
		{name: "panics in a step and the log", definition: members, event: asked, change: func(o *function.Options) {
			o.Log, o.Stores = panics{}, stores(nil, panics{})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, given{definition: tt.definition, change: tt.change})
			if s := b.ask(tt.event); s.allowed() {
				t.Errorf("it passes: %+v", s)
			}
			if all := text(t, b.log.take(t)); !strings.Contains(all, tt.says) {
				t.Errorf("the log lacks %q: %s", tt.says, all)
			}
		})
	}
}

// TestAuthorizerDeadline: an HTTP API waits ten seconds, whatever time the function has.
func TestAuthorizerDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAPI(t, "http", members, func(o *function.Options) { o.Stores = stores(nil, slow{}) })
		start := time.Now()
		s := a.asks(a.event(message{method: "GET", path: "/a"}))
		if took := time.Since(start); took != 9500*time.Millisecond || !s.allowed() {
			t.Errorf("answered after %v, allowed %v, want a verdict after 9.5 s", took, s.allowed())
		}
	})
}
