package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"postern/cmd/postern/cli"
)

// buffer is written by a command and read by its test.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) { b.mu.Lock(); defer b.mu.Unlock(); return b.b.Write(p) }

func (b *buffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.b.String() }

func run(t *testing.T, stdin string, args ...string) (code int, out, err string) {
	t.Helper()
	var stdout, stderr buffer
	env := func(name string) (string, bool) { return "test", name == "SECRET" }
	code = cli.Run(context.Background(), args, cli.World{In: strings.NewReader(stdin), Out: &stdout, Err: &stderr, Env: env})
	return code, stdout.String(), stderr.String()
}

func TestUsage(t *testing.T) {
	tests := []struct {
		args []string
		code int
		err  string
	}{
		{[]string{"srve"}, 2, "postern: there is no command \"srve\"; did you mean serve?\nSee postern --help.\n"},
		{[]string{"version", "x"}, 2, "postern: postern version takes no arguments, not [\"x\"]\nSee postern --help.\n"},
		{[]string{"serve", "--prot", "80"}, 2, "postern: unknown flag: --prot\nSee postern --help.\n"},
		{[]string{"serve", "--definition", "/nowhere/postern.yaml"}, 1, "postern: there is no definition /nowhere/postern.yaml: write one with postern init, or name it with --definition\n"},
		{[]string{"rows", "huawai"}, 2, "postern: there is no dialect \"huawai\"; there are: nhn, toast, aliyun\nSee postern --help.\n"},
		{[]string{"sign", "GET"}, 2, "postern: postern sign takes a method and a URL, not [\"GET\"]\nSee postern --help.\n"},
		{[]string{"sign", "GET", "http://h/"}, 2, "postern: --dialect is missing; there are: nhn, toast, aliyun\nSee postern --help.\n"},
		{[]string{"sign", "--dialect", "nhn", "GET", "h/"}, 2, "postern: \"h/\" is no URL: write http://HOST/PATH or https://HOST/PATH\nSee postern --help.\n"},
		{[]string{"sign", "--dialect", "nhn", "GET", "http://h/"}, 2, "postern: nothing to sign with: name a --secret-env, --api-key-env or --token-env, or a file\nSee postern --help.\n"},
		{[]string{"sign", "--dialect", "nhn", "--secret-env", "UNSET", "GET", "http://h/"}, 1, "postern: the environment variable UNSET is not set\n"},
		{[]string{"sign", "--dialect", "nhn", "--secret-env", "SECRET", "--at", "noon", "GET", "http://h/"}, 2, "postern: --at \"noon\": write a time like 2024-05-01T09:00:00+09:00\nSee postern --help.\n"},
		{[]string{"sign", "--dialect", "nhn", "--secret-env", "SECRET", "-o", "xml", "GET", "http://h/"}, 2, "postern: --output \"xml\": choose curl, raw or headers\nSee postern --help.\n"},
		{[]string{"validate", "/nowhere/postern.yaml"}, 2, "postern: there is no definition /nowhere/postern.yaml: write one with postern init, or name it with --definition\nSee postern --help.\n"},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.args, " "), func(t *testing.T) {
			code, out, err := run(t, "", tt.args...)
			if code != tt.code || err != tt.err || out != "" {
				t.Errorf("exit %d, want %d\n got %q\nwant %q\nstdout %q", code, tt.code, err, tt.err, out)
			}
		})
	}
}

