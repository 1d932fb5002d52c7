package urlfunction_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/shared/admin/urlfunction"
	"postern/shared/aws/kms"
)

// TestSettings: what is set up wrong is answered as a store that fails, and the log says what is wrong.
func TestSettings(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key")
	if err := kms.CreateFile(key); err != nil {
		t.Fatal(err)
	}
	calls := 0
	database := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}`))
	}))
	defer database.Close()
	for _, tt := range []struct {
		name  string
		env   map[string]string
		want  string // in the log; "": it works
		calls bool   // of the database
	}{
		{"nothing", nil, "POSTERN_REGISTRY_TABLE and POSTERN_STATE_TABLE: name a table each", false},
		{"no state table", map[string]string{"POSTERN_REGISTRY_TABLE": "r"}, "name a table each", false},
		{"no key file", map[string]string{"POSTERN_REGISTRY_TABLE": "r", "POSTERN_STATE_TABLE": "s", "POSTERN_KEY_FILE": "/nowhere"}, "POSTERN_KEY_FILE: there is no key file", false},
		{"tables", map[string]string{"POSTERN_REGISTRY_TABLE": "r", "POSTERN_STATE_TABLE": "s", "POSTERN_KEY_FILE": key}, "ResourceNotFoundException", true},
		{"tables and KMS", map[string]string{"POSTERN_REGISTRY_TABLE": "r", "POSTERN_STATE_TABLE": "s", "POSTERN_KMS_KEY": "alias/x"}, "ResourceNotFoundException", true},
		{"memory", map[string]string{"POSTERN_REGISTRY_TABLE": "memory", "POSTERN_STATE_TABLE": "memory"}, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := &bytes.Buffer{}
			env := map[string]string{
				"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL_DYNAMODB": database.URL,
				"AWS_LAMBDA_FUNCTION_NAME": "admin",
			}
			for name, value := range tt.env {
				env[name] = value
			}
			f := urlfunction.New(func(name string) (string, bool) { value, ok := env[name]; return value, ok }, log)
			for path, status := range map[string]int{"/v1/apps": 503, "/v1/quotas": 503} {
				calls = 0
				log.Reset()
				a := invoke(t, f, event(t, `"rawPath": "/v1/apps"`, `"rawPath": "`+path+`"`))
				if tt.want == "" {
					status = 200
				}
				if a.StatusCode != status || !strings.Contains(log.String(), tt.want) || !strings.Contains(log.String(), `"function_name":"admin"`) || (calls > 0) != tt.calls {
					t.Errorf("%s = %d %s, %d calls, log %s", path, a.StatusCode, a.Body, calls, log)
				}
			}
		})
	}
}

// TestDeadline: an answer leaves before Lambda's deadline.
func TestDeadline(t *testing.T) {
	over := make(chan struct{})
	hung := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer hung.Close()
	defer close(over)
	env := map[string]string{
		"POSTERN_REGISTRY_TABLE": "r", "POSTERN_STATE_TABLE": "s", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a",
		"AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL_DYNAMODB": hung.URL,
	}
	f := urlfunction.New(func(name string) (string, bool) { value, ok := env[name]; return value, ok }, &bytes.Buffer{})
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	out, err := f.Invoke(ctx, event(t))
	if err != nil || ctx.Err() != nil || !strings.Contains(string(out), "urn:postern:problem:store") {
		t.Errorf("Invoke = %s, %v; the deadline: %v", out, err, ctx.Err())
	}
}
