package conformance_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"postern/conformance"
)

const (
	head = "Why this case is here.\nsource: nowhere\nnow: 2024-05-01T00:00:00Z\n"

	definition = `-- postern.yaml --
version: 1
egress: {allow: [127.0.0.0/8]}
apis:
  - name: members
    hosts: [example.com]
    dialect: nhn
    auth: [{hmac: {secret: "${secret:members}"}}]
    limits: {stage: {per: api, rate: 2/s}}
    backend: {url: "http://${backend people}"}
    routes: [{path: /members, methods: [GET, POST], auth: none}, {path: /signed, methods: [GET]}]
-- registry.yaml --
version: 1
secrets: {members: a-secret-that-must-not-show}
-- backend people echo --
`
	get      = "-- request --\nGET /members HTTP/1.1\nHost: example.com\n"
	hello    = "-- answer --\nHTTP/1.1 200\nContent-Type: text/plain\n\nGET /members\n"
	posted   = "-- request --\nPOST /members HTTP/1.1\nHost: example.com\nContent-Length: ${length}\n\n${b64 `x`}${repeat 2 \"y\"}${other}\n"
	received = "-- received people --\nGET /members HTTP/1.1\nHost: ${backend people}\nX-Forwarded-For: 127.0.0.1\n" +
		"X-Forwarded-Host: example.com\nX-Forwarded-Proto: ${scheme}\n"
	unsigned = "-- request --\nGET /signed HTTP/1.1\nHost: example.com\n"
	refused  = "-- answer nhn/4011001 --\nHTTP/1.1 401\nContent-Type: application/json;charset=UTF-8\n\n" +
		`{"header":{"isSuccessful":false,"resultCode":4011001,"resultMessage":"Authorization is empty."}}` + "\n"
)

func loadText(text string) ([]*conformance.Case, error) {
	return conformance.Load(fstest.MapFS{"nhn/topic/case.txtar": {Data: []byte(text)}})
}

// TestRun shows that a case fails when anything in it is not as it says.
func TestRun(t *testing.T) {
	for _, tt := range []struct{ name, steps, fails string }{
		{"right", get + hello + received, ""},
		{"status", get + strings.Replace(hello, "200", "201", 1), "want 201"},
		{"body", get + strings.Replace(hello, "GET", "PUT", 1), "the answer is"},
		{"body with one line end more", get + hello + "\n", "the answer is"},
		{"header missing", get + strings.Replace(hello, "\n\n", "\nX-More: 1\n\n", 1), "the answer is"},
		{"header unlisted", get + "-- answer --\nHTTP/1.1 200\n\nGET /members\n", "the answer is"},
		{"row expected", get + strings.Replace(hello, "answer", "answer nhn/4011001", 1), `the row is "", want "nhn/4011001"`},
		{"row unexpected", unsigned + strings.Replace(refused, " nhn/4011001 ", " ", 1), `the row is "nhn/4011001", want ""`},
		{"other row", unsigned + strings.Replace(refused, "nhn/4011001", "nhn/4011002", 1), `want "nhn/4011002"`},
		{"refused", unsigned + refused + "-- log --\nkind=auth.hmac.missing\nstatus=401\n", ""},
		{"log", unsigned + refused + "-- log --\nkind=auth.hmac.date\n", "0 records have"},
		{"log of two", get + "-- request x2 --\n" + "-- answers --\n200 2\n-- log --\nstatus=200\n", "a request without an answer"},
		{"log of two alike", strings.Replace(get, "request", "request x2", 1) + "-- answers --\n200 2\n-- log --\nstatus=200\n", "2 records have"},
		{"counts", strings.Replace(get, "request", "request x3", 1) + "-- answers --\n200 2\nnhn/4291000 1\n", ""},
		{"counts wrong", strings.Replace(get, "request", "request x3", 1) + "-- answers --\n200 3\n", "the answers are"},
		{"counts together", strings.Replace(get, "request", "request x9 together", 1) + "-- answers --\n200 2\nnhn/4291000 7\n", ""},
		{"pair", strings.Replace(get, "request", "request A", 1) + strings.Replace(unsigned, "request", "request B", 1) +
			"-- answers --\n200 1\nnhn/4011001 1\n-- log --\nstatus=401\n", ""},
		{"clock", strings.Replace(get, "request", "request x2", 1) + "-- answers --\n200 2\n-- clock 1s --\n-- request --\n" + hello, ""},
		{"clock needed", strings.Replace(get, "request", "request x2", 1) + "-- answers --\n200 2\n-- request --\n" + hello, "nhn/4291000"},
		{"received other", get + hello + strings.Replace(received, "GET", "PUT", 1), "the backend got"},
		{"received nothing", get + hello + "-- received people --\n", "the backend was called 1 times, want not at all"},
		{"received once", unsigned + refused + received, "the backend was called 0 times, want once"},
		{"repeated", get + hello + "-- request --\n-- answer --\n", ""},
		{"backend changes", "-- backend people dead --\n" + get + "-- answers --\nnhn/5030001/connection 1\n-- backend people echo --\n" + get + hello, ""},
		{"no such backend", get + hello + "-- received nobody --\n", "there is no backend nobody"},
		{"not cut", get + strings.Replace(hello, "answer", "cut nhn/500000001", 1), "the row is"},
		{"unknown expression", strings.Replace(get, "/members", "/${nothing x}", 1) + hello, "unknown"},
		{"expression", posted + "-- answer --\nHTTP/1.1 200\nContent-Type: text/plain\n\nPOST /members\neAyy${other}\n", ""},
		{"registry", get + hello + "-- registry --\nversion: 1\napps: [{name: a}]\n", ""},
		{"registry broken", get + hello + "-- registry --\nversion: 1\nnobody: 1\n", "registry"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			run(t, head+definition+tt.steps, tt.fails)
		})
	}
}

