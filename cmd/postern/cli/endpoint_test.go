package cli_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"postern/shared/admin/urlfunction"
	"postern/shared/admin/urlfunction/urltest"
)

// function is the admin function with these variables, behind its URL.
func function(t *testing.T, log io.Writer, variables map[string]string) *httptest.Server {
	t.Helper()
	f := urlfunction.New(func(name string) (string, bool) { value, ok := variables[name]; return value, ok }, log)
	server := urltest.URL{AccessKey: "local", Secret: plantedSecret, Invoke: f.Invoke}.Start()
	t.Cleanup(server.Close)
	return server
}

// logged keeps what a function logs, and hands it to a keeper, whom it must not tell a secret.
type logged struct {
	mu sync.Mutex
	strings.Builder
}

func (l *logged) Write(data []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Builder.Write(data)
}

// endpointKeeper has an empty registry behind an admin API.
func endpointKeeper(t *testing.T) *keeper {
	t.Helper()
	awsEnvironment(t, "eu-west-1", "")
	log := &logged{}
	server := function(t, log, map[string]string{"POSTERN_REGISTRY_TABLE": "memory", "POSTERN_STATE_TABLE": "memory"})
	k := &keeper{t: t, store: []string{"--endpoint", server.URL}}
	t.Cleanup(func() {
		k.printed.WriteString(log.String())
		k.silent()
	})
	return k
}

// TestEndpoint does with an admin API what the other tests do with files.
func TestEndpoint(t *testing.T) {
	for name, scenario := range map[string]func(*testing.T, *keeper){
		"apply": applying, "refuse": refusing, "remove": removing, "keys": rotating, "switches": switching, "flags": flagging, "secrets": setting,
		"round trip": returning, "at once": changingAtOnce,
	} {
		t.Run(name, func(t *testing.T) { scenario(t, endpointKeeper(t)) })
	}
}

// TestEndpointFlags: what is no URL of a function, and too many stores.
func TestEndpointFlags(t *testing.T) {
	awsEnvironment(t, "eu-west-1", "")
	for _, tt := range []struct {
		args []string
		err  string
	}{
		{[]string{"registry", "show", "--endpoint", "x.lambda-url.eu-west-1.on.aws"}, "is no URL of a function"},
		{[]string{"registry", "show", "--endpoint", "https://h/path"}, "is no URL of a function"},
		{[]string{"registry", "show", "--endpoint", "https://u:p@h"}, "is no URL of a function"},
		{[]string{"registry", "show", "--endpoint", "http://h.example"}, "is not encrypted"},
		{[]string{"registry", "show", "--endpoint", "https://h", "--table", "t"}, "several registries"},
		{[]string{"registry", "show", "--endpoint", "https://h", "--registry", "f"}, "several registries"},
		{[]string{"registry", "show", "--endpoint", "https://h", "--key-file", "f"}, "name it with --table"},
		{[]string{"quota", "show", "--endpoint", "https://h", "--state-table", "t"}, "several counters"},
		{[]string{"quota", "show", "--endpoint", "https://h", "--admin", "h:1"}, "several counters"},
	} {
		if code, out, err := run(t, "", tt.args...); code != 2 || out != "" || !strings.Contains(err, tt.err) {
			t.Errorf("%v: exit %d, %q %q; want 2 and %q", tt.args, code, out, err, tt.err)
		}
	}
}

// TestEndpointFailures: each says what to do.
func TestEndpointFailures(t *testing.T) {
	awsEnvironment(t, "eu-west-1", "")
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	odd := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }))
	defer odd.Close()
	unset := function(t, io.Discard, nil)
	for _, tt := range []struct{ url, want string }{
		{gone.URL, "does not answer"},
		{other.URL, "does not answer as postern's admin API does: 404"},
		{odd.URL, "does not answer as postern's admin API does"},
		{unset.URL, "the store does not answer"},
	} {
		for _, args := range [][]string{{"registry", "show"}, {"keys", "create", "a"}, {"quota", "show"}} {
			if code, out, err := run(t, "", append(args, "--endpoint", tt.url)...); code != 1 || out != "" || !strings.Contains(err, tt.want) {
				t.Errorf("%v of %s: exit %d, %q %q, want %q", args, tt.url, code, out, err, tt.want)
			}
		}
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", plantedOther)
	k := endpointKeeperFor(t, unset.URL)
	if _, err := k.do(1, "", "registry", "show"); !strings.Contains(err, "refuses these credentials: allow lambda:InvokeFunctionUrl") {
		t.Errorf("with another secret: %s", err)
	}
}

func endpointKeeperFor(t *testing.T, url string) *keeper {
	return &keeper{t: t, store: []string{"--endpoint", url}}
}

// TestEndpointLostAnswers: a change whose answer was lost is sent again, and done once.
func TestEndpointLostAnswers(t *testing.T) {
	awsEnvironment(t, "eu-west-1", "")
	f := urlfunction.New(func(name string) (string, bool) { return "memory", strings.HasSuffix(name, "_TABLE") }, io.Discard)
	var changes atomic.Int32
	server := urltest.URL{AccessKey: "local", Secret: plantedSecret, Invoke: func(ctx context.Context, event []byte) ([]byte, error) {
		answer, err := f.Invoke(ctx, event)
		if strings.Contains(string(event), `"method":"PUT"`) && changes.Add(1) == 1 {
			return nil, io.ErrUnexpectedEOF // the URL answers 502
		}
		return answer, err
	}}.Start()
	defer server.Close()
	k := endpointKeeperFor(t, server.URL)
	k.says(0, partners, partnersAdded, "registry", "apply", "-")
	if changes.Load() != 2 {
		t.Errorf("the change was sent %d times, want twice", changes.Load())
	}
	changes.Store(0)
	k.do(0, "", "keys", "create", "lab")
	if lab := k.app("lab"); len(lab.Keys) != 1 || changes.Load() != 2 {
		t.Errorf("after a lost answer lab is %+v, the change was sent %d times", lab, changes.Load())
	}
}

// TestEndpointQuota: counters are asked for in pages, and reset.
func TestEndpointQuota(t *testing.T) {
	k := endpointKeeper(t)
	k.says(0, "", "nothing was used of any window that is not over\n", "quota", "show", "--app", "shop")
	k.says(0, "", "nothing to reset: app:a:b\n", "quota", "reset", "app:a:b")
}
