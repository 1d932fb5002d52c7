package cli_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/cmd/postern/cli"
	"postern/cmd/postern/demo"
	"postern/shared/dialect/builtin"
)

// process is a running `postern serve`.
type process struct {
	out, err *buffer
	reload   chan os.Signal
	stop     func() int
	address  string
}

func serve(t *testing.T, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p := &process{out: &buffer{}, err: &buffer{}, reload: make(chan os.Signal)}
	done := make(chan int, 1)
	go func() {
		done <- cli.Run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...), cli.World{
			In: strings.NewReader(""), Out: p.out, Err: p.err, Reload: p.reload,
			Env: func(string) (string, bool) { return "", false },
		})
	}()
	stopped := false
	p.stop = func() int {
		cancel()
		if stopped {
			return 0
		}
		stopped = true
		return <-done
	}
	t.Cleanup(func() { p.stop() })
	at := regexp.MustCompile(`(?m)on (?:https?://)?(127\.0\.0\.1:\d+)`)
	p.wait(t, func() bool {
		m := at.FindStringSubmatch(p.out.String())
		if m != nil {
			p.address = m[1]
		}
		return m != nil
	})
	return p
}

func (p *process) wait(t *testing.T, until func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !until(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain\nstdout:\n%s\nstderr:\n%s", p.out, p.err)
		}
	}
}

func (p *process) get(t *testing.T, host, path string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	return do(t, r)
}

func do(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	a, body := exchange(t, r)
	return a.StatusCode, body
}

func exchange(t *testing.T, r *http.Request) (a *http.Response, body string) {
	t.Helper()
	a, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	data, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a, string(data)
}

// send sends a call of the demo as often as it says, and is the last answer, as it is shown.
func send(t *testing.T, address string, c demo.Call) (status int, shown string) {
	t.Helper()
	for range c.Repeat {
		r, err := http.NewRequestWithContext(t.Context(), c.Request.Method, "http://"+address+c.Request.Target(), strings.NewReader(string(c.Request.Body)))
		if err != nil {
			t.Fatal(err)
		}
		r.Host, r.Header = c.Request.Host, c.Request.Header.Clone()
		a, body := exchange(t, r)
		status, shown = a.StatusCode, c.Shown(a.Header, body)
	}
	return status, shown
}

// TestDemoAnswersAsItSays sends every call that the demo prints.
func TestDemoAnswersAsItSays(t *testing.T) {
	p := serve(t, "--demo", "--admin", "")
	_, port, _ := net.SplitHostPort(p.address)
	dialects, err := builtin.Dialects()
	if err != nil {
		t.Fatal(err)
	}
	sections, err := demo.Sections(dialects, port, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range sections {
		refused := map[string]bool{}
		for _, c := range d.Calls {
			t.Run(d.Dialect+"/"+c.Title, func(t *testing.T) {
				status, shown := send(t, p.address, c)
				if status != c.Status || shown != c.Answer {
					t.Errorf("got  %d %s\nwant %d %s", status, shown, c.Status, c.Answer)
				}
				if c.Status >= 400 {
					refused[c.Answer] = true
				}
			})
			if !strings.Contains(p.out.String(), c.Title) {
				t.Errorf("%q is not printed", c.Title)
			}
		}
		if len(refused) < 6 || len(refused) == len(d.Calls) {
			t.Errorf("%s shows %d errors and %d calls; want at least 6 errors and one admitted call", d.Dialect, len(refused), len(d.Calls))
		}
	}
	if code := p.stop(); code != 0 {
		t.Errorf("exit %d after it was stopped:\n%s", code, p.err)
	}
}

const mock = `version: 1
apis:
  - {name: a, hosts: [h], dialect: nhn, backend: {mock: {status: 200, body: "%"}}, routes: [{path: /, methods: [GET]}]}
`

func TestReload(t *testing.T) {
	name := filepath.Join(t.TempDir(), "postern.yaml")
	put := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(strings.Replace(mock, "%", "one", 1))
	p := serve(t, "--definition", name, "--admin", "")
	check := func(want string) {
		t.Helper()
		if status, body := p.get(t, "h", "/"); status != 200 || body != want {
			t.Errorf("got %d %q, want %q", status, body, want)
		}
	}
	check("one")
	put(strings.Replace(mock, "%", "two", 1))
	p.reload <- os.Interrupt
	p.wait(t, func() bool { return strings.Contains(p.err.String(), `"message":"reloaded"`) })
	check("two")
	put("version: 1\napis: [\n")
	p.reload <- os.Interrupt
	p.wait(t, func() bool { return strings.Contains(p.err.String(), "the running definition stays") })
	if !strings.Contains(p.err.String(), "postern.yaml:") {
		t.Errorf("the refusal says nothing of where: %s", p.err)
	}
	check("two")
}

func TestTakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	address := l.Addr().String()
	tests := []struct {
		name, flag string
		args       []string
	}{
		{"clients", "--listen", []string{"serve", "--demo", "--admin", "", "--listen", address}},
		{"admin", "--admin", []string{"serve", "--demo", "--listen", "127.0.0.1:0", "--admin", address}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, _, stderr := run(t, "", tt.args...)
			want := "postern: " + address + " is taken by another process: stop that one, or choose another address with " + tt.flag + "\n"
			if code != 1 || stderr != want {
				t.Errorf("exit %d %q, want 1 %q", code, stderr, want)
			}
		})
	}
}

func TestAdminSaysWhatIsServed(t *testing.T) {
	p := serve(t, "--demo", "--admin", "127.0.0.1:0")
	admin := regexp.MustCompile(`at (http://127\.0\.0\.1:\d+)`).FindStringSubmatch(p.out.String())
	if admin == nil {
		t.Fatalf("nothing says where: %s", p.out)
	}
	for path, want := range map[string]*regexp.Regexp{"/-/health": regexp.MustCompile("^ok\n$"), "/-/ready": regexp.MustCompile("^[0-9a-f]{16}\n$")} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, admin[1]+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if status, body := do(t, r); status != http.StatusOK || !want.MatchString(body) {
			t.Errorf("%s = %d %q", path, status, body)
		}
	}
}