// TestRunGone is about clients that hang up, which a load balancer does not tell.
func TestRunGone(t *testing.T) {
	const doors = head + "doors: direct serve split because of the client\n"
	for _, tt := range []struct{ name, steps, fails string }{
		{"gone", "-- backend people silent --\n" + strings.Replace(get, "request", "request gone 50ms", 1) + "-- log --\nkind=client.gone\n", ""},
		{"not gone", strings.Replace(get, "request", "request gone 10s", 1) + "-- log --\nkind=client.gone\n", "there was an answer before"},
	} {
		t.Run(tt.name, func(t *testing.T) { run(t, doors+definition+tt.steps, tt.fails) })
	}
}

// run runs a case through its doors, and wants an error with these words; "": none.
func run(t *testing.T, text, fails string) {
	t.Helper()
	for _, door := range doors() {
		cases, err := loadText(text)
		if err == nil && !cases[0].Through(door.Name) {
			continue
		}
		if err == nil {
			err = cases[0].Run(door)
		}
		if fails == "" && err != nil {
			t.Errorf("Run(%s) = %v", door.Name, err)
		}
		if fails != "" && (err == nil || !strings.Contains(err.Error(), fails)) {
			t.Errorf("Run(%s) = %v, want an error with %q", door.Name, err, fails)
		}
	}
}

// TestLeaks plants a secret where it must not be: in a text that a client may get, and in a path, which the log shows.
func TestLeaks(t *testing.T) {
	const secret = "a-secret-that-must-not-show"
	holder := strings.Replace(definition, "-- backend", "apps: [{name: shop, access-keys: [{id: a, secret: the-first-of-an-access-key, "+
		"secondary: the-second-of-an-access-key}]}]\n-- backend", 1)
	redefined := strings.Replace(definition, "    backend:", "    answers: {auth: {bodies: {text/plain: "+secret+"}}}\n    backend:", 1)
	for _, tt := range []struct{ name, definition, steps string }{
		{"answer", redefined, unsigned + "-- answer nhn/4011001 --\nHTTP/1.1 401\nContent-Type: text/plain\n\n" + secret + "\n"},
		{"log", definition, "-- request --\nGET /" + secret + " HTTP/1.1\nHost: example.com\n-- answers --\nnhn/4041007 1\n"},
		{"access key", holder, "-- request --\nGET /the-first-of-an-access-key HTTP/1.1\nHost: example.com\n-- answers --\nnhn/4041007 1\n"},
		{"its other secret", holder, "-- request --\nGET /the-second-of-an-access-key HTTP/1.1\nHost: example.com\n-- answers --\nnhn/4041007 1\n"},
		{"credential", definition, "-- request --\nGET /an-api-key-of-somebody HTTP/1.1\nHost: example.com\nx-nhn-apikey: an-api-key-of-somebody\n-- answers --\nnhn/4041007 1\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cases, err := loadText(head + tt.definition + tt.steps)
			if err != nil {
				t.Fatal(err)
			}
			if err := cases[0].Run(conformance.Doors()[0]); err == nil || !strings.Contains(err.Error(), "secret") {
				t.Errorf("Run = %v, want an error about a secret", err)
			}
		})
	}
}
