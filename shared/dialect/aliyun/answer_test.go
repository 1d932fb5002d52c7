package aliyun_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"postern/shared/catalogue"
	"postern/shared/fault"
	"postern/shared/gateway"
)

func TestMessages(t *testing.T) {
	long := strings.Repeat("测", 2000)
	for _, tt := range []struct{ name, message, want string }{
		{"UTF-8 as it is", "中文 é", "中文 é"},
		{"control characters", "a\r\nX-Evil: 1\x00\x7f\u0085b\t", "aX-Evil: 1b"},
		{"blanks at the end", "API not found ", "API not found"},
		{"what is no UTF-8", "a\xffb", "a\ufffdb"},
		{"4 KB", strings.Repeat("x", 4096), strings.Repeat("x", 4096)},
		{"more", strings.Repeat("x", 4097), strings.Repeat("x", 4096)},
		{"more, cut between characters", long, long[:4095]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := newDialect(t).Envelope(catalogue.Row{Status: 400, Code: "I400HD"}, tt.message, nil).Header.Get("X-Ca-Error-Message")
			if got != tt.want || !utf8.ValidString(got) {
				t.Errorf("message = %q, want %q", got, tt.want)
			}
		})
	}
}

// served is the answer to a request whose only step is the backend's.
func served(t *testing.T, r *gateway.Request, backend func(*gateway.Exchange) error) (answer *gateway.Response) {
	t.Helper()
	d := newDialect(t)
	at := time.Unix(0, 0)
	g := gateway.Gateway{
		Find: func(*gateway.Request) *gateway.API {
			step := gateway.Step{Name: "forward", Last: true, Run: func(_ context.Context, x *gateway.Exchange) error { return backend(x) }}
			return &gateway.API{Steps: []gateway.Step{step}, Amend: d.Amend, Render: d.Render}
		},
		Now: func() time.Time { at = at.Add(4 * time.Millisecond); return at },
		Log: func(context.Context, *gateway.Record) {},
	}
	g.Serve(context.Background(), r, func(a *gateway.Response) error { answer = a; return nil })
	return answer
}

func TestEveryAnswerIsMarked(t *testing.T) {
	const id = "6d13beb2-c37a-4cca-92fa-4095ddd5b52f"
	fails := func(*gateway.Exchange) error { return fault.New(fault.BackendTimeout, nil, nil) }
	answers := func(x *gateway.Exchange) error {
		x.BackendTime = 3 * time.Millisecond
		x.Answer = &gateway.Response{Status: 502, Header: http.Header{
			"X-Ca-Error-Code": {"D504TO"}, "X-Ca-Error-Message": {"theirs"}, "X-Ca-Request-Id": {"theirs"},
		}}
		return nil
	}
	bare := func(x *gateway.Exchange) error { x.Answer = &gateway.Response{Status: 200}; return nil }
	slow := func(x *gateway.Exchange) error { x.BackendTime = 9 * time.Millisecond; return bare(x) }
	for _, tt := range []struct {
		name    string
		backend func(*gateway.Exchange) error
		mode    string
		want    map[string]string
	}{
		{"a refusal", fails, "", map[string]string{"X-Ca-Error-Code": "D504TO", "X-Ca-Error-Message": "Backend service request timeout", "X-Ca-Debug-Info": ""}},
		{"a backend's error has no code", answers, "release", map[string]string{"X-Ca-Error-Code": "", "X-Ca-Error-Message": "theirs", "X-Ca-Debug-Info": ""}},
		{"nothing but a status", bare, "", map[string]string{"X-Ca-Error-Code": "", "X-Ca-Error-Message": ""}},
		{"debug", answers, "DEBUG", map[string]string{"X-Ca-Debug-Info": `{"ServiceLatency":3,"TotalLatency":4}`}},
		{"debug of a refusal", fails, "debug", map[string]string{"X-Ca-Debug-Info": `{"ServiceLatency":0,"TotalLatency":4}`}},
		{"never less than the backend's", slow, "debug", map[string]string{"X-Ca-Debug-Info": `{"ServiceLatency":9,"TotalLatency":9}`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := request("GET /", "x-ca-request-mode: "+tt.mode)
			r.ID = id
			got := served(t, r, tt.backend).Header
			if h := got.Get("X-Ca-Request-Id"); h != strings.ToUpper(id) || len(got.Values("X-Ca-Request-Id")) != 1 {
				t.Errorf("X-Ca-Request-Id = %q, want %s", got.Values("X-Ca-Request-Id"), strings.ToUpper(id))
			}
			for name, want := range tt.want {
				if h := got.Get(name); h != want {
					t.Errorf("%s = %s, want %s", name, h, want)
				}
			}
		})
	}
}

func TestRequestID(t *testing.T) {
	seen := map[string]string{}
	for _, id := range []string{"", "1-67891233-abcdef012345678912345678", "r-1", "6D13BEB2-C37A-4CCA-92FA-4095DDD5B52F", "6d13beb2c37a4cca92fa4095ddd5b52f"} {
		r := request("GET /")
		r.ID = id
		answer := func() string {
			return served(t, r, func(x *gateway.Exchange) error { x.Answer = &gateway.Response{Status: 200}; return nil }).Header.Get("X-Ca-Request-Id")
		}
		got := answer()
		if len(got) != 36 || got != strings.ToUpper(got) || strings.Count(got, "-") != 4 || got != answer() {
			t.Errorf("id %q = %q, then %q, want one UUID in upper case", id, got, answer())
		}
		if other, taken := seen[got]; taken {
			t.Errorf("ids %q and %q are both %s", id, other, got)
		}
		seen[got] = id
		if id == "r-1" && (got[14] != '8' || !strings.ContainsRune("89AB", rune(got[19]))) {
			t.Errorf("id %q = %s, want version 8", id, got)
		}
	}
	if seen["6D13BEB2-C37A-4CCA-92FA-4095DDD5B52F"] == "" {
		t.Errorf("a UUID is not kept: %v", seen)
	}
}
