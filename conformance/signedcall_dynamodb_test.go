//go:build dynamodb

package conformance_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"postern/shared/app"
	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/aws/kms"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/dialect"
	"postern/shared/dialect/builtin"
	"postern/shared/gateway"
)

const (
	signedDefinition = `
version: 1
apis:
  - name: users
    hosts: [api.example.test]
    dialect: aliyun
    owner: acme
    auth: [{hmac: {time: required}}]
    replay: required
    limits: {group: {per: api, rate: 1000/s}, app: {per: app, rate: 500/s}}
    backend: {mock: {status: 200}}
    routes: [{name: get, path: "/v1/users/{id}", methods: [GET]}]
`
	signedRegistry = `
version: 1
apps: [{name: a1, access-keys: [{id: "203753385", secret: TestSecret0123456789abcdefABCDEF}], grants: {users: {routes: [get]}}}]
owners: {acme: []}
`
)

// TestSignedCallCosts: a signed call with a nonce, a leased limit of the API and one of the app costs at most two writes on
// average and, once its caller is known, no read.
func TestSignedCallCosts(t *testing.T) {
	const calls, second = 400, 100 // of which the clock makes a second
	server, err := dynamotest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	var records []*gateway.Record
	g, voice := signedHouse(t, server, func() time.Time { return now }, func(_ context.Context, r *gateway.Record) { records = append(records, r) })
	for i := range calls {
		r := &gateway.Request{
			ID: fmt.Sprint("call ", i), Method: "GET", Scheme: "https", Host: "api.example.test", Path: "/v1/users/42",
			Header: http.Header{"Accept": {"application/json"}}, Received: now, Client: netip.MustParseAddr("192.0.2.1"),
		}
		signing := dialect.Signing{KeyID: "203753385", Secret: "TestSecret0123456789abcdefABCDEF", Nonce: fmt.Sprint("nonce-", i), At: now}
		if err := voice.Sign(r, signing); err != nil {
			t.Fatal(err)
		}
		g.Serve(t.Context(), r, func(a *gateway.Response) error {
			if a.Status != http.StatusOK {
				t.Fatalf("call %d is answered with %d %v", i, a.Status, a.Header)
			}
			return nil
		})
		now = now.Add(time.Second / second)
	}
	reads, writes := int64(0), int64(0)
	for _, r := range records {
		cost := r.Store.Cost()
		reads, writes = reads+cost.Reads, writes+cost.Writes
	}
	cold := records[0].Store.Cost().Reads
	t.Logf("%d calls: %.3f writes a call, %d reads for the first, %d for all others", calls, float64(writes)/calls, cold, reads-cold)
	if float64(writes)/calls > 2 || reads != cold || cold == 0 {
		t.Errorf("%d writes and %d reads, %d of them cold, want at most 2 writes a call and no warm read", writes, reads, cold)
	}
}

func signedHouse(
	t *testing.T, server *dynamotest.Server, now func() time.Time, log func(context.Context, *gateway.Record),
) (*gateway.Gateway, *dialect.Dialect) {
	t.Helper()
	def, _, problems := yaml.Load("postern.yaml", []byte(signedDefinition))
	registry, _, more := yaml.LoadRegistry("registry.yaml", []byte(signedRegistry))
	if len(problems)+len(more) > 0 {
		t.Fatal(problems, more)
	}
	keys, state := registryOf(t, server, registry, now), table(t, server, "state")
	voices, err := builtin.Dialects()
	if err != nil {
		t.Fatal(err)
	}
	g, broken := app.New(def, app.Options{
		Dialects: voices, Keys: keys, Plans: keys, States: keys, Now: now, Log: log,
		Counter: dynamo.NewCounter(state, dynamo.CounterOptions{Now: now, Keep: app.Periods(def)}),
		Breaker: dynamo.NewBreaker(state, now), Nonces: dynamo.NewNonces(state),
	})
	if len(broken) > 0 {
		t.Fatal(broken)
	}
	for _, d := range voices {
		if d.Name == "aliyun" {
			return g, d
		}
	}
	t.Fatal("there is no dialect aliyun")
	return nil, nil
}

func registryOf(t *testing.T, server *dynamotest.Server, r *config.Registry, now func() time.Time) *dynamo.Registry {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := kms.CreateFile(path); err != nil {
		t.Fatal(err)
	}
	ring, err := kms.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	shelf := table(t, server, "registry")
	if err := dynamo.NewAdmin(shelf, ring).Apply(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	return dynamo.NewRegistry(shelf, dynamo.RegistryOptions{Cache: 10 * time.Second, Negative: 5 * time.Second, Now: now, Keyring: ring})
}

func table(t *testing.T, server *dynamotest.Server, name string) *dynamo.Table {
	t.Helper()
	created, err := server.Table(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return created
}
