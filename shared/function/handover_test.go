package function_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"postern/shared/config"
	"postern/shared/function"
)

// opened is a verdict without its wrapping.
func opened(t *testing.T, context map[string]string) object {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(context["postern.verdict"])
	if err != nil {
		t.Fatal(err)
	}
	var verdict object
	if err := json.Unmarshal(data, &verdict); err != nil {
		t.Fatal(err)
	}
	return verdict
}

// wrapped is a context with what is given for a verdict.
func wrapped(context map[string]string, verdict string) map[string]string {
	context = maps.Clone(context)
	context["postern.verdict"] = base64.RawURLEncoding.EncodeToString([]byte(verdict))
	return context
}

// TestFailsClosed: the proxy trusts nothing but the verdict that the authorizer behind the same door gave on this request.
func TestFailsClosed(t *testing.T) {
	other := strings.Replace(guarded, "6/day", "7/day", 1)
	doors(t, func(t *testing.T, kind string) {
		a := newAPI(t, kind, guarded, nil)
		m := signed("GET", "/a")
		before := a.event(m)
		event := a.event(m)
		good := a.asks(event).Context
		inner := func(e object) object { return e["requestContext"].(object) }
		set := func(context map[string]string) func(object) object {
			return func(e object) object { return a.behind(e, m, context) }
		}
		changed := func(key string, value any) func(object) object {
			verdict := opened(t, good)
			verdict[key] = value
			return set(wrapped(good, text(t, verdict)))
		}
		id := map[string]string{"rest": "extendedRequestId", "http": "requestId"}[kind]
		epoch := map[string]string{"rest": "requestTimeEpoch", "http": "timeEpoch"}[kind]
		for _, tt := range []struct {
			name   string
			change func(object) object
			cause  string // "": it is right
		}{
			{"as it is", set(good), ""},
			{"no context", func(e object) object { return e }, "no verdict"},
			{"an empty context", set(map[string]string{}), "no verdict"},
			{"what a client sends", func(e object) object {
				headers := maps.Clone(good)
				for name, value := range good {
					headers["x-"+name], headers["x-amzn-authorizer-"+name] = value, value
				}
				forged := a.event(message{method: "GET", path: "/a", headers: headers})
				forged["authorizer"], forged["context"], forged["stageVariables"] = good, good, good
				forged["queryStringParameters"], forged["requestContext"] = good, e["requestContext"]
				return forged
			}, "no verdict"},
			{"claims of a token", func(e object) object {
				e = a.behind(e, m, nil)
				inner(e)["authorizer"] = object{"claims": good, "jwt": object{"claims": good, "lambda": good}}
				return e
			}, "no verdict"},
			{"no text", func(e object) object {
				e = a.behind(e, m, nil)
				context := object{"postern.v": 1, "postern.verdict": opened(t, good)}
				inner(e)["authorizer"] = map[string]object{"rest": context, "http": {"lambda": context}}[kind]
				return e
			}, map[string]string{"rest": "illegal base64", "http": "illegal base64"}[kind]},
			{"another version", set(map[string]string{"postern.v": "2", "postern.verdict": good["postern.verdict"]}), `version "2"`},
			{"a version without a verdict", set(map[string]string{"postern.v": "1"}), "EOF"},
			{"no base64", set(map[string]string{"postern.v": "1", "postern.verdict": "{}"}), "illegal base64"},
			{"no JSON", set(wrapped(good, "x")), "invalid character"},
			{"nothing said", set(wrapped(good, "{}")), "another request"},
			{"null", set(wrapped(good, "null")), "another request"},
			{"two verdicts", set(wrapped(good, text(t, opened(t, good))+"{}")), "something follows"},
			{"more than is known", changed("Pass", true), "unknown field"},
			{"a cause", changed("Fault", object{"Kind": "auth", "Err": object{}}), "cannot unmarshal"},
			{"of another definition", func(e object) object {
				foreign := newAPI(t, kind, other, nil)
				return a.behind(e, m, foreign.asks(e).Context)
			}, "another request or definition"},
			{"of the request before", set(a.asks(before).Context), "another request"},
			{"of a request whose id the client chose", func(e object) object {
				chosen := clone(before)
				inner(chosen)["requestId"] = inner(e)["requestId"]
				return a.behind(e, m, a.asks(chosen).Context)
			}, "another request"},
			{"of the same time", func(e object) object {
				chosen := clone(before)
				inner(chosen)["requestId"], inner(chosen)[epoch] = inner(e)["requestId"], inner(e)[epoch]
				if kind == "http" {
					inner(chosen)["requestId"] = "other"
				}
				return a.behind(e, m, a.asks(chosen).Context)
			}, "another request"},
			{"of another time", func(e object) object {
				chosen := clone(e)
				inner(chosen)[epoch] = 1
				return a.behind(e, m, a.asks(chosen).Context)
			}, "another request"},
			{"on an event without ids", func(e object) object {
				e = a.behind(e, m, good)
				delete(inner(e), id)
				return e
			}, "another request"},
			{"on another path", func(e object) object {
				e = clone(a.behind(e, m, good))
				e["path"], e["rawPath"] = "/b", "/b"
				return e
			}, "another request or definition"},
			{"on another method", func(e object) object {
				e = a.behind(e, m, good)
				e["httpMethod"] = "PUT"
				if kind == "http" {
					http := maps.Clone(inner(e)["http"].(object))
					http["method"] = "PUT"
					inner(e)["http"] = http
				}
				return e
			}, "another request or definition"},
			{"with a body that was not there", func(e object) object {
				bare := a.event(m.with("Content-Length", "0"))
				bare["requestContext"] = e["requestContext"]
				e = a.behind(bare, m, a.asks(bare).Context)
				e["body"] = "x"
				return e
			}, "another request or definition"},
			{"more steps", changed("Done", 99), "another request or definition"},
			{"another mark", changed("Mark", "0123456789abcdef"), "another request or definition"},
		} {
			t.Run(tt.name, func(t *testing.T) {
				a.proxy.log.take(t)
				got := a.proxy.invoke(t.Context(), text(t, tt.change(clone(event))))
				line := a.proxy.log.take(t)
				if len(line) != 1 {
					t.Fatalf("logged %v", line)
				}
				cause, _ := line[0]["cause"].(string)
				if tt.cause == "" && got.Body != "hello" || tt.cause != "" && (got.Status != 500 || got.Body != nhnFailed) {
					t.Errorf("answer %d %s", got.Status, got.Body)
				}
				if tt.cause != "" && (line[0]["kind"] != "internal.verdict" || !strings.Contains(cause, tt.cause)) {
					t.Errorf("refused for %v, %s, want internal.verdict, %s", line[0]["kind"], cause, tt.cause)
				}
			})
		}
	})
}

