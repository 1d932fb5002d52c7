package aliyun_test

import (
	"errors"
	"strings"
	"testing"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

// expect reads a credential, or the fault of want.
func expect(t *testing.T, read auth.Reader, r *gateway.Request, want fault.Kind, absent bool) *gateway.Credential {
	t.Helper()
	c, err := read(r)
	if want == "" && err == nil {
		return c
	}
	var f *fault.Fault
	if !errors.As(err, &f) || f.Kind != want || errors.Is(err, auth.ErrAbsent) != absent {
		t.Errorf("read = %v, %v, want %q, absent %v", c, err, want, absent)
	}
	return nil
}

func TestAppCode(t *testing.T) {
	const code = "3F2504E04F8911D39A0C0305E82C3301"
	for _, tt := range []struct {
		name   string
		line   string
		header []string
		query  bool
		found  bool
	}{
		{"S1", "GET /v1/simple?kahao=621", []string{"authorization: APPCODE " + code}, false, true},
		{"scheme in lower case, blanks", "GET /", []string{"Authorization: appcode   " + code}, false, true},
		{"on the second line", "GET /", []string{"Authorization: Bearer x", "Authorization: APPCODE " + code}, false, true},
		{"another scheme", "GET /", []string{"Authorization: Bearer " + code}, false, false},
		{"no code", "GET /", []string{"Authorization: APPCODE"}, false, false},
		{"no blank", "GET /", []string{"Authorization: APPCODE" + code}, false, false},
		{"nothing", "GET /", nil, true, false},
		{"AppCode", "GET /?a=1&AppCode=" + code, nil, true, true},
		{"appcode", "GET /?appcode=" + code, nil, true, true},
		{"appCode", "GET /?appCode=" + code, nil, true, true},
		{"APPCODE", "GET /?APPCODE=" + code, nil, true, true},
		{"APPCode", "GET /?APPCode=" + code, nil, true, true},
		{"another spelling", "GET /?aPPcODE=" + code, nil, true, false},
		{"in the query where it may not be", "GET /?AppCode=" + code, nil, false, false},
		{"the header before the query", "GET /?AppCode=other", []string{"Authorization: APPCODE " + code}, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := fault.AuthKeyMissing
			if tt.found {
				want = ""
			}
			c := expect(t, reader(t, "api-key", auth.Rules{Query: tt.query}), request(tt.line, tt.header...), want, true)
			if tt.found && c != nil && c.APIKey != code {
				t.Errorf("code = %s, want %s", c.APIKey, code)
			}
		})
	}
	if got := strings.Join(newDialect(t).KeyQuery, " "); got != "AppCode appcode appCode APPCODE APPCode" {
		t.Errorf("KeyQuery = %s", got)
	}
}

func TestToken(t *testing.T) {
	for _, tt := range []struct {
		name, in, field string
		line            string
		header          []string
		want            string // "": missing
	}{
		{"Authorization", "", "", "GET /", []string{"Authorization: bearer  a.b.c"}, "a.b.c"},
		{"in any case", "", "", "GET /", []string{"Authorization: BEARER a.b.c"}, "a.b.c"},
		{"without the word", "", "", "GET /", []string{"Authorization: a.b.c"}, "a.b.c"},
		{"of 1 MB", "", "", "GET /", []string{"Authorization: bearer " + strings.Repeat("a", 1<<20)}, strings.Repeat("a", 1<<20)},
		{"the word alone", "", "", "GET /", []string{"Authorization: Bearer"}, ""},
		{"nothing", "", "", "GET /", nil, ""},
		{"an AppCode", "", "", "GET /", []string{"Authorization: APPCODE x"}, ""},
		{"Authorization by name", "header", "authorization", "GET /", []string{"Authorization: Bearer a.b.c"}, "a.b.c"},
		{"another header", "header", "X-Token", "GET /", []string{"x-token: a.b.c"}, "a.b.c"},
		{"the word counts there", "header", "X-Token", "GET /", []string{"x-token: Bearer a.b.c"}, "Bearer a.b.c"},
		{"another header is not sent", "header", "X-Token", "GET /", []string{"Authorization: a.b.c"}, ""},
		{"query", "query", "jwt", "GET /?a=1&jwt=a.b%2Ec&jwt=x", nil, "a.b.c"},
		{"not in the query", "query", "jwt", "GET /?JWT=a.b.c", nil, ""},
		{"cookie", "cookie", "jwt", "GET /", []string{"Cookie: a=1; jwt=a.b.c"}, "a.b.c"},
		{"no cookie", "cookie", "jwt", "GET /", []string{"Cookie: a=1"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := fault.AuthJWTMissing
			if tt.want != "" {
				want = ""
			}
			c := expect(t, reader(t, "jwt", auth.Rules{In: tt.in, Name: tt.field}), request(tt.line, tt.header...), want, true)
			if tt.want != "" && c != nil && c.Token != tt.want {
				t.Errorf("token = %.50s, want %.50s", c.Token, tt.want)
			}
		})
	}
	if _, err := newDialect(t).Schemes["jwt"](auth.Rules{In: "form", Name: "jwt"}); err == nil {
		t.Error("jwt in a form = nil, want an error")
	}
}

func TestBasic(t *testing.T) {
	read := reader(t, "basic", auth.Rules{})
	for value, want := range map[string]string{
		"Basic YTpi": "a b", "basic  YTpi": "a b", "Basic YTpiOmM=": "a b:c", "Basic Og==": " ", "Basic 5rWLOuivlQ==": "测 试",
	} {
		if c := expect(t, read, request("GET /", "Authorization: "+value), "", false); c != nil && c.KeyID+" "+c.Token != want {
			t.Errorf("%s = %q and %q, want %q", value, c.KeyID, c.Token, want)
		}
	}
	for _, value := range []string{"Basic", "Basic YTpi=", "Basic YWI=", "Basic a:b"} {
		expect(t, read, request("GET /", "Authorization: "+value), fault.AuthBasicInvalid, false)
	}
	expect(t, read, request("GET /"), fault.AuthBasicMissing, true)
	expect(t, read, request("GET /", "Authorization: APPCODE x"), fault.AuthBasicMissing, true)
}
