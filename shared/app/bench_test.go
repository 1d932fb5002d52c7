package app_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/shared/app"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/dialect"
	"postern/shared/dialect/builtin"
	"postern/shared/gateway"
	"postern/shared/memory"
)

var received = time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)

func dialects(tb testing.TB) []*dialect.Dialect {
	tb.Helper()
	all, err := builtin.Dialects()
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// house is the gateway of a definition without problems, over stores in memory.
func house(tb testing.TB, definition string, registry *config.Registry) *gateway.Gateway {
	tb.Helper()
	g, problems := registered(tb, definition, registry)
	if len(problems) > 0 {
		tb.Fatal(problems)
	}
	return g
}

// registered compiles a definition over stores in memory.
func registered(tb testing.TB, definition string, registry *config.Registry) (*gateway.Gateway, config.Problems) {
	tb.Helper()
	def, source, problems := yaml.Load("postern.yaml", []byte(definition))
	if len(problems) > 0 {
		tb.Fatal(source.Report(problems))
	}
	keys := memory.NewRegistry()
	if err := keys.Apply(registry); err != nil {
		tb.Fatal(err)
	}
	return app.New(def, app.Options{
		Dialects: dialects(tb), Keys: keys, Plans: keys, Counter: memory.NewCounter(), Secret: keys.Secret,
		Breaker: &memory.Breaker{Now: time.Now}, Log: func(context.Context, *gateway.Record) {},
	})
}

func request(path string, header ...string) *gateway.Request {
	r := &gateway.Request{
		ID: "r", Method: "GET", Scheme: "http", Host: "h", Path: path, Header: http.Header{},
		Client: netip.MustParseAddr("203.0.113.9"), Received: received,
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func signed(path string) *gateway.Request {
	mac := hmac.New(sha256.New, []byte("secret"))
	fmt.Fprintf(mac, "GET\n%s\n2024-05-01T00:00:00Z", path)
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	return request(path, "X-Nhn-Date", "2024-05-01T00:00:00Z", "Authorization", `hmac algorithm="HmacSHA256", signature="`+signature+`"`)
}

// measure serves requests in turn. Each must be answered with status.
func measure(b *testing.B, g *gateway.Gateway, status int, requests ...*gateway.Request) {
	b.Helper()
	send := func(a *gateway.Response) error {
		if a.Status != status {
			b.Fatalf("status %d, want %d: %s", a.Status, status, a.Body)
		}
		return nil
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		r := *requests[i%len(requests)]
		r.Received = received.Add(time.Duration(i) * 100 * time.Microsecond)
		g.Serve(b.Context(), &r, send)
		i++
	}
}

const members = `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    auth: [%s]
    limits: {%s}
    backend: {mock: {status: 200, body: hello}}
    routes: [{path: "/members/{id}", methods: [GET]}]
`

const signature = `{hmac: {secret: secret, skew: 24h}}`

func BenchmarkPipeline(b *testing.B) {
	none := &config.Registry{Version: 1}
	b.Run("mock", func(b *testing.B) {
		measure(b, house(b, strings.Replace(fmt.Sprintf(members, "", ""), "auth: []", "", 1), none), 200, request("/members/7"))
	})
	b.Run("hmac", func(b *testing.B) {
		measure(b, house(b, fmt.Sprintf(members, signature, ""), none), 200, signed("/members/7"))
	})
	b.Run("hmac+rate", func(b *testing.B) {
		measure(b, house(b, fmt.Sprintf(members, signature, `caller: {per: client, rate: 1000000/s}`), none), 200, signed("/members/7"))
	})
	b.Run("refused signature", func(b *testing.B) {
		r := signed("/members/7")
		r.Path = "/members/8"
		measure(b, house(b, fmt.Sprintf(members, signature, ""), none), 401, r)
	})
	b.Run("refusal in memory", func(b *testing.B) {
		g := house(b, fmt.Sprintf(members, signature, `day: {per: client, quota: 1/month}`), none)
		g.Serve(b.Context(), signed("/members/7"), func(*gateway.Response) error { return nil })
		measure(b, g, 429, signed("/members/7"))
	})
}

func BenchmarkApps(b *testing.B) {
	for _, n := range []int{10, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			registry := &config.Registry{Version: 1, Plans: map[string]config.Plan{"p": {Rate: config.Rate{N: 1_000_000, Per: time.Second}}}}
			var requests []*gateway.Request
			for i := range n {
				key := fmt.Sprintf("key%010d", i)
				registry.Apps = append(registry.Apps, config.App{
					Name: fmt.Sprint("app", i), Grants: map[string]config.Grant{"members": {Plan: "p"}}, Keys: []config.Key{{Name: "k", Primary: key}},
				})
				if i%(n/10) == 0 {
					requests = append(requests, request("/members/7", "X-Nhn-Apikey", key))
				}
			}
			measure(b, house(b, fmt.Sprintf(members, "api-key", "plan: {per: app, from: plan}"), registry), 200, requests...)
		})
	}
}

func BenchmarkRoutes(b *testing.B) {
	for _, n := range []int{10, 1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var text strings.Builder
			text.WriteString("version: 1\napis:\n  - name: a\n    hosts: [h]\n    dialect: nhn\n    backend: {mock: {status: 200}}\n    routes:\n")
			for i := range n {
				fmt.Fprintf(&text, "      - {path: \"/service%d/{id}/part%d\", methods: [GET]}\n", i%100, i)
			}
			measure(b, house(b, text.String(), &config.Registry{Version: 1}), 200, request(fmt.Sprintf("/service%d/7/part%d", (n-1)%100, n-1)))
		})
	}
}
