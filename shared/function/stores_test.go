package function_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"postern/shared/aws/kms"
	"postern/shared/config"
	"postern/shared/function"
	"postern/shared/limit"
	"postern/shared/memory"
)

// broken stands for DynamoDB: it keeps what is asked of it, and cannot serve.
type broken struct {
	*httptest.Server
	mu    sync.Mutex
	calls []string
}

func newBroken(t *testing.T) *broken {
	t.Helper()
	b := &broken{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		b.mu.Lock()
		b.calls = append(b.calls, strings.TrimPrefix(q.Header.Get("X-Amz-Target"), "DynamoDB_20120810."))
		b.mu.Unlock()
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}`))
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *broken) take() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	calls := slices.Compact(b.calls)
	b.calls = nil
	return calls
}

// TestTables: what the settings name is where callers are looked up and requests are counted.
func TestTables(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := kms.CreateFile(key); err != nil {
		t.Fatal(err)
	}
	keyed := strings.Replace(members, "    backend:", "    auth: [api-key]\n    backend:", 1)
	for _, tt := range []struct {
		name, definition, registry, state, keyFile string
		opening, asking                            bool // whether the database is called: at start, by a request
		status                                     int
	}{
		{name: "both in memory", definition: keyed, registry: "memory", state: "memory", status: 403},
		{name: "the registry in a table", definition: keyed, registry: "r", state: "memory", asking: true, status: 503},
		{name: "the registry, with a key file", definition: keyed, registry: "r", state: "memory", keyFile: key, asking: true, status: 503},
		{name: "the state in a table", definition: members, registry: "memory", state: "s", asking: true, status: 503},
		{name: "a secret", definition: secretive, registry: "r", state: "memory", opening: true, status: 503},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := newBroken(t)
			b := newBench(t, given{definition: tt.definition, env: map[string]string{
				"POSTERN_REGISTRY_TABLE": tt.registry, "POSTERN_STATE_TABLE": tt.state, "POSTERN_KEY_FILE": tt.keyFile,
				"AWS_ENDPOINT_URL_DYNAMODB": db.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s",
			}})
			if calls := db.take(); (len(calls) > 0) != tt.opening {
				t.Errorf("at start the database was called: %v, want %v", calls, tt.opening)
			}
			event := strings.Replace(get("/a"), `"host":["h"]`, `"host":["h"],"x-nhn-apikey":["k"]`, 1)
			if a := b.invoke(t.Context(), event); a.Status != tt.status {
				t.Errorf("answer %d %s, want %d", a.Status, a.Body, tt.status)
			}
			if calls := db.take(); (len(calls) > 0) != tt.asking {
				t.Errorf("by the request the database was called: %v, want %v", calls, tt.asking)
			}
		})
	}
}

// leaser is a counter with something to give back.
type leaser struct {
	limit.Counter
	close func(context.Context) error
}

func (l leaser) Close(ctx context.Context) error { return l.close(ctx) }

func TestClose(t *testing.T) {
	for _, tt := range []struct {
		name  string
		close func(context.Context) error
		took  time.Duration
		says  string
	}{
		{name: "at once", close: func(context.Context) error { return nil }},
		{name: "an error", close: func(context.Context) error { return errDown }, says: errDown.Error()},
		{name: "a panic", close: func(context.Context) error { panic("close") }, says: "panic: close"},
		{name: "slow", close: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, took: 250 * time.Millisecond, says: "deadline"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, given{definition: members, change: func(o *function.Options) {
					o.Stores = stores(nil, leaser{memory.NewCounter(), tt.close})
				}})
				start := time.Now()
				b.Close()
				if took := time.Since(start); took != tt.took {
					t.Errorf("Close took %v, want %v", took, tt.took)
				}
				all := b.log.take(t)
				if tt.says == "" && len(all) > 0 || tt.says != "" && (len(all) != 1 || !strings.Contains(all[0]["cause"].(string), tt.says)) {
					t.Errorf("logged %v, want %q", all, tt.says)
				}
			})
		})
	}
	newBench(t, given{definition: members}).Close() // nothing to give back
	newBench(t, given{}).Close()
}

// TestOpenSaysWhatIsWrong with a key file.
func TestOpenSaysWhatIsWrong(t *testing.T) {
	unset := func(string) (string, bool) { return "", false }
	_, err := function.Open(&config.Definition{}, function.Settings{Registry: "r", State: "s", KeyFile: "/nowhere/key"}, function.Options{Env: unset})
	if err == nil || !strings.HasPrefix(err.Error(), "POSTERN_KEY_FILE: ") {
		t.Errorf("Open = %v, want what is wrong with the key file", err)
	}
}
