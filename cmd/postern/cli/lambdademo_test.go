//go:build unix

package cli_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/cmd/postern/demo"
	"postern/shared/dialect"
	"postern/shared/dialect/builtin"
	"postern/shared/gateway"
)

// bootstraps are the functions of postern, built for this machine.
func bootstraps(t *testing.T) (proxy, authorizer string) {
	t.Helper()
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "lambda.norpc,nethttpomithttp2", "-o", dir, "postern/functions/proxy", "postern/functions/authorizer").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return filepath.Join(dir, "proxy"), filepath.Join(dir, "authorizer")
}

// TestLambdaFunctions runs real functions.
func TestLambdaFunctions(t *testing.T) {
	proxy, authorizer := bootstraps(t)
	t.Run("demo", func(t *testing.T) { answersAsItSays(t, proxy, authorizer) })
	t.Run("enforce", func(t *testing.T) { enforces(t, proxy, authorizer) })
}

// answersAsItSays sends every call of the demo through every door, also with an authorizer before it. Each has functions of its
// own: what is counted is counted in them.
func answersAsItSays(t *testing.T, proxy, authorizer string) {
	dialects, err := builtin.Dialects()
	if err != nil {
		t.Fatal(err)
	}
	only := map[string][]string{
		"load balancer": {"--rest=", "--http=", "--url="},
		"REST API":      {"--alb=", "--http=", "--url="},
		"HTTP API":      {"--alb=", "--rest=", "--url="},
		"function URL":  {"--alb=", "--rest=", "--http="},
	}
	tests := []struct {
		door string
		more []string
	}{
		{"load balancer", nil},
		{"REST API", nil},
		{"REST API", []string{"--authorizer=" + authorizer}},
		{"HTTP API", nil},
		{"HTTP API", []string{"--authorizer=" + authorizer}},
		{"function URL", nil},
		{"function URL", []string{"--stream"}},
	}
	for _, tt := range tests {
		t.Run(strings.Join(append([]string{tt.door}, tt.more...), " "), func(t *testing.T) {
			f := startLambda(t, nil, append(append(only[tt.door], "--demo", "--proxy="+proxy), tt.more...)...)
			_, port, _ := net.SplitHostPort(f.at[tt.door])
			sections, err := demo.Sections(dialects, port, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range sections {
				for _, c := range d.Calls {
					if !strings.Contains(f.out.String(), c.Title) {
						t.Errorf("%q is not printed", c.Title)
					}
					if status, body := send(t, f.at[tt.door], c); status != c.Status || body != c.Answer {
						t.Errorf("%s: %s\ngot  %d %s\nwant %d %s\n%s", d.Dialect, c.Title, status, body, c.Status, c.Answer, f.err)
					}
				}
			}
		})
	}
}

// TestLambdaBuilds: in postern's source it takes one command.
func TestLambdaBuilds(t *testing.T) {
	f := startLambda(t, nil, "--demo", "--authorizer")
	for _, door := range doorNames() {
		if !strings.Contains(f.out.String(), "== "+door+", toast ==") {
			t.Errorf("nothing is to be pasted for the %s", door)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+f.at[door]+"/members/7", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "nhn.localhost"
		if status, body := do(t, r); status != 401 || !strings.Contains(body, "4011001") {
			t.Errorf("%s = %d %s", door, status, body)
		}
	}
}

func TestLambdaElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	code, _, stderr := run(t, "", "lambda", "--demo")
	want := "postern: there is no proxy to run: name a built one with --proxy, or run this in a folder of postern's source, with Go installed\n"
	if code != 1 || stderr != want {
		t.Errorf("exit %d %q, want 1 %q", code, stderr, want)
	}
}

const signed = `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    auth: [{hmac: {secret: "${secret:members}", skew: 1h}}]
    backend: {mock: {status: 200, body: "hello"}}
    routes: [{path: /, methods: [GET]}]
`

// enforces: what the authorizer refuses the REST API answers with the generated gateway responses, and what it lets pass the
// function checks again.
func enforces(t *testing.T, proxy, authorizer string) {
	dir := t.TempDir()
	for name, text := range map[string]string{"postern.yaml": signed, "registry.yaml": "version: 1\nsecrets: {members: a-secret-of-32-characters-or-so-x}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f := startLambda(t, nil, "--proxy="+proxy, "--authorizer="+authorizer, "--authorizer-mode=enforce", "--definition", filepath.Join(dir, "postern.yaml"),
		"--registry", filepath.Join(dir, "registry.yaml"), "--gateway-responses", "../../../infra/generated/gatewayresponses-nhn.json")
	for door, want := range map[string]string{
		"REST API":      `403 {"header":{"isSuccessful":false,"resultCode":4011001,"resultMessage":"Authorization is empty."}}`,
		"HTTP API":      `403 {"message":"Forbidden"}`,
		"load balancer": `401 {"header":{"isSuccessful":false,"resultCode":4011001,"resultMessage":"Authorization is empty."}}`,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+f.at[door]+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "h"
		status, body := do(t, r)
		if got := fmt.Sprint(status, " ", body); got != want {
			t.Errorf("%s = %s, want %s\n%s", door, got, want, f.err)
		}
		now := &gateway.Request{Method: http.MethodGet, Scheme: "http", Host: "h", Path: "/", Header: http.Header{}}
		if err := nhn(t).Sign(now, dialect.Signing{Secret: "a-secret-of-32-characters-or-so-x", At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		r.Header = now.Header
		if status, body := do(t, r); status != 200 || body != "hello" {
			t.Errorf("%s, signed = %d %s\n%s", door, status, body, f.err)
		}
	}
}

func nhn(t *testing.T) *dialect.Dialect {
	t.Helper()
	all, err := builtin.Dialects()
	if err != nil {
		t.Fatal(err)
	}
	return all[slices.IndexFunc(all, func(d *dialect.Dialect) bool { return d.Name == "nhn" && d.Profile == "" })]
}
