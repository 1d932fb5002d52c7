package app_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/fault"
	"postern/shared/forward"
	"postern/shared/gateway"
	"postern/shared/memory"
)

// called is a gateway of one API, and what it recorded last.
type called struct {
	*gateway.Gateway
	problems config.Problems
	last     *gateway.Record
}

// calling compiles a definition with these lines at its top and in its one API, at /x.
func calling(t *testing.T, voice, top, settings string, change func(*app.Options)) *called {
	t.Helper()
	text := fmt.Sprintf("version: 1\n%s\napis:\n  - name: members\n    hosts: [h]\n    dialect: %s\n    %s\n    routes: [{path: /x}]\n",
		top, voice, strings.ReplaceAll(settings, "; ", "\n    "))
	def, source, problems := yaml.Load("postern.yaml", []byte(text))
	if problems = append(problems, config.Check(def)...); len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	c := &called{}
	registry := memory.NewRegistry()
	o := app.Options{
		Dialects: dialects(t), Keys: registry, Plans: registry, States: registry, Breaker: &memory.Breaker{}, Counter: memory.NewCounter(),
		Log: func(_ context.Context, r *gateway.Record) { c.last = r },
	}
	if change != nil {
		change(&o)
	}
	c.Gateway, c.problems = app.New(def, o)
	return c
}

// ask is the answer to a request, and the kind of its refusal with its facts.
func (c *called) ask(t *testing.T) (*gateway.Response, string) {
	t.Helper()
	if c.Gateway == nil {
		t.Fatal(c.problems)
	}
	a := answered(t, c.Gateway, request("/x", "X-Q", "7"))
	if c.last.Refusal == nil {
		return a, ""
	}
	f := c.last.Refusal.Fault
	kind := string(f.Kind)
	for _, name := range slices.Sorted(maps.Keys(f.Args)) {
		kind += " " + name + "=" + f.Args[name]
	}
	return a, kind
}

func TestMethodOfBackend(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Method) }))
	defer backend.Close()
	c := calling(t, "nhn", "egress: {allow: [127.0.0.1]}", fmt.Sprintf(`backend: {url: "%s", method: POST}`, backend.URL), nil)
	if a, kind := c.ask(t); kind != "" || string(a.Body) != "POST" {
		t.Errorf("%s, refused for %q, want a POST", a.Body, kind)
	}
}

// TestInside: a service inside the network is called by the name of its access. Its private addresses need no egress.allow; this
// machine's own do.
func TestInside(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Path) }))
	defer backend.Close()
	const settings = `backend: {vpc-access: lane, timeout: 5s}`
	resolves := func(o *app.Options) {
		o.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasPrefix(address, "members.internal:") {
				return nil, &net.DNSError{Err: "no such host", Name: "members.internal", IsNotFound: true}
			}
			return (&net.Dialer{}).DialContext(ctx, network, strings.TrimPrefix(backend.URL, "http://"))
		}
	}
	for _, tt := range []struct{ name, top, settings, body, kind string }{
		{"this machine's, admitted", "egress: {allow: [127.0.0.1]}\nvpc-access: {lane: \"" + backend.URL + "/v2\"}", settings, "/v2/x", ""},
		{"private", `vpc-access: {lane: "http://10.1.2.3:80/v2"}`, settings, "/v2/x", ""},
		{"no address", `vpc-access: {lane: "http://members.internal/"}`, settings, "", "backend.vpc"},
		{"no address of a url", "", `backend: {url: "http://members.internal/"}`, "", "backend.dns host=members.internal"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := calling(t, "nhn", tt.top, tt.settings, resolves)
			if a, kind := c.ask(t); kind != tt.kind || kind == "" && string(a.Body) != tt.body {
				t.Errorf("%s, refused for %q, want %s, %q", a.Body, kind, tt.body, tt.kind)
			}
		})
	}
}

