//go:build unix

package cli_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/cmd/postern/cli"
)

// functions is a running `postern lambda`, and where its doors are.
type functions struct {
	*process
	at map[string]string // by the door's name
}

func startLambda(t *testing.T, env map[string]string, args ...string) *functions {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	f := &functions{process: &process{out: &buffer{}, err: &buffer{}}, at: map[string]string{}}
	done := make(chan int, 1)
	args = append([]string{"lambda", "--alb=127.0.0.1:0", "--rest=127.0.0.1:0", "--http=127.0.0.1:0", "--url=127.0.0.1:0"}, args...)
	go func() {
		done <- cli.Run(ctx, args, cli.World{
			In: strings.NewReader(""), Out: f.out, Err: f.err,
			Env: func(name string) (string, bool) { value, ok := env[name]; return value, ok },
		})
	}()
	f.stop = sync.OnceValue(func() int { cancel(); return <-done })
	t.Cleanup(func() { f.stop() })
	f.await(t, done)
	for _, m := range regexp.MustCompile(`(?m)^  (.*\S) +http://(\S+)$`).FindAllStringSubmatch(f.out.String(), -1) {
		f.at[m[1]] = m[2]
	}
	return f
}

// await waits until the doors are open: with functions to build that takes a while.
func (f *functions) await(t *testing.T, done <-chan int) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); !strings.Contains(f.out.String(), "postern lambda runs"); time.Sleep(5 * time.Millisecond) {
		select {
		case code := <-done:
			f.stop = func() int { return code }
			t.Fatalf("exit %d\n%s", code, f.err)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain\n%s", f.err)
		}
	}
}

// ask sends a request with one header to a door.
func (f *functions) ask(t *testing.T, door, path, name, value string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+f.at[door]+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header[name] = []string{value}
	return do(t, r)
}

func doorNames() []string { return []string{"load balancer", "REST API", "HTTP API", "function URL"} }

