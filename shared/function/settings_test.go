package function_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/shared/event"
	"postern/shared/function"
)

func settings(values map[string]string) (function.Settings, error) {
	return function.ReadSettings(func(name string) (string, bool) { value, ok := values[name]; return value, ok })
}

func TestSettings(t *testing.T) {
	got, err := settings(map[string]string{
		"LAMBDA_TASK_ROOT": "/var/task", "POSTERN_REGISTRY_TABLE": "r", "POSTERN_STATE_TABLE": "memory", "POSTERN_KEY_FILE": "",
	})
	want := function.Settings{
		Definition: "/var/task/postern.json", Registry: "r", State: "memory", RegistryCache: 10 * time.Second, NegativeCache: 5 * time.Second,
		Service: "postern", Metrics: true,
		Events: event.Options{Client: "append"}, Authorizer: event.AuthorizerOptions{Enforce: true},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("defaults: %+v, %v, want %+v", got, err, want)
	}
	got, err = settings(map[string]string{
		"POSTERN_DEFINITION": "/d", "POSTERN_REGISTRY_TABLE": "r", "POSTERN_STATE_TABLE": "s", "POSTERN_KEY_FILE": "/k",
		"POSTERN_REGISTRY_CACHE": "0s", "POSTERN_NEGATIVE_CACHE": "1m", "POSTERN_DEFAULT_DIALECT": "toast",
		"POSTERN_ALB_CLIENT": "preserve", "POSTERN_TRUST_TLS_HEADERS": "true", "POSTERN_TRUST_MTLS_HEADERS": "true", "POSTERN_SERVICE": "shop", "POSTERN_METRICS": "none",
		"POSTERN_STREAM": "true", "POSTERN_AUTHORIZER": "annotate", "POSTERN_AUTHORIZER_MODE": "annotate",
		"POSTERN_AUTHORIZER_ANSWER": "policy", "POSTERN_AUTHORIZER_HOST": "h", "POSTERN_AUTHORIZER_HEADER": "x-token",
	})
	want = function.Settings{
		Definition: "/d", Registry: "r", State: "s", KeyFile: "/k", NegativeCache: time.Minute, DefaultDialect: "toast", Service: "shop",
		Events: event.Options{Client: "preserve", TrustTLS: true, TrustMTLS: true, Stream: true}, Annotated: true,
		Authorizer: event.AuthorizerOptions{Policy: true, Host: "h", Header: "x-token"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("all: %+v, %v, want %+v", got, err, want)
	}
}

// TestBadSettings: all that is wrong is named at once.
func TestBadSettings(t *testing.T) {
	_, err := settings(map[string]string{
		"POSTERN_REGISTRY_CACHE": "10", "POSTERN_NEGATIVE_CACHE": "-1s", "POSTERN_DEFAULT_DIALECT": "nhm",
		"POSTERN_ALB_CLIENT": "appended", "POSTERN_TRUST_TLS_HEADERS": "yes",
		"POSTERN_STREAM": "1", "POSTERN_AUTHORIZER": "enforce", "POSTERN_AUTHORIZER_MODE": "none", "POSTERN_AUTHORIZER_ANSWER": "iam",
	})
	if err == nil {
		t.Fatal("no error")
	}
	got := strings.Split(err.Error(), "\n")
	want := []string{
		"POSTERN_REGISTRY_TABLE is not set: name a table, or write memory",
		"POSTERN_STATE_TABLE is not set: name a table, or write memory",
		`POSTERN_REGISTRY_CACHE: "10" is no duration: write a number with its unit, like 500ms, 5s or 1m30s`,
		`POSTERN_NEGATIVE_CACHE: "-1s" is no duration: write a number with its unit, like 500ms, 5s or 1m30s`,
		`POSTERN_DEFAULT_DIALECT: "nhm": there is no such dialect; there are: nhn, toast, aliyun`,
		`POSTERN_ALB_CLIENT: "appended": write append, preserve or remove`,
		`POSTERN_TRUST_TLS_HEADERS: "yes": write false or true`,
		`POSTERN_STREAM: "1": write false or true`,
		`POSTERN_AUTHORIZER: "enforce": write none or annotate`,
		`POSTERN_AUTHORIZER_MODE: "none": write enforce or annotate`,
		`POSTERN_AUTHORIZER_ANSWER: "iam": write simple or policy`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