// TestUnknownAccess: the vendor that answers for it does, and others are told when the definition is loaded.
func TestUnknownAccess(t *testing.T) {
	c := calling(t, "aliyun", `vpc-access: {lane-a: "https://a.internal"}`, "backend: {vpc-access: lane-b}", nil)
	a, kind := c.ask(t)
	if kind != "definition.resource resource=VpcAccess lane-b" || a.Status != 404 || !strings.Contains(fmt.Sprint(a.Header), "VpcAccess lane-b not found") {
		t.Errorf("%d %v %s, refused for %q", a.Status, a.Header, a.Body, kind)
	}
	if len(c.problems) != 1 || !c.problems[0].Defect || c.problems[0].Path != "apis[0].routes[0].backend.vpc-access" {
		t.Errorf("problems %v, want one defect of the route", c.problems)
	}
	c = calling(t, "nhn", "", "backend: {vpc-access: lane-b}", nil)
	if c.Gateway != nil || !strings.Contains(c.problems.Error(), `there is no vpc-access "lane-b"`) {
		t.Errorf("problems %v, want one that is fatal", c.problems)
	}
}

func TestServiceProblems(t *testing.T) {
	known := func(o *app.Options) {
		o.Function = func(name string) (forward.Caller, error) {
			if name != "users" {
				return nil, errors.New("this is no function")
			}
			return nil, nil
		}
	}
	for _, tt := range []struct {
		name, top, settings, path, text string
		change                          func(*app.Options)
	}{
		{"loopback", `vpc-access: {lane: "http://127.0.0.1/"}`, "backend: {vpc-access: lane}", "vpc-access.lane", "egress.allow", nil},
		{"metadata", `vpc-access: {lane: "http://169.254.169.254/"}`, "backend: {vpc-access: lane}", "vpc-access.lane", "egress.allow", nil},
		{"query", `vpc-access: {lane: "http://a.internal/?a=1"}`, "backend: {vpc-access: lane}", "vpc-access.lane", "request.query", nil},
		{"dots", `vpc-access: {lane: "http://a.internal/../x"}`, "backend: {mock: {status: 200}}", "vpc-access.lane", "dot segments", nil},
		{"no functions", "", "backend: {function: users}", "apis[0].routes[0].backend.function", "not called here", nil},
		{"no function", "", "backend: {function: user}", "apis[0].routes[0].backend.function", "this is no function", known},
		{
			"fallback", "", `backend: {url: "https://a.example", breaker: {fallback: {status: 200, headers: {Upgrade: x}}}}`,
			"apis[0].routes[0].backend.breaker.fallback.headers.Upgrade", "remove it", nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := calling(t, "nhn", tt.top, tt.settings, tt.change)
			reported := func(p config.Problem) bool { return p.Path == tt.path && strings.Contains(p.Text, tt.text) }
			if c.Gateway != nil || !slices.ContainsFunc(c.problems.Fatal(), reported) {
				t.Errorf("problems %v, want %s: …%s…", c.problems, tt.path, tt.text)
			}
		})
	}
}

// function is one that answers with what it was sent, or fails.
type function struct {
	mu    sync.Mutex
	sent  *gateway.Outbound
	limit forward.Limits
	err   error
}

func (f *function) Call(_ context.Context, x *gateway.Exchange, l forward.Limits) (*gateway.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent, f.limit = x.Outbound, l
	return &gateway.Response{Status: 200, Header: http.Header{}, Body: bytes.Clone(x.Outbound.Body)}, f.err
}

