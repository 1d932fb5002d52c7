package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/dialect"
	"postern/shared/dialect/nhn"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/memory"
)

const forwarding = `version: 1
egress: {allow: [127.0.0.1]}
apis:
  - name: members
    hosts: [h]
    base: /api
    dialect: nhn
    %s
    routes: [{path: "/members/{id}", methods: [GET, POST]}]
`

// forwarder compiles the API's settings; the gateway is nil where a problem is fatal.
func forwarder(t *testing.T, settings string, log func(*gateway.Record)) (*gateway.Gateway, config.Problems) {
	t.Helper()
	def, source, problems := yaml.Load("postern.yaml", fmt.Appendf(nil, forwarding, settings))
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	d := nhn.New()
	return app.New(def, app.Options{
		Dialects: []*dialect.Dialect{d}, Breaker: &memory.Breaker{}, Counter: memory.NewCounter(),
		Log: func(_ context.Context, r *gateway.Record) { log(r) },
	})
}

// exchanged is the answer to the request and the kind of its refusal, "" where there is none.
func exchanged(t *testing.T, g *gateway.Gateway, last **gateway.Record, r *gateway.Request) (a *gateway.Response, kind fault.Kind) {
	t.Helper()
	g.Serve(t.Context(), r, func(answer *gateway.Response) error { a = answer; return nil })
	if (*last).Refusal != nil {
		kind = (*last).Refusal.Fault.Kind
	}
	return a, kind
}

func TestForwarding(t *testing.T) {
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/allowed" && r.Header.Get("Authorization") == "" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		fmt.Fprintf(w, "%s %s %s", r.Method, r.RequestURI, r.Host)
	}))
	defer backend.Close()
	own := strings.TrimPrefix(backend.URL, "http://")
	tests := []struct {
		name, settings string
		header         []string
		status         int
		body           string
		kind           fault.Kind
	}{
		{"below the base", `backend: {url: "URL/v2"}`, nil, 200, "GET /v2/members/7?a=1 " + own, ""},
		{"its own path", `backend: {url: "URL/v2/", path: "/people/${request.path.id}", preserve-host: true}`, nil, 200, "GET /v2/people/7?a=1 h", ""},
		{"a broken path", `backend: {url: "URL", path: "/${request.nonsense}"}`, nil, 0, "", fault.DefinitionTemplate},
		{"the vendor's limit", `sizes: {response: 3B}; backend: {url: "URL"}`, nil, 0, "", fault.BackendSize},
		{"mock", `backend: {mock: {status: 418, headers: {X-Id: "${request.path.id}"}, body: tea}}`, nil, 418, "tea", ""},
		{"a broken mock", `backend: {mock: {status: 200, headers: {X-Id: "${request.nonsense}"}}}`, nil, 0, "", fault.DefinitionTemplate},
		{"pre-call refuses", `pre-call: {url: "URL/allowed"}; backend: {url: "URL"}`, nil, 401, "GET /allowed " + own, ""},
		{"pre-call passes", `pre-call: {url: "URL/allowed", method: POST}; backend: {url: "URL"}`, []string{"Authorization", "x"}, 200, "GET /members/7?a=1 " + own, ""},
		{"no pre-call", `pre-call: {url: "http://127.0.0.1:1/", timeout: 1s}; backend: {url: "URL"}`, nil, 0, "", fault.Precall},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			settings := strings.NewReplacer("URL", backend.URL, "; ", "\n    ").Replace(tt.settings)
			var last *gateway.Record
			g, problems := forwarder(t, settings, func(r *gateway.Record) { last = r })
			if len(problems.Fatal()) > 0 {
				t.Fatal(problems)
			}
			r := request("/api/members/7", tt.header...)
			r.RawQuery = "a=1"
			a, kind := exchanged(t, g, &last, r)
			if kind != tt.kind || kind == "" && (a.Status != tt.status || string(a.Body) != tt.body) {
				t.Errorf("%d %q, refused for %q (%v), want %d %q, %q", a.Status, a.Body, kind, last.Refusal, tt.status, tt.body, tt.kind)
			}
			if strings.HasPrefix(tt.name, "mock") && a.Header.Get("X-Id") != "7" {
				t.Errorf("header %v, want X-Id: 7", a.Header)
			}
		})
	}
}