// TestTruncatedVerdict: no beginning of a verdict is one.
func TestTruncatedVerdict(t *testing.T) {
	a := newAPI(t, "rest", guarded, nil)
	m := signed("GET", "/b")
	event := a.event(m)
	context := a.asks(event).Context
	whole := context["postern.verdict"]
	for n := range len(whole) {
		context["postern.verdict"] = whole[:n]
		if got := a.proxy.invoke(t.Context(), text(t, a.behind(event, m, context))); got.Status != 500 {
			t.Errorf("%d of %d bytes: answer %d %s", n, len(whole), got.Status, got.Body)
		}
	}
}

// TestCachedVerdict: where results are cached against all advice, the first request passes and no other.
func TestCachedVerdict(t *testing.T) {
	doors(t, func(t *testing.T, kind string) {
		a := newAPI(t, kind, guarded, nil)
		m := signed("GET", "/b")
		first := a.event(m)
		cached := a.asks(first).Context
		for i, want := range []int{200, 500, 500} {
			event := first
			if i > 0 {
				event = a.event(m)
			}
			if got := a.proxy.invoke(t.Context(), text(t, a.behind(event, m, cached))); got.Status != want {
				t.Errorf("request %d: %d %s, want %d", i, got.Status, got.Body, want)
			}
		}
	})
}

