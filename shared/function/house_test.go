package function_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/shared/function"
	"postern/shared/limit"
	"postern/shared/memory"
)

// TestNothingToServe: the function starts, and answers as the default dialect does when the gateway fails.
func TestNothingToServe(t *testing.T) {
	toast := strings.Replace(members, "dialect: nhn", "dialect: toast", 1)
	tests := []struct {
		name  string
		given given
		body  string
		cause string
	}{
		{"no definition", given{}, nhnFailed, "no such file"},
		{"no definition, another dialect", given{env: map[string]string{"POSTERN_DEFAULT_DIALECT": "toast"}}, toastFails, "no such file"},
		{"no JSON", given{compiled: "version: 1"}, nhnFailed, "invalid character"},
		{"another version", given{compiled: `{"version":2,"definition":{}}`}, nhnFailed, "version 2 is not known"},
		{"no APIs", given{compiled: `{"version":1,"definition":{"version":1,"apis":[]}}`}, nhnFailed, "nothing is served"},
		{"an unset variable, in the definition's dialect", given{definition: toast, change: unset("STAGE")}, toastFails, "STAGE is not set"},
		{"the setting before the definition's dialect", given{
			definition: toast, env: map[string]string{"POSTERN_DEFAULT_DIALECT": "nhn"}, change: unset("STAGE"),
		}, nhnFailed, "STAGE is not set"},
		{"bad settings", given{definition: members, env: map[string]string{"POSTERN_STATE_TABLE": ""}}, nhnFailed, "POSTERN_STATE_TABLE is not set"},
		{"no such dialect in the definition", given{
			compiled: `{"version":1,"definition":{"version":1,"apis":[{"name":"a","hosts":[{"name":"h"}],"dialect":{"name":"nhm"},"routes":[]}]}}`,
		}, nhnFailed, `there is no dialect`},
		{"no such dialect", given{definition: members, env: map[string]string{"POSTERN_DEFAULT_DIALECT": "nhm"}}, nhnFailed, "POSTERN_DEFAULT_DIALECT"},
		{"no such key file", given{
			definition: members, env: map[string]string{"POSTERN_REGISTRY_TABLE": "r", "POSTERN_KEY_FILE": "/nowhere/key"},
		}, nhnFailed, "POSTERN_KEY_FILE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, tt.given)
			for range 3 {
				if a := b.invoke(t.Context(), get("/a")); a.Status != 500 || a.Body != tt.body {
					t.Errorf("answer %d %s, want 500 %s", a.Status, a.Body, tt.body)
				}
			}
			b.logged(1, "nothing is served", tt.cause)
		})
	}
}

func unset(name string) func(*function.Options) {
	return func(o *function.Options) {
		env := o.Env
		o.Env = func(asked string) (string, bool) {
			if asked == name {
				return "", false
			}
			return env(asked)
		}
	}
}

// logged wants one line, about times events.
func (b *bench) logged(times float64, texts ...string) {
	b.t.Helper()
	all := b.log.take(b.t)
	if len(all) != 1 || all[0]["times"] != times {
		b.t.Fatalf("%d lines, want 1 of %v times: %v", len(all), times, all)
	}
	for _, text := range texts {
		if !strings.Contains(fmt.Sprint(all[0]), text) {
			b.t.Errorf("the line lacks %q: %v", text, all[0])
		}
	}
}

func TestOneLineAMinute(t *testing.T) {
	for name, event := range map[string]string{"nothing to serve": get("/a"), "foreign events": "{}"} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, given{})
			b.invoke(t.Context(), event)
			b.logged(1)
			for range 40 {
				b.now.move(time.Second)
				b.invoke(t.Context(), event)
			}
			if all := b.log.take(t); len(all) > 0 {
				t.Errorf("%d lines within the minute, want none", len(all))
			}
			b.now.move(20 * time.Second)
			b.invoke(t.Context(), event)
			b.logged(41)
		})
	}
}

// vault is where a test keeps secrets.
type vault struct {
	mu     sync.Mutex
	values map[string]string
	down   error
	asked  int
	names  []string
}

func (v *vault) Secrets(_ context.Context, names []string) (map[string]string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked++
	v.names = names
	found := map[string]string{}
	for _, name := range names {
		if value, ok := v.values[name]; ok {
			found[name] = value
		}
	}
	return found, v.down
}

func (v *vault) set(down error, values map[string]string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.down, v.values = down, values
}

func (v *vault) count() int { v.mu.Lock(); defer v.mu.Unlock(); n := v.asked; v.asked = 0; return n }

const secretive = `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    backend: {mock: {status: 200, headers: {X-Stage: "${secret:stage}/${secret:other}/${secret:stage}"}}}
    routes: [{path: /a, methods: [GET], limits: {all: {per: api, quota: 1000/day}}}]
`

func newVaultBench(t *testing.T, v *vault, counter limit.Counter) *bench {
	t.Helper()
	return newBench(t, given{definition: secretive, change: func(o *function.Options) { o.Stores = stores(v.Secrets, counter) }})
}

func (b *bench) stage() string {
	b.t.Helper()
	a := b.invoke(b.t.Context(), get("/a"))
	if a.Status != 200 {
		return fmt.Sprint(a.Status)
	}
	return a.Headers["X-Stage"][0]
}

var errDown = errors.New("the registry is down")