// The vectors of all dialects, as their clients make them (shared/dialect tests name the sources).
func TestSign(t *testing.T) {
	tests := []struct {
		name, stdin string
		args        []string
		want        string
	}{
		{
			name: "raw, secret from the environment", args: []string{
				"sign", "--dialect", "toast", "--secret-env", "SECRET", "-o", "raw", "--at", "2016-07-23T12:20:02+09:00", "GET", "http://h/test/1?query1=1&query2=2",
			},
			want: "GET /test/1?query1=1&query2=2 HTTP/1.1\r\nHost: h\r\nAuthorization: IqY8u/RZY8IMESwa/TPW9P9Z39Y=\r\nX-Tc-Timestamp: 2016-07-23T12:20:02+09:00\r\n\r\n",
		},
		{
			name: "headers, secret from standard input, signed headers", stdin: "test\n", args: []string{
				"sign", "--dialect", "nhn", "--secret-file", "-", "-o", "headers", "--at", "2021-01-28T13:35:54+09:00",
				"-H", "x-nhn-client-id: nhn", "-H", "x-nhn-client-ip: 10.0.0.1,10.0.0.2",
				"--sign-header", "x-nhn-client-id", "--sign-header", "x-nhn-client-ip", "GET", "http://h/api/method",
			},
			want: `signature="V5Dye9kgG3tvZOOZertd5LXE0q8CcJGXCxEFCR71hUE="`,
		},
		{
			name: "a key that is named, nonce and body", stdin: "123456", args: []string{
				"sign", "--dialect", "aliyun", "--key-id", "203753385", "--secret-file", "-", "--nonce", "c9f15cbf-f4ac-4a6c-b54d-f51abf4b5b44",
				"--at", "2018-05-09T13:30:29.832Z", "-H", "accept: application/json; charset=utf-8", "-H", "date: Wed, 09 May 2018 13:30:29 GMT+00:00",
				"-H", "content-type: application/x-www-form-urlencoded; charset=utf-8", "-d", "username=xiaoming&password=123456789",
				"POST", "http://h/http2test/test?param1=test",
			},
			want: "-H 'X-Ca-Signature: FJbhmAFYz9zfl1FrThxzxBt79BvaHQIzy8Wpctn+xXE='",
		},
		{
			name: "stage and API key", stdin: "3F2504E0", args: []string{
				"sign", "--dialect", "aliyun", "--stage", "test", "--api-key-file", "-", "-o", "headers", "GET", "http://h/",
			},
			want: "Authorization: APPCODE 3F2504E0\nX-Ca-Stage: TEST",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, err := run(t, tt.stdin, tt.args...)
			if code != 0 || !strings.Contains(out, tt.want) {
				t.Errorf("exit %d %s\n got %q\nwant %q", code, err, out, tt.want)
			}
		})
	}
}

func TestRowsAndVersion(t *testing.T) {
	code, out, _ := run(t, "", "rows", "toast")
	if code != 0 || !strings.Contains(out, "toast/20004") || strings.Contains(out, "nhn/") {
		t.Errorf("rows toast: exit %d\n%s", code, out)
	}
	code, out, _ = run(t, "", "rows", "--json")
	if code != 0 || !strings.Contains(out, `"id": "nhn/4011001"`) {
		t.Errorf("rows --json: exit %d\n%.300s", code, out)
	}
	for _, args := range [][]string{{"version"}, {"--version"}} {
		if code, out, _ = run(t, "", args...); code != 0 || !strings.HasPrefix(out, "postern ") || !strings.Contains(out, "go1.") {
			t.Errorf("%v: exit %d %q", args, code, out)
		}
	}
}

func TestInitThenValidate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if code, out, err := run(t, "", "init", dir); code != 0 {
		t.Fatalf("init: exit %d %s %s", code, out, err)
	}
	if code, out, _ := run(t, "", "init", dir); code != 1 || out != "" {
		t.Errorf("init over files: exit %d %q, want 1", code, out)
	}
	definition, registry := filepath.Join(dir, "postern.yaml"), filepath.Join(dir, "registry.yaml")
	if code, out, err := run(t, "", "validate", definition, "--registry", registry); code != 0 || !strings.Contains(out, "no problems") {
		t.Errorf("validate: exit %d %s %s", code, out, err)
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "postern.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestValidateReportsEverythingAtOnce(t *testing.T) {
	name := write(t, `version: 1
apis:
  - name: members
    hosts: [members.example.com]
    dialect: nhm
    backend: {mock: {status: 200}}
    routes:
      - {path: /a, method: [GET]}
`)
	code, out, _ := run(t, "", "validate", name)
	if code != 1 || !strings.Contains(out, ":5:14: ") || !strings.Contains(out, ":8:20: ") {
		t.Errorf("exit %d, report:\n%s", code, out)
	}
	code, out, _ = run(t, "", "validate", "--json", name)
	if code != 1 || !strings.Contains(out, `"line":5,"column":14`) {
		t.Errorf("--json: exit %d\n%s", code, out)
	}
}
