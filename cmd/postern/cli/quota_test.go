package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"postern/shared/limit"
)

const counting = `version: 1
apis:
  - name: members
    hosts: [h]
    dialect: nhn
    backend: {mock: {status: 200}}
    limits:
      daily: {per: api, quota: 5/day}
      caller: {per: client, window: 3/1h}
      name: {per: host, quota: 4/day}
      speed: {per: client, rate: 100/h, burst: 100}
    routes:
      - {path: /a, methods: [GET], limits: {own: {per: route, quota: 100/day}}}
`

// counted is a server that has answered two requests, and what to add to reach its counters.
func counted(t *testing.T) (p *process, admin []string) {
	t.Helper()
	p = serve(t, "--definition", write(t, counting), "--admin", "127.0.0.1:0")
	admin = []string{"--admin", regexp.MustCompile(`at (http://127\.0\.0\.1:\d+)`).FindStringSubmatch(p.out.String())[1]}
	for range 2 {
		if status, body := p.get(t, "h", "/a"); status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
	}
	return p, admin
}

func usage(t *testing.T, args ...string) (used []limit.Usage) {
	t.Helper()
	code, out, stderr := run(t, "", append([]string{"quota", "show", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &used); code != 0 || err != nil || used == nil {
		t.Fatalf("%v: exit %d, %v\n%s%s", args, code, err, out, stderr)
	}
	return used
}

func TestQuotaShow(t *testing.T) {
	_, admin := counted(t)
	for _, tt := range []struct {
		args []string
		want string // limit, unit and used of each
	}{
		{nil, "daily day 2,caller first call 2,speed rate 0,name day 2,own day 2"},
		{[]string{"client:"}, "caller first call 2,speed rate 0"},
		{[]string{"client:other:"}, ""},
		{[]string{"--api", "members"}, "daily day 2,caller first call 2,speed rate 0,name day 2,own day 2"},
		{[]string{"--api", "orders"}, ""},
		{[]string{"--client", "127.0.0.1"}, "caller first call 2,speed rate 0"},
		{[]string{"--client", "::ffff:127.0.0.1"}, "caller first call 2,speed rate 0"},
		{[]string{"--client", "127.0.0.2"}, ""},
		{[]string{"--value", "H"}, "name day 2"},
		{[]string{"--value", "127.0.0.1"}, ""},
		{[]string{"--route", "GET /a"}, "own day 2"},
		{[]string{"--app", "shop"}, ""},
	} {
		var got []string
		for _, u := range usage(t, append(tt.args, admin...)...) {
			if u.Ends.Before(time.Now()) {
				t.Errorf("%v ended", u)
			}
			got = append(got, strings.Join([]string{u.Limit, u.Unit, string('0' + rune(u.Used))}, " "))
		}
		if strings.Join(got, ",") != tt.want {
			t.Errorf("show %v = %v, want %s", tt.args, got, tt.want)
		}
	}
	code, out, _ := run(t, "", append([]string{"quota", "show", "api:"}, admin...)...)
	if want := regexp.MustCompile(`^OWNER +LIMIT +PER +USED +ENDS\napi:members +daily +day +2 +\d{4}-\d\d-\d\dT00:00:00Z\n$`); code != 0 || !want.MatchString(out) {
		t.Errorf("show: exit %d\n%s", code, out)
	}
	code, out, _ = run(t, "", append([]string{"quota", "show", "client:"}, admin...)...)
	if want := regexp.MustCompile(`\nclient:members:[\w-]{22} +speed +rate +- +\d{4}-`); code != 0 || !want.MatchString(out) {
		t.Errorf("show of a rate: exit %d\n%s", code, out)
	}
	if code, out, err := run(t, "", append([]string{"quota", "show", "path:"}, admin...)...); code != 0 || out != "" || !strings.HasPrefix(err, "nothing was used") {
		t.Errorf("show of nothing: exit %d, %q %q", code, out, err)
	}
}

func TestQuotaReset(t *testing.T) {
	p, admin := counted(t)
	reset := func(code int, stdin, want string, args ...string) {
		t.Helper()
		got, out, err := run(t, stdin, append(append([]string{"quota", "reset"}, args...), admin...)...)
		if got != code || !strings.Contains(out+err, want) {
			t.Errorf("reset %v: exit %d, %s%s; want %d and %q", args, got, out, err, code, want)
		}
	}
	p.get(t, "h", "/a")
	if status, _ := p.get(t, "h", "/a"); status != http.StatusTooManyRequests {
		t.Fatalf("the fourth call: %d", status)
	}
	reset(1, "n\n", "nothing was reset: answer y, or give --yes", "--client", "127.0.0.1")
	if len(usage(t, append([]string{"client:"}, admin...)...)) != 2 {
		t.Error("reset without a yes")
	}
	reset(0, "y\n", "reset client:members:", "--client", "127.0.0.1")
	reset(0, "", "nothing was used", "--client", "127.0.0.1", "--yes")
	reset(0, "", "reset api:members\n", "api:members", "daily")
	reset(0, "", "nothing to reset: api:members\n", "api:members", "daily")
	reset(0, "", "nothing to reset: api:members\n", "api:members")
	reset(0, "", "nothing was used", "--api", "members", "--yes", "other")
	reset(0, "", "reset host:members:", "--api", "members", "--yes")
	if left := usage(t, admin...); len(left) != 0 {
		t.Errorf("left is %v", left)
	}
	reset(2, "", "whose?")
	reset(2, "", "only a limit", "--api", "members", "a", "b")
	reset(2, "", "is no address", "--client", "localhost")
}

// TestQuotaOfNobody: what to do when the address is another program's, or nobody's.
func TestQuotaOfNobody(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--admin", other.URL}, 1, "does not answer as postern serve's admin address does: 404"},
		{[]string{"--admin", strings.TrimPrefix(other.URL, "http://")}, 1, "does not answer"},
		{[]string{"--admin", gone.URL}, 1, "no postern serve answers at"},
		{[]string{"--admin", "http://h/path"}, 2, "is no address"},
		{[]string{"--admin", "h:1", "--state-table", "t"}, 2, "two counters"},
	} {
		if code, out, err := run(t, "", append([]string{"quota", "show"}, tt.args...)...); code != tt.code || out != "" || !strings.Contains(err, tt.want) {
			t.Errorf("%v: exit %d, %q %q; want %d and %q", tt.args, code, out, err, tt.code, tt.want)
		}
	}
}
