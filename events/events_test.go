// Package events_test proves that the saved events are what the doors send, and that the example answers them as the files in
// expected/ say: here in the process, with stores in memory. e2e/sam does the same with the built functions.
package events_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/cmd/postern/cli"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/event"
	"postern/shared/function"
	"postern/shared/memory"
)

const example = "../infra/example/"

// answer is what a door reads. Headers of an expected one are those that must be there.
type answer struct {
	StatusCode        int                 `json:"statusCode"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Headers           map[string]string   `json:"headers"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

func TestEvents(t *testing.T) {
	compiled := compile(t)
	files := names(t, "*.json")
	if !slices.Equal(files, names(t, "expected/*.json")) || len(files) == 0 {
		t.Fatal("events/ and events/expected/ do not have the same files")
	}
	for _, name := range files {
		t.Run(name, func(t *testing.T) {
			f := newFunction(t, compiled)
			invoke := f.Invoke
			if door(name) == "authorizer" {
				invoke = function.Authorizer{Function: f}.Invoke
			}
			for i, want := range expected(t, name) {
				data, err := invoke(context.Background(), read(t, name))
				if err != nil {
					t.Fatal(err)
				}
				if door(name) == "authorizer" {
					equal(t, data, want)
					continue
				}
				got, wanted := decode(t, data), decode(t, want)
				if compare(t, got, wanted); t.Failed() {
					t.Fatalf("answer %d", i+1)
				}
			}
		})
	}
}

// door is who sends an event, and whom: the authorizer asks for a door.
func door(name string) string {
	first, _, _ := strings.Cut(name, "-")
	if slices.Contains([]string{"rest", "http", "url", "authorizer"}, first) {
		return first
	}
	return "alb"
}

func decode(t *testing.T, data []byte) (a answer) {
	t.Helper()
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return a
}

// equal compares what an authorizer says.
func equal(t *testing.T, got, want []byte) {
	t.Helper()
	var g, w any
	if err := errors.Join(json.Unmarshal(got, &g), json.Unmarshal(want, &w)); err != nil || !reflect.DeepEqual(g, w) {
		t.Errorf("got %s, want %s (%v)", got, want, err)
	}
}

func compare(t *testing.T, got, want answer) {
	t.Helper()
	if got.StatusCode != want.StatusCode || got.Body != want.Body || got.IsBase64Encoded != want.IsBase64Encoded {
		t.Errorf("got %d %q (base64: %v), want %d %q", got.StatusCode, got.Body, got.IsBase64Encoded, want.StatusCode, want.Body)
	}
	for name, value := range want.MultiValueHeaders {
		if !slices.Equal(got.MultiValueHeaders[name], value) {
			t.Errorf("%s is %q, want %q", name, got.MultiValueHeaders[name], value)
		}
	}
	for name, value := range want.Headers {
		if got.Headers[name] != value {
			t.Errorf("%s is %q, want %q", name, got.Headers[name], value)
		}
	}
}

// TestForm keeps the events of load balancers to what they send: one of the two forms, and members that they know.
func TestForm(t *testing.T) {
	for _, name := range names(t, "*.json") {
		if door(name) != "alb" {
			continue
		}
		d := json.NewDecoder(bytes.NewReader(read(t, name)))
		d.DisallowUnknownFields()
		var e struct {
			RequestContext struct {
				ELB struct {
					TargetGroupArn string `json:"targetGroupArn"`
				} `json:"elb"`
			} `json:"requestContext"`
			HTTPMethod                      string              `json:"httpMethod"`
			Path                            string              `json:"path"`
			QueryStringParameters           map[string]string   `json:"queryStringParameters"`
			MultiValueQueryStringParameters map[string][]string `json:"multiValueQueryStringParameters"`
			Headers                         map[string]string   `json:"headers"`
			MultiValueHeaders               map[string][]string `json:"multiValueHeaders"`
			Body                            string              `json:"body"`
			IsBase64Encoded                 bool                `json:"isBase64Encoded"`
		}
		if err := d.Decode(&e); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if single := e.Headers != nil; single == (e.MultiValueHeaders != nil) || single != (e.QueryStringParameters != nil) {
			t.Errorf("%s mixes the two forms of events", name)
		}
	}
}

// TestDoors: each event is taken for one of the door that its file is named after.
func TestDoors(t *testing.T) {
	for _, name := range names(t, "*.json") {
		want := door(name)
		if want == "authorizer" {
			e, err := event.ReadAuthorizer(read(t, name), time.Now(), event.AuthorizerOptions{})
			if err != nil || !strings.HasPrefix(name, "authorizer-"+e.Request.Door.Name+"-") {
				t.Errorf("%s is read as %+v (%v)", name, e, err)
			}
			continue
		}
		e, err := event.Read(read(t, name), time.Now(), event.Options{})
		if err != nil || e.Request.Door.Name != want {
			t.Errorf("%s is read as %+v (%v)", name, e, err)
		}
	}
}

func names(t *testing.T, pattern string) (all []string) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		all = append(all, filepath.Base(path))
	}
	return all
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// expected are the answers to an event that is sent so many times.
func expected(t *testing.T, name string) (all []json.RawMessage) {
	t.Helper()
	data := read(t, filepath.Join("expected", name))
	if data[0] != '[' {
		data = slices.Concat([]byte("["), data, []byte("]"))
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// compile does what the build of the function does.
func compile(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "postern.json")
	var problems bytes.Buffer
	w := cli.World{In: &bytes.Buffer{}, Out: io.Discard, Err: &problems, Env: os.LookupEnv}
	if code := cli.Run(context.Background(), []string{"compile", "-o", path, example + "postern.yaml"}, w); code != 0 {
		t.Fatalf("postern compile exits with %d: %s", code, &problems)
	}
	return path
}

// newFunction is the proxy function with nothing counted yet.
func newFunction(t *testing.T, compiled string) *function.Function {
	t.Helper()
	registry, source, problems := yaml.LoadRegistry("registry.yaml", read(t, example+"registry.yaml"))
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	callers := memory.NewRegistry()
	if err := callers.Apply(registry); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"POSTERN_DEFINITION": compiled, "POSTERN_REGISTRY_TABLE": "memory", "POSTERN_STATE_TABLE": "memory"}
	return function.New(context.Background(), function.Options{
		Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
		Log: io.Discard,
		Stores: func(*config.Definition, function.Settings, function.Options) (function.Stores, error) {
			return function.Stores{
				Keys: callers, Plans: callers, Secrets: callers.Secrets, Counter: memory.NewCounter(), Breaker: &memory.Breaker{},
			}, nil
		},
	})
}