// One breaker for all routes of a backend, by its origin.
func TestBreakerOfBackend(t *testing.T) {
	var calls atomic.Int32
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn.Close()
		}
	}))
	defer backend.Close()
	var last *gateway.Record
	g, problems := forwarder(t, fmt.Sprintf(`backend: {url: "%s", breaker: {failures: 2}}`, backend.URL), func(r *gateway.Record) { last = r })
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for i, want := range []fault.Kind{fault.BackendClosed, fault.BackendClosed, fault.BackendBreaker} {
		r := request("/api/members/7")
		r.Method = http.MethodPost
		if a, kind := exchanged(t, g, &last, r); kind != want {
			t.Errorf("call %d: %d %s, refused for %s, want %s", i, a.Status, a.Body, kind, want)
		}
	}
	if got := last.Refusal.Fault.Args["backend"]; got != "members" || calls.Load() != 2 {
		t.Errorf("refused for %q after %d calls, want members after 2", got, calls.Load())
	}
}

func TestMaintenance(t *testing.T) {
	g := house(t, `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: toast
    backend: {mock: {status: 200, body: open}}
    routes:
      - {path: /open}
      - {path: /closed, maintenance: {status: 503, headers: {Retry-After: "3600"}, body: closed}}
`, &config.Registry{Version: 1})
	for path, want := range map[string]gateway.Response{
		"/open": {Status: 200, Body: []byte("open")}, "/closed": {Status: 503, Body: []byte("closed")},
	} {
		g.Serve(t.Context(), request(path), func(a *gateway.Response) error {
			if a.Status != want.Status || string(a.Body) != string(want.Body) || want.Status == 503 && a.Header.Get("Retry-After") != "3600" {
				t.Errorf("%s: %d %v %q, want %d %q", path, a.Status, a.Header, a.Body, want.Status, want.Body)
			}
			return nil
		})
	}
}

func TestBackendProblems(t *testing.T) {
	tests := []struct{ name, settings, path, text string }{
		{"no URL", `backend: {url: "members.internal"}`, "backend.url", "write a URL with http or https"},
		{"query", `backend: {url: "https://a.example/?k=1"}`, "backend.url", "request.query"},
		{"private", `backend: {url: "http://10.1.2.3:8080/"}`, "backend.url", "egress.allow"},
		{"private IPv6", `backend: {url: "http://[fd00::1]/"}`, "backend.url", "egress.allow"},
		{"metadata", `backend: {url: "http://169.254.169.254/"}`, "backend.url", "egress.allow"},
		{"both", `backend: {url: "https://a.example", mock: {status: 200}}`, "backend", "one of url, vpc-access, function, device and mock"},
		{"device", `backend: {device: "query:id"}`, "backend.device", "no connected devices"},
		{"neither", `backend: {timeout: 5s}`, "backend", "give it a url or a mock"},
		{"CA", `backend: {url: "https://a.example", ca: nonsense}`, "backend.ca", "BEGIN CERTIFICATE"},
		{"breaker", `backend: {url: "https://a.example", breaker: {failures: -1}}`, "backend.breaker.failures", "at least 1"},
		{"mock status", `backend: {mock: {status: 101}}`, "backend.mock.status", "from 200 on"},
		{"mock header", `backend: {mock: {status: 200, headers: {Transfer-Encoding: chunked}}}`, "backend.mock.headers.Transfer-Encoding", "remove it"},
		{"pre-call", `pre-call: {url: "http://192.168.0.1/"}; backend: {mock: {status: 200}}`, "pre-call.url", "egress.allow"},
		{"pre-call method", `pre-call: {url: "https://a.example/", method: "GE T"}; backend: {mock: {status: 200}}`, "pre-call.method", "GET, POST"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g, problems := forwarder(t, strings.ReplaceAll(tt.settings, "; ", "\n    "), func(*gateway.Record) {})
			if g != nil {
				t.Error("there is a gateway, want none")
			}
			for _, p := range problems.Fatal() {
				if strings.HasSuffix(p.Path, "routes[0]."+tt.path) && strings.Contains(p.Text, tt.text) {
					return
				}
			}
			t.Errorf("problems = %v, want %s: …%s…", problems, tt.path, tt.text)
		})
	}
}