func TestRegistryDownThenUp(t *testing.T) {
	v := &vault{down: errDown}
	b := newVaultBench(t, v, memory.NewCounter())
	if n := v.count(); n != 1 || !slices.Equal(v.names, []string{"stage", "other"}) {
		t.Errorf("asked %d times for %q at start, want once for both", n, v.names)
	}
	for range 10 {
		if got := b.stage(); got != "503" {
			t.Fatalf("answer %s while the registry is down, want 503", got)
		}
		b.now.move(200 * time.Millisecond)
	}
	if n := v.count(); n != 1 {
		t.Errorf("asked %d times in 1.8 s, want once a second", n)
	}
	b.logged(1, "nothing is served", errDown.Error())
	if a := b.invoke(t.Context(), health); a.Status != 503 {
		t.Errorf("health %d, want 503", a.Status)
	}

	v.set(nil, map[string]string{"stage": "s"})
	b.now.move(time.Second)
	if got := b.stage(); got != "500" {
		t.Errorf("answer %s without one of the secrets, want 500", got)
	}
	v.set(nil, map[string]string{"stage": "s", "other": "o"})
	b.now.move(time.Second)
	if got := b.stage(); got != "s/o/s" {
		t.Errorf("answer %s, want s/o/s: it heals by itself", got)
	}
	if a := b.invoke(t.Context(), health); a.Status != 200 {
		t.Errorf("health %d, want 200", a.Status)
	}
}

func TestSecretsChange(t *testing.T) {
	v := &vault{values: map[string]string{"stage": "s", "other": "o"}}
	b := newVaultBench(t, v, memory.NewCounter())
	v.set(nil, map[string]string{"stage": "s2", "other": "o"})
	b.now.move(29 * time.Second)
	if got := b.stage(); got != "s/o/s" || v.count() != 1 {
		t.Errorf("answer %s, want the first secret, for 30 s", got)
	}
	b.now.move(time.Second)
	if got := b.stage(); got != "s2/o/s2" || v.count() != 1 {
		t.Errorf("answer %s, want the second secret", got)
	}
	b.log.take(t)

	for _, broken := range []struct {
		down   error
		values map[string]string
		cause  string
	}{{errDown, nil, errDown.Error()}, {nil, map[string]string{"stage": "s3"}, "secret other is not in the registry"}} {
		v.set(broken.down, broken.values)
		b.now.move(time.Minute)
		for range 3 {
			if got := b.stage(); got != "s2/o/s2" {
				t.Errorf("answer %s, want the secrets that were known", got)
			}
		}
		if n := v.count(); n != 1 {
			t.Errorf("asked %d times, want once in 30 s", n)
		}
		all := b.log.take(t)
		i := slices.IndexFunc(all, func(line map[string]any) bool { return line["message"] == "the gateway stays as it is" })
		if i < 0 || !strings.Contains(fmt.Sprint(all[i]["cause"]), broken.cause) {
			t.Errorf("the log lacks %q: %v", broken.cause, all)
		}
	}
	v.set(nil, map[string]string{"stage": "s4", "other": "o"})
	b.now.move(time.Minute)
	if got := b.stage(); got != "s4/o/s4" {
		t.Errorf("answer %s, want the last secret", got)
	}
}

// held is a counter at which an exchange waits.
type held struct {
	limit.Counter
	entered, go_ chan struct{}
}

func (h *held) Charge(ctx context.Context, c limit.Charge) (limit.Outcome, error) {
	h.entered <- struct{}{}
	<-h.go_
	return h.Counter.Charge(ctx, c)
}

func TestRunningExchangeKeepsItsSecrets(t *testing.T) {
	v := &vault{values: map[string]string{"stage": "s", "other": "o"}}
	h := &held{memory.NewCounter(), make(chan struct{}), make(chan struct{})}
	b := newVaultBench(t, v, h)
	answers := make(chan string, 2)
	go func() { answers <- b.stage() }()
	<-h.entered
	v.set(nil, map[string]string{"stage": "s2", "other": "o"})
	b.now.move(time.Minute)
	go func() { answers <- b.stage() }()
	<-h.entered
	close(h.go_)
	got := []string{<-answers, <-answers}
	slices.Sort(got)
	if !slices.Equal(got, []string{"s/o/s", "s2/o/s2"}) {
		t.Errorf("answers %q, want one of each secret", got)
	}
}

func TestManyAtOnce(t *testing.T) {
	v := &vault{values: map[string]string{"stage": "s", "other": "o"}}
	b := newVaultBench(t, v, memory.NewCounter())
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 50 {
				if got := b.stage(); got != "s/o/s" && got != "s2/o/s2" {
					t.Errorf("answer %s", got)
				}
				b.now.move(time.Second)
				if i == 0 {
					v.set(nil, map[string]string{"stage": "s2", "other": "o"})
				}
			}
		})
	}
	all.Wait()
}

func TestDefectsAreLoggedOnce(t *testing.T) {
	broken := strings.Replace(members, "dialect: nhn", "dialect: toast\n    rewrite: {pattern: \"(\", to: /x}", 1)
	b := newBench(t, given{definition: broken})
	b.invoke(t.Context(), get("/a"))
	all := b.log.take(t)
	if len(all) != 2 || all[0]["level"] != "WARN" || !strings.Contains(fmt.Sprint(all[0]["cause"]), "rewrite") {
		t.Errorf("logged %v", all)
	}
}