// TestVerdictTooLarge: what the context cannot carry is refused, and the proxy says so in the vendor's words.
func TestVerdictTooLarge(t *testing.T) {
	for size, want := range map[int]int{1000: 503, 2000: 503, 4000: 500, 100_000: 500} {
		definition := strings.Replace(members, "dialect: nhn", "dialect: toast\n    maintenance: {status: 503, body: "+strings.Repeat("x", size)+"}", 1)
		a := newAPI(t, "rest", definition, nil)
		m := message{method: "GET", path: "/a"}
		event := a.event(m)
		s := a.asks(event)
		if n := len(s.Context["postern.verdict"]); !s.allowed() || n > 4096 {
			t.Errorf("%d bytes: allowed %v, verdict of %d", size, s.allowed(), n)
		}
		got := a.proxy.invoke(t.Context(), text(t, a.behind(event, m, s.Context)))
		if got.Status != want || want == 500 && got.Body != toastFails || want == 503 && len(got.Body) != size {
			t.Errorf("%d bytes: answer %d %.200s, want %d", size, got.Status, got.Body, want)
		}
		if all := text(t, a.authorizer.log.take(t)); strings.Contains(all, "too large for the context") != (want == 500) {
			t.Errorf("%d bytes: logged %s", size, all)
		}
	}
}

// TestVerdictTooLargeIsAccountedFor: what the authorizer has charged is in the record all the same.
func TestVerdictTooLargeIsAccountedFor(t *testing.T) {
	open := keyStores("k1", strings.Repeat("x", 4000), "gold")
	a := newAPI(t, "rest", keyed(), func(o *function.Options) {
		o.Stores = func(d *config.Definition, s function.Settings, o function.Options) (function.Stores, error) {
			all, err := open(d, s, o)
			all.Counter = &counted{Counter: all.Counter}
			return all, err
		}
	})
	got := a.call(message{method: "GET", path: "/a"}.with("x-nhn-apikey", "k1"))
	lines := a.proxy.log.take(t)
	if got.Status != 500 || len(lines) != 1 || lines[0]["store_writes"] != 1. {
		t.Errorf("answer %d, record %v, want 500 and a write", got.Status, lines)
	}
}

// TestOtherDoorsNeedNoVerdict: a load balancer and a function URL have no authorizers: there the proxy does it all.
func TestOtherDoorsNeedNoVerdict(t *testing.T) {
	b := newBench(t, given{definition: members, env: map[string]string{"POSTERN_AUTHORIZER": "annotate"}})
	if a := b.invoke(t.Context(), get("/a")); a.Status != 200 {
		t.Errorf("load balancer: %d %s", a.Status, a.Body)
	}
	if a := b.invoke(t.Context(), urlEvent); a.Status != 200 {
		t.Errorf("function URL: %d %s", a.Status, a.Body)
	}
}

// TestAuthorizerDown: a proxy that is well refuses for an authorizer that is not, and the other way round.
func TestAuthorizerDown(t *testing.T) {
	m := signed("GET", "/b")
	a := newAPI(t, "rest", guarded, nil)
	a.authorizer = newBench(t, given{env: map[string]string{"POSTERN_AUTHORIZER_MODE": "annotate"}})
	if got := a.call(m); got.Status != 500 || got.Body != nhnFailed {
		t.Errorf("the authorizer has no definition: %d %s", got.Status, got.Body)
	}
	a = newAPI(t, "rest", guarded, nil)
	a.proxy = newBench(t, given{env: map[string]string{"POSTERN_AUTHORIZER": "annotate"}})
	if got := a.call(m); got.Status != 500 || got.Body != nhnFailed {
		t.Errorf("the proxy has no definition: %d %s", got.Status, got.Body)
	}
	a.proxy.logged(1, "nothing is served", "no such file")
}

// FuzzVerdict: whatever the context says, the proxy answers; and a request without a signature passes with a mark alone.
func FuzzVerdict(f *testing.F) {
	a := newAPI(f, "rest", guarded, nil)
	event := a.event(signed("GET", "/b"))
	good := a.asks(event).Context
	data, err := base64.RawURLEncoding.DecodeString(good["postern.verdict"])
	if err != nil {
		f.Fatal(err)
	}
	unsigned := a.event(message{method: "GET", path: "/b"})
	unsigned["requestContext"] = event["requestContext"]
	f.Add(data)
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"Digest":"","Fault":{"Kind":"x","Args":{"a":"b"}},"Answer":{"Status":204}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		context := map[string]string{"postern.v": "1", "postern.verdict": base64.RawURLEncoding.EncodeToString(data)}
		a.proxy.t = t // for what it finds
		got := a.proxy.invoke(t.Context(), text(t, a.behind(unsigned, message{}, context)))
		if got.Status == 200 && !strings.Contains(strings.ToLower(string(data)), "mark") {
			t.Errorf("%s passes: %+v", data, got)
		}
		a.proxy.log.take(t)
	})
}
