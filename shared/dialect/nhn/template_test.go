package nhn_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/shared/gateway"
)

func exchange() *gateway.Exchange {
	r := request("PUT /v1/users/a%20b/x/y?id=user1&id=user2&empty&p=%ED%99%8D+1&na%6De=n", "Host: api.example.com:8443",
		"X-Tenant: one", "X-Tenant: two", "user-agent: ua", "Bad: a\r\nSet-Cookie: b")
	r.Received = time.Date(2024, 5, 1, 9, 0, 0, 500, time.FixedZone("KST", 9*3600))
	return &gateway.Exchange{
		Request: r, Client: netip.MustParseAddr("203.0.113.9"), Route: &gateway.Route{Path: "/users/{userId}/{rest+}"},
		Params: map[string]string{"userId": "a%20b", "rest": "x/y", "user-id": "7"},
	}
}

func TestTemplate(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"plain", "plain"},
		{"a$b, $!c, 5$, $$, $!, {x}", "a$b, $!c, 5$, $$, $!, {x}"},
		{"$${request.scheme}", "$https"},
		{"${request.clientIp}", "203.0.113.9"},
		{"/people/${request.path.userId}/z", "/people/a%20b/z"},
		{"${request.path.rest+}", "x/y"},
		{"${request.path.user-id}", "7"},
		{"${request.host}", "api.example.com:8443"},
		{"${request.uri}", "https://api.example.com:8443/v1/users/a%20b/x/y"},
		{"${request.uriPath}", "/v1/users/a%20b/x/y"},
		{"${request.uriPattern}", "/users/{userId}/{rest+}"},
		{"${request.scheme}${request.httpMethod}", "httpsPUT"},
		{"${request.timestamp}", "2024-05-01T00:00:00Z"},
		{"${request.queryString.id}", "user1,user2"},
		{"${request.queryString.p}", "%ED%99%8D+1"},
		{"${request.queryString.name}", "n"},
		{"[${request.queryString.empty}]", "[]"},
		{"${request.queryString.ID}", "${request.queryString.ID}"},
		{"a $!{request.queryString.none} b", "a  b"},
		{"a ${request.queryString.none} b", "a ${request.queryString.none} b"},
		{"$!{request.queryString.id}", "user1,user2"},
		{"${request.header.x-tenant}", "one,two"},
		{"${request.header.Host}", "api.example.com:8443"},
		{"${request.header.Bad}", "aSet-Cookie: b"},
		{"${request.header.none}$!{request.header.none}", "${request.header.none}"},
		{"${request.path.none}", "${request.path.none}"},
		{
			"${response.httpStatus} ${error.resultCode} ${error.resultMessage}",
			"${response.httpStatus} ${error.resultCode} ${error.resultMessage}",
		},
		{"$!{response.httpStatus}$!{error.resultCode}$!{error.resultMessage}.", "."},
	} {
		text, err := newDialect(t).Template(tt.text)
		if err != nil {
			t.Errorf("Template(%q) = %v, want a text", tt.text, err)
			continue
		}
		if got := text(exchange()); got != tt.want {
			t.Errorf("Template(%q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestTemplateOfAnAnswer(t *testing.T) {
	x := exchange()
	x.Answer = &gateway.Response{Status: 404}
	x.Refusal = &gateway.Refusal{Code: "4041007", Message: "URL ${request.scheme}"}
	text, err := newDialect(t).Template("${response.httpStatus} ${error.resultCode} ${error.resultMessage}")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := text(x), "404 4041007 URL ${request.scheme}"; got != want {
		t.Errorf("text = %q, want %q: values are not read again", got, want)
	}
}

func TestTemplateWithoutRoute(t *testing.T) {
	x := &gateway.Exchange{Request: request("GET /")}
	text, err := newDialect(t).Template("$!{request.uriPattern}$!{request.clientIp}$!{request.host}$!{request.header.host}$!{request.path.a}.")
	if err != nil {
		t.Fatal(err)
	}
	if got := text(x); got != "." {
		t.Errorf("text = %q, want %q", got, ".")
	}
}

func TestBrokenTemplate(t *testing.T) {
	for _, text := range []string{
		"${request.header.}", "${request.path.}", "${request.queryString.}", "${request.path.id", "a ${", "$!{", "${}",
		"$!{}", "${nosuch.name}", "${request}",
		"${request.clientip}", "${ request.host}", "${request.scheme}${x}", "${a${request.host}}", "${request.header}",
		"$!{error.resultcode}",
	} {
		if _, err := newDialect(t).Template(text); err == nil {
			t.Errorf("Template(%q) = nil, want an error", text)
		}
	}
	_, err := newDialect(t).Template("a ${request.path.id")
	if err == nil || !strings.Contains(err.Error(), "${request.path.id is not closed") {
		t.Errorf("Template of an open brace = %v, want it named", err)
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{
		"a ${request.path.userId} $!{request.header.Bad}", "${request.queryString.p}", "$${",
		"$!{x}", "${request.uri",
	} {
		f.Add(s)
	}
	d, x := newDialect(f), exchange()
	f.Fuzz(func(t *testing.T, s string) {
		text, err := d.Template(s)
		if err != nil {
			return
		}
		got := text(x)
		if !strings.Contains(s, "${") && !strings.Contains(s, "$!{") && got != s {
			t.Errorf("Template(%q) = %q, want the text as it is", s, got)
		}
		if strings.Count(got, "\n") > strings.Count(s, "\n") || strings.Count(got, "\r") > strings.Count(s, "\r") {
			t.Errorf("Template(%q) = %q, with a line break from a value", s, got)
		}
	})
}
