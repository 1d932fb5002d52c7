package app_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/dialect"
	"postern/shared/fault"
	"postern/shared/gateway"
	"postern/shared/limit"
	"postern/shared/memory"
)

// vendor is a gateway of a dialect whose vendor answers for defects, knows access keys, and judges much before the route.
type vendor struct {
	*gateway.Gateway
	t        testing.TB
	problems config.Problems
	last     *gateway.Record
	counter  limit.Counter
}

// group is an API of that dialect at the host h, with what more says of it.
func group(more, routes string) string {
	return `version: 1
egress: {allow: [127.0.0.1]}
apis:
  - name: members
    hosts: [h, {name: g1.example.com, kind: inner}]
    dialect: aliyun
    ` + strings.ReplaceAll(strings.TrimSpace(more), "\n", "\n    ") + `
    routes: [` + routes + `]
`
}

// twoApps are shop and blog of acme, and free of nobody. All but blog may call members.
func twoApps() *config.Registry {
	key := func(id string) []config.AccessKey { return []config.AccessKey{{ID: id, Secret: "secret-of-" + id}} }
	code := func(name string) []config.Key { return []config.Key{{Name: "main", Primary: "code-of-" + name}} }
	return &config.Registry{
		Version: 1, Secrets: map[string]string{"jwt": "MDEyMzQ1Njc4OWFiY2RlZg", "ann": "hunter2"},
		Owners: map[string]config.Flags{"acme": nil},
		Apps: []config.App{
			{Name: "shop", Owner: "acme", AccessKeys: key("1"), Keys: code("shop"), Grants: map[string]config.Grant{"members": {}}},
			{Name: "blog", Owner: "acme", AccessKeys: key("2"), Keys: code("blog")},
			{Name: "free", AccessKeys: key("3"), Keys: code("free"), Grants: map[string]config.Grant{"members": {Routes: []string{"list"}, Stages: []string{"release"}}}},
			{Name: "late", AccessKeys: key("4"), Keys: code("late"), Grants: map[string]config.Grant{"members": {Until: config.Moment(received.Add(-1))}}},
		},
	}
}

func newVendor(t testing.TB, definition string) *vendor {
	t.Helper()
	def, source, problems := yaml.Load("postern.yaml", []byte(definition))
	if len(problems) == 0 {
		problems = config.Check(def)
	}
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	return newVendorUnchecked(t, definition)
}

// newVendorUnchecked is of a definition that only app finds fault with.
func newVendorUnchecked(t testing.TB, definition string) *vendor {
	t.Helper()
	def, source, problems := yaml.Load("postern.yaml", []byte(definition))
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	known := memory.NewRegistry()
	if err := known.Apply(twoApps()); err != nil {
		t.Fatal(err)
	}
	v := &vendor{t: t, counter: memory.NewCounter()}
	v.Gateway, v.problems = app.New(def, app.Options{
		Dialects: dialects(t), Keys: known, Plans: known, States: known, Breaker: &memory.Breaker{}, Nonces: memory.NewNonces(),
		Counter: v.counter, Secret: known.Secret, Log: func(_ context.Context, r *gateway.Record) { v.last = r },
	})
	return v
}

// sound is newVendor of a definition without problems.
func sound(t testing.TB, definition string) *vendor {
	t.Helper()
	v := newVendor(t, definition)
	if len(v.problems) > 0 {
		t.Fatal(v.problems)
	}
	return v
}

// says is the answer's body, or the kind of a refusal and its arguments in the order of their names.
func (v *vendor) says(r *gateway.Request) string {
	v.t.Helper()
	var body string
	v.Serve(v.t.Context(), r, func(a *gateway.Response) error { body = string(a.Body); return nil })
	if v.last.Refusal == nil {
		return body
	}
	return told(v.last.Refusal.Fault)
}

func told(f *fault.Fault) string {
	text := string(f.Kind)
	for _, name := range slices.Sorted(maps.Keys(f.Args)) {
		text += fmt.Sprintf(" %s=%s", name, f.Args[name])
	}
	return text
}

// asks is a request of that vendor's client, signed where sign says so.
func asks(t testing.TB, method, target string, sign *dialect.Signing, header ...string) *gateway.Request {
	t.Helper()
	path, query, _ := strings.Cut(target, "?")
	r := request(path, header...)
	r.Method, r.RawQuery, r.Scheme = method, query, "https"
	if sign == nil {
		return r
	}
	if sign.At.IsZero() {
		sign.At = received
	}
	d := dialects(t)[slices.IndexFunc(dialects(t), func(d *dialect.Dialect) bool { return d.Name == "aliyun" })]
	if err := d.Sign(r, *sign); err != nil {
		t.Fatal(err)
	}
	return r
}

func key(id string) *dialect.Signing { return &dialect.Signing{KeyID: id, Secret: "secret-of-" + id} }

func nonce(id, nonce string) *dialect.Signing {
	return &dialect.Signing{KeyID: id, Secret: "secret-of-" + id, Nonce: nonce}
}

// what is the backend that answers with the headers and the target that it got.
func what(t testing.TB, names ...string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.RequestURI)
		for _, name := range names {
			fmt.Fprintf(w, " %q", r.Header[name])
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func at(r *gateway.Request, after time.Duration) *gateway.Request {
	r.Received = r.Received.Add(after)
	return r
}

func from(r *gateway.Request, client string) *gateway.Request {
	r.Client = netip.MustParseAddr(client)
	return r
}