// definition is a file that needs an environment variable.
func definition(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "postern.yaml")
	if err := os.WriteFile(name, []byte(strings.Replace(mock, `"%"`, `"${env:BODY}"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestLambdaDoors calls every door of a function that does as it is told.
func TestLambdaDoors(t *testing.T) {
	bootstrap := fake(t)
	env := map[string]string{"BODY": "hello", "OTHER": "secret", "POSTERN_DEFAULT_DIALECT": "nhn"}
	f := startLambda(t, env, "--definition", definition(t), "--proxy", bootstrap, "--concurrency", "1", "--stream=false")
	crashes := map[string]string{
		"load balancer": "<center><h1>502 Bad Gateway</h1></center>", "REST API": `{"message":"Internal server error"}`,
		"HTTP API": `{"message":"Internal Server Error"}`, "function URL": "Internal Server Error",
	}
	throttled := map[string]string{
		"load balancer": "<center><h1>502 Bad Gateway</h1></center>", "REST API": `{"message":"Internal server error"}`,
		"HTTP API": `{"message":"Service Unavailable"}`, "function URL": `"message":"Rate Exceeded."`,
	}
	for _, door := range doorNames() {
		for name, want := range map[string]string{
			"BODY": "hello", "OTHER": "", "POSTERN_DEFAULT_DIALECT": "nhn", "POSTERN_STATE_TABLE": "memory", "POSTERN_REGISTRY_TABLE": "registry",
			"POSTERN_STREAM": "", "AWS_LAMBDA_FUNCTION_NAME": "proxy",
		} {
			if status, body := f.ask(t, door, "/env", "x-name", name); status != 200 || body != want {
				t.Errorf("%s: %s = %d %q, want %q", door, name, status, body, want)
			}
		}
		if _, body := f.ask(t, door, "/crash", "A", "b"); !strings.Contains(body, crashes[door]) {
			t.Errorf("%s: after a crash %s", door, body)
		}
		if status, _ := f.ask(t, door, "/", "A", "b"); status != 200 {
			t.Errorf("%s: status %d after a crash", door, status)
		}
	}
	f.whileBusy(t, func() {
		for _, door := range doorNames() {
			if _, body := f.ask(t, door, "/", "A", "b"); !strings.Contains(body, throttled[door]) {
				t.Errorf("%s: throttled: %s", door, body)
			}
		}
	})
	if code := f.stop(); code != 0 {
		t.Errorf("exit %d after it was stopped:\n%s", code, f.err)
	}
}

// whileBusy keeps one process of the function waiting.
func (f *functions) whileBusy(t *testing.T, act func()) {
	t.Helper()
	asked, release := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(asked); <-release }))
	defer server.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		r, _ := http.NewRequest(http.MethodGet, "http://"+f.at["function URL"]+"/call", nil)
		r.Header["x-url"] = []string{server.URL}
		if a, err := http.DefaultTransport.RoundTrip(r); err == nil {
			_, _ = io.Copy(io.Discard, a.Body)
			_ = a.Body.Close()
		}
	}()
	<-asked
	act()
	close(release)
	<-done
}

// TestLambdaTables: with tables of DynamoDB, functions are told of those.
func TestLambdaTables(t *testing.T) {
	env := map[string]string{"BODY": "x", "POSTERN_REGISTRY_TABLE": "r", "POSTERN_STATE_TABLE": "s", "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:1", "AWS_REGION": "eu-west-1"}
	f := startLambda(t, env, "--definition", definition(t), "--proxy", fake(t))
	env["POSTERN_KEY_FILE"] = ""
	for name, want := range env {
		if _, body := f.ask(t, "function URL", "/env", "x-name", name); body != want {
			t.Errorf("%s is %q, want %q", name, body, want)
		}
	}
}

// TestLambdaStops without waiting for a request that is under way.
func TestLambdaStops(t *testing.T) {
	f := startLambda(t, map[string]string{"BODY": "x"}, "--definition", definition(t), "--proxy", fake(t))
	f.whileBusy(t, func() {
		if code := f.stop(); code != 0 {
			t.Errorf("exit %d:\n%s", code, f.err)
		}
	})
}

// TestLambdaAuthorizer: it stands in front of two doors, and of those alone.
func TestLambdaAuthorizer(t *testing.T) {
	bootstrap := fake(t)
	responses := filepath.Join(t.TempDir(), "responses.json")
	if err := os.WriteFile(responses, []byte(`{"ACCESS_DENIED":{"StatusCode":499,"ResponseTemplates":{"text/plain":"$context.authorizer.mode"}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	f := startLambda(t, map[string]string{"BODY": "x"}, "--definition", definition(t), "--proxy", bootstrap, "--authorizer="+bootstrap,
		"--authorizer-mode=enforce", "--gateway-responses", responses, "--http-authorizer=2.0", "--identity=header.x-allow")
	for door, want := range map[string]string{"REST API": "499 enforce", "HTTP API": `403 {"message":"Forbidden"}`, "load balancer": "200 ", "function URL": "200 "} {
		status, body := f.ask(t, door, "/", "x-allow", "no")
		if got := fmt.Sprint(status, " ", body); got != want {
			t.Errorf("%s = %s, want %s", door, got, want)
		}
		status, body = f.ask(t, door, "/context", "x-allow", "yes")
		if asked := strings.Contains(body, `"mode":"enforce"`); status != 200 || asked != strings.HasSuffix(door, "API") {
			t.Errorf("%s = %d %s", door, status, body)
		}
	}
}

func TestLambdaRefuses(t *testing.T) {
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	bootstrap := fake(t)
	tests := []struct {
		args []string
		env  map[string]string
		code int
		says string
	}{
		{args: []string{"--concurrency=0"}, code: 2, says: "more than nothing"},
		{args: []string{"--definition=/nowhere/postern.yaml"}, code: 2, says: "there is no definition"},
		{args: []string{"--proxy=/nowhere"}, code: 1, says: "--proxy: stat /nowhere"},
		{args: []string{"--proxy=" + text}, code: 2, says: "it is no program"},
		{args: []string{"--alb=", "--rest=", "--http=", "--url="}, code: 2, says: "every door is closed"},
		{args: []string{"--alb=" + taken.Addr().String()}, code: 1, says: "with --alb"},
		{args: []string{"--authorizer=" + bootstrap, "--authorizer-mode=x"}, code: 2, says: "write annotate or enforce"},
		{args: []string{"--authorizer-mode=enforce"}, code: 2, says: "add --authorizer"},
		{args: []string{"--authorizer=" + bootstrap, "--rest-authorizer=2.0"}, code: 2, says: "write TOKEN, REQUEST"},
		{args: []string{"--authorizer=" + bootstrap, "--http-authorizer=TOKEN"}, code: 2, says: "write 1.0, 2.0, simple"},
		{args: []string{"--authorizer=" + bootstrap, "--authorizer-ttl=1m"}, code: 2, says: "name its sources"},
		{args: []string{"--gateway-responses=/nowhere"}, code: 1, says: "--gateway-responses"},
		{args: []string{"--gateway-responses=" + text}, code: 2, says: "gateway responses"},
		{env: map[string]string{"POSTERN_STATE_TABLE": "state"}, code: 2, says: "go together"},
	}
	for _, tt := range tests {
		t.Run(tt.says, func(t *testing.T) {
			args := []string{"lambda", "--alb=127.0.0.1:0", "--rest=127.0.0.1:0", "--http=127.0.0.1:0", "--url=127.0.0.1:0", "--proxy=" + bootstrap}
			if !strings.Contains(tt.says, "no definition") {
				args = append(args, "--definition="+definition(t))
			}
			var out, stderr buffer
			env := map[string]string{"BODY": "x"}
			for name, value := range tt.env {
				env[name] = value
			}
			code := cli.Run(t.Context(), append(args, tt.args...), cli.World{
				In: strings.NewReader(""), Out: &out, Err: &stderr,
				Env: func(name string) (string, bool) { value, ok := env[name]; return value, ok },
			})
			if code != tt.code || !strings.Contains(stderr.String(), tt.says) || out.String() != "" {
				t.Errorf("exit %d %q, want %d and %q", code, stderr.String(), tt.code, tt.says)
			}
		})
	}
}
