//go:build dynamodb

package cli_test

import (
	"crypto/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/shared/aws/dynamo"
	"postern/shared/aws/dynamo/dynamotest"
	"postern/shared/aws/kms"
	"postern/shared/limit"
)

// TestTables does with tables what the other tests do with files.
func TestTables(t *testing.T) {
	server, err := dynamotest.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	awsEnvironment(t, "eu-west-1", server.Endpoint)
	table := func(t *testing.T) *keeper {
		t.Helper()
		name, key := rand.Text(), filepath.Join(t.TempDir(), "key")
		if _, err := server.Table(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		if err := kms.CreateFile(key); err != nil {
			t.Fatal(err)
		}
		return &keeper{t: t, store: []string{"--table", name, "--key-file", key}}
	}
	for name, scenario := range map[string]func(*testing.T, *keeper){
		"apply": applying, "refuse": refusing, "remove": removing, "keys": rotating, "switches": switching, "flags": flagging, "secrets": setting,
		"round trip": returning, "at once": changingAtOnce, "without a key": keyless,
	} {
		t.Run(name, func(t *testing.T) { scenario(t, table(t)) })
	}
	t.Run("quota", func(t *testing.T) { tableQuota(t, server) })
	t.Run("no table", func(t *testing.T) {
		for _, args := range [][]string{{"registry", "show", "--table", "none"}, {"quota", "show", "--state-table", "none"}, {"quota", "reset", "x", "--state-table", "none"}} {
			if code, _, err := run(t, "", args...); code != 1 || !strings.Contains(err, "there is no table none in this region and account") {
				t.Errorf("%v: exit %d, %s", args, code, err)
			}
		}
	})
}

// keyless: everything but secrets can be seen and changed without a key.
func keyless(t *testing.T, k *keeper) {
	k.store = k.store[:2]
	if _, err := k.do(1, partners, "registry", "apply", "-"); !strings.Contains(err, "--kms-key ARN, or --key-file FILE") {
		t.Errorf("apply says %s", err)
	}
	k.do(0, "version: 1\napps: [{name: lab}]\n", "registry", "apply", "-")
	k.do(0, "", "keys", "create", "lab")
	k.do(0, "", "registry", "show")
}

// tableQuota: counters of a table are seen and reset.
func tableQuota(t *testing.T, server *dynamotest.Server) {
	name := rand.Text()
	state, err := server.Table(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	counter := dynamo.NewCounter(state, dynamo.CounterOptions{Now: func() time.Time { return now }, Exact: true})
	day := limit.NewCalendar("daily", 5, limit.Day, nil)
	for i, owner := range []string{"app:members:shop", "key:members:shop:web", "app:members:get:lab"} {
		if _, err := counter.Charge(t.Context(), limit.Charge{ID: uint64(i + 1), Owner: owner, At: now, Units: 2, Windows: []limit.Window{day}}); err != nil {
			t.Fatal(err)
		}
	}
	owners := func(args ...string) (owners []string) {
		for _, u := range usage(t, append(args, "--state-table", name)...) {
			owners = append(owners, u.Owner)
			if u.Used != 2 || u.Unit != "day" || u.Limit != "daily" {
				t.Errorf("shown is %+v", u)
			}
		}
		return owners
	}
	if got := owners("--app", "shop"); !slices.Equal(got, []string{"app:members:shop", "key:members:shop:web"}) {
		t.Errorf("owners of shop: %v", got)
	}
	code, out, stderr := run(t, "", "quota", "reset", "--app", "shop", "--yes", "--state-table", name)
	if code != 0 || !strings.Contains(out, "reset app:members:shop\nreset key:members:shop:web\n") {
		t.Errorf("reset: exit %d, %s%s", code, out, stderr)
	}
	if got := owners(); !slices.Equal(got, []string{"app:members:get:lab"}) {
		t.Errorf("left are %v", got)
	}
}