// TestFunction: a function gets what a backend would, within the same limits.
func TestFunction(t *testing.T) {
	f := &function{}
	change := func(o *app.Options) { o.Function = func(string) (forward.Caller, error) { return f, nil } }
	c := calling(t, "nhn", "", `base: /api; request: {set: {X-A: b}}; backend: {function: users, path: /people, method: POST, timeout: 3s}`, change)
	r := request("/api/x")
	r.RawQuery, r.Body = "a=1", []byte("hello")
	if a := answered(t, c.Gateway, r); a.Status != 200 || string(a.Body) != "hello" {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if s := f.sent; s.Method != "POST" || s.Path != "/people" || s.RawQuery != "a=1" || s.Header.Get("X-A") != "b" {
		t.Errorf("the function got %+v", s)
	}
	if want := (forward.Limits{Timeout: 3 * time.Second, Size: 10 << 20}); f.limit != want {
		t.Errorf("limits %+v, want %+v", f.limit, want)
	}
	f.err = fault.New(fault.BackendDenied, fault.Args{"id": "7", "problem": "AccessDeniedException"}, nil)
	c = calling(t, "aliyun", "", "backend: {function: users}", change)
	if a, kind := c.ask(t); kind != "backend.denied id=7 problem=AccessDeniedException" || a.Status != 403 {
		t.Errorf("%d %s, refused for %q", a.Status, a.Body, kind)
	}
}

// circuits is a breaker that is in one state, and keeps which circuits it was asked for.
type circuits struct {
	state forward.State
	asked []forward.Circuit
}

func (c *circuits) Allow(_ context.Context, circuit forward.Circuit) (forward.Pass, error) {
	c.asked = append(c.asked, circuit)
	return forward.Pass{State: c.state}, nil
}

func (c *circuits) Report(context.Context, forward.Circuit, forward.Pass, forward.Outcome) error {
	return nil
}

// TestCircuits: circuits that count in other ways are others.
func TestCircuits(t *testing.T) {
	for _, tt := range []struct {
		settings string
		want     forward.Circuit
	}{
		{
			`backend: {url: "http://127.0.0.1:1/v2", timeout: 10s, breaker: {}}`,
			forward.Circuit{Backend: "members http://127.0.0.1:1", Failures: 5, Open: 30 * time.Second, Trial: 15 * time.Second},
		},
		{
			`backend: {url: "http://127.0.0.1:1/v2", timeout: 10s, breaker: {failures: 1000, window: 30s, counts: timeouts, open: 90s}}`,
			forward.Circuit{
				Backend: "members http://127.0.0.1:1 30s timeouts", Failures: 1000, Window: 30 * time.Second, Timeouts: true,
				Open: 90 * time.Second, Trial: 15 * time.Second,
			},
		},
		{
			`backend: {vpc-access: lane, timeout: 10s, breaker: {counts: failures, window: 10s}}`,
			forward.Circuit{Backend: "members http://a.internal:8080 10s", Failures: 5, Window: 10 * time.Second, Open: 30 * time.Second, Trial: 15 * time.Second},
		},
		{
			`backend: {function: "users:live", timeout: 10s, breaker: {failures: 3}}`,
			forward.Circuit{Backend: "members function:users:live", Failures: 3, Open: 30 * time.Second, Trial: 15 * time.Second},
		},
	} {
		breaker := &circuits{state: forward.Open}
		c := calling(t, "nhn", "egress: {allow: [127.0.0.1]}\nvpc-access: {lane: \"http://a.internal:8080/v3\"}", tt.settings, func(o *app.Options) {
			o.Breaker, o.Function = breaker, func(string) (forward.Caller, error) { return &function{}, nil }
		})
		if _, kind := c.ask(t); kind != "backend.breaker backend=members" || len(breaker.asked) != 1 || breaker.asked[0] != tt.want {
			t.Errorf("%s: refused for %q, asked for %+v, want %+v", tt.settings, kind, breaker.asked, tt.want)
		}
	}
}

// TestFallback: while a backend is left alone, its fallback answers, and the record says why.
func TestFallback(t *testing.T) {
	for state, want := range map[forward.State]string{forward.Open: "backend.breaker", forward.Busy: "backend.busy"} {
		change := func(o *app.Options) { o.Breaker = &circuits{state: state} }
		const backend = `url: "https://a.example", breaker: {failures: 3`
		c := calling(t, "nhn", "", "backend: {"+backend+`, fallback: {status: 203, headers: {X-Id: "${request.header.X-Q}"}, body: later}}}`, change)
		if a, kind := c.ask(t); kind != "" || a.Status != 203 || string(a.Body) != "later" || a.Header.Get("X-Id") != "7" {
			t.Errorf("%+v, refused for %q, want the fallback", a, kind)
		}
		if told := c.last.Tolerated; len(told) != 1 || !strings.HasPrefix(told[0].Error(), want) {
			t.Errorf("the record tolerates %v, want %s", told, want)
		}
		c = calling(t, "nhn", "", "backend: {"+backend+`}}`, change)
		if _, kind := c.ask(t); kind != want+" backend=members" {
			t.Errorf("refused for %q, want %s", kind, want)
		}
	}
}
