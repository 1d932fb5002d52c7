package urlfunction_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"postern/shared/admin/urlfunction"
)

// url is an event as AWS documents it for a Function URL with AWS_IAM, of a call that changes nothing.
const url = `{
  "version": "2.0", "routeKey": "$default", "rawPath": "/v1/apps", "rawQueryString": "limit=3",
  "cookies": ["a=b"],
  "headers": {"host": "url-id.lambda-url.eu-west-1.on.aws", "x-forwarded-for": "203.0.113.9", "accept": "a, b"},
  "queryStringParameters": {"limit": "3"},
  "requestContext": {
    "accountId": "111122223333", "apiId": "url-id", "authentication": null,
    "authorizer": {"iam": {"accessKey": "AKIAEXAMPLE", "accountId": "111122223333", "callerId": "AIDAEXAMPLE", "cognitoIdentity": null,
      "principalOrgId": null, "userArn": "arn:aws:iam::111122223333:user/example-user", "userId": "AIDAEXAMPLE"}},
    "domainName": "url-id.lambda-url.eu-west-1.on.aws", "domainPrefix": "url-id",
    "http": {"method": "GET", "path": "/v1/apps", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.9", "userAgent": "agent"},
    "requestId": "e1506fd5-9e7b-434f-bd42-4f8fa224b599", "routeKey": "$default", "stage": "$default",
    "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1583348638390
  },
  "isBase64Encoded": false
}`

// event is url with changes, each of a text that is in it.
func event(t *testing.T, changes ...string) []byte {
	t.Helper()
	text := url
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the event has no %s", changes[i])
		}
		text = strings.Replace(text, changes[i], changes[i+1], 1)
	}
	return []byte(text)
}

// put changes the event to a call with a body.
func put(path, body string) []string {
	quoted, _ := json.Marshal(body)
	return []string{
		`"rawPath": "/v1/apps", "rawQueryString": "limit=3"`, `"rawPath": "` + path + `", "rawQueryString": ""`, `"method": "GET"`, `"method": "PUT"`,
		`"isBase64Encoded": false`, `"body": ` + string(quoted) + `, "isBase64Encoded": false`,
		`"accept": "a, b"`, `"content-type": "application/json"`,
	}
}

type answer struct {
	events.LambdaFunctionURLResponse
	problem struct{ Type, Detail string }
}

func invoke(t *testing.T, f *urlfunction.Function, event []byte) *answer {
	t.Helper()
	out, err := f.Invoke(t.Context(), event)
	if err != nil {
		t.Fatalf("Invoke = %v: its error is always nil", err)
	}
	a := &answer{}
	if err := json.Unmarshal(out, a); err != nil || a.StatusCode == 0 {
		t.Fatalf("Invoke = %s, %v", out, err)
	}
	_ = json.Unmarshal([]byte(a.Body), &a.problem)
	return a
}

// inMemory is a function without tables, and its log.
func inMemory() (*urlfunction.Function, *bytes.Buffer) {
	log := &bytes.Buffer{}
	return urlfunction.New(func(name string) (string, bool) { return "memory", strings.HasSuffix(name, "_TABLE") }, log), log
}

// TestContract: from a real event to the answer that Lambda hands on, and the record of the act.
func TestContract(t *testing.T) {
	f, log := inMemory()
	if a := invoke(t, f, event(t)); a.StatusCode != 200 || a.Body != "{\"items\":[]}\n" || a.Headers["Content-Type"] != "application/json" || a.Headers["Etag"] == "" || a.IsBase64Encoded {
		t.Errorf("the answer is %+v", a)
	}
	log.Reset()
	if a := invoke(t, f, event(t, put("/v1/apps/a%2Fb%3F%20c", `{"flags":["disabled"]}`)...)); a.StatusCode != 201 || a.Body != `{"name":"a/b? c","flags":["disabled"]}`+"\n" {
		t.Errorf("the answer is %+v", a)
	}
	var record map[string]any
	if err := json.Unmarshal(log.Bytes(), &record); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"operator": "arn:aws:iam::111122223333:user/example-user", "account": "111122223333", "access_key": "AKIAEXAMPLE", "client": "203.0.113.9",
		"request_id": "e1506fd5-9e7b-434f-bd42-4f8fa224b599", "operation": "putApp", "of_app": "a/b? c", "status": 201.0,
	} {
		if record[name] != want {
			t.Errorf("the record's %s is %v, want %v", name, record[name], want)
		}
	}
	base64 := put("/v1/apps/x", "e30=")
	base64[5] = strings.Replace(base64[5], "false", "true", 1)
	if a := invoke(t, f, event(t, base64...)); a.StatusCode != 201 {
		t.Errorf("a body in base64: %+v", a)
	}
	if a := invoke(t, f, event(t, `"method": "GET"`, `"method": "HEAD"`)); a.StatusCode != 200 || a.Body != "" {
		t.Errorf("HEAD: %+v", a)
	}
	if a := invoke(t, f, event(t, `"rawPath": "/v1/apps", "rawQueryString": "limit=3"`, `"rawPath": "/v1/openapi", "rawQueryString": ""`)); a.StatusCode != 200 || !strings.HasPrefix(a.Body, "openapi: 3.1.0\n") {
		t.Errorf("the document: %d %.100s", a.StatusCode, a.Body)
	}
}

// TestWhoCalls: what IAM says in the event, and nothing else.
func TestWhoCalls(t *testing.T) {
	f, _ := inMemory()
	spoofed := `{\"authorizer\":{\"iam\":{\"userArn\":\"arn:aws:iam::6:user/evil\"}}}`
	iam := url[strings.Index(url, `"authorizer"`):strings.Index(url, `"domainName"`)]
	for _, without := range []string{"", `"authorizer": null,`, `"authorizer": {},`, `"authorizer": {"iam": null},`, `"authorizer": {"iam": {"userArn": ""}},`, `"authorizer": {"lambda": {"userArn": "x"}},`} {
		a := invoke(t, f, event(t, iam, without, `"accept": "a, b"`, `"x-golambdaproxy-apigw-context": "`+spoofed+`"`))
		if a.StatusCode != 403 || a.problem.Type != "urn:postern:problem:nobody" {
			t.Errorf("with %q: %+v", without, a)
		}
	}
	// With the library's own accessor, the client's header would be believed.
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(event(t, iam, "", `"accept": "a, b"`, `"x-golambdaproxy-apigw-context": "`+spoofed+`"`), &e); err != nil {
		t.Fatal(err)
	}
	bare := httpadapter.NewV2(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(core.APIGwContextHeader) == "" {
			t.Error("the library hides the client's header: the defect is gone")
		}
		w.WriteHeader(200)
	}))
	if _, err := bare.ProxyWithContext(t.Context(), e); err != nil {
		t.Error(err)
	}
}

// TestSpecialCharacters: a path, a query or a method that the library would read otherwise is refused, not guessed at.
func TestSpecialCharacters(t *testing.T) {
	f, _ := inMemory()
	path := func(to string) []string {
		return []string{`"rawPath": "/v1/apps"`, `"rawPath": "` + to + `"`}
	}
	query := func(to string) []string {
		return []string{`"rawQueryString": "limit=3"`, `"rawQueryString": "` + to + `"`}
	}
	for name, changes := range map[string][]string{
		"a decoded ? in the path":    path("/v1/registry?dry-run=true"),
		"a decoded # in the path":    path("/v1/apps#"),
		"a decoded space":            path("/v1/apps/a b"),
		"a lone percent":             path("/v1/apps/a%"),
		"a broken escape":            path("/v1/apps/%zz"),
		"a control character":        path(`/v1/apps/a\u0001`),
		"a line break":               path(`/v1/apps/a\n`),
		"not ASCII":                  path("/v1/apps/ä"),
		"a backslash":                path(`/v1\\apps`),
		"no path":                    path(""),
		"no slash":                   path("v1/apps"),
		"an authority":               path("@evil.example/v1/apps"),
		"a # in the query":           query("limit=3#"),
		"a space in the query":       query("limit=3 "),
		"a broken escape in a query": query("limit=%3"),
		"a method in lower case":     {`"method": "GET"`, `"method": "get"`},
		"a method with a space":      {`"method": "GET"`, `"method": "GET /v1/registry"`},
		"a control in If-Match":      {`"accept": "a, b"`, `"if-match": "\"a\u0000\""`},
		"a broken body":              {`"isBase64Encoded": false`, `"body": "!", "isBase64Encoded": true`},
	} {
		if a := invoke(t, f, event(t, changes...)); a.StatusCode != 400 || a.problem.Type != "urn:postern:problem:malformed" || a.Headers["Content-Type"] != "application/problem+json" {
			t.Errorf("%s: %+v", name, a)
		}
	}
	for name, changes := range map[string][]string{
		"a path of two slashes":           path("//v1/apps"),
		"a path that ends in a slash":     path("/v1/apps/"),
		"a path up":                       path("/v1/x/../apps"),
		"a path that is a host":           path("//evil.example/v1/apps"),
		"an encoded slash for a real one": path("/v1%2Fapps"),
	} {
		if a := invoke(t, f, event(t, changes...)); a.StatusCode != 404 || a.Headers["Location"] != "" {
			t.Errorf("%s: %+v, want 404 and no redirection", name, a)
		}
	}
	// The map of parameters, decoded and joined, is not what the client sent.
	if a := invoke(t, f, event(t, `"rawQueryString": "limit=3"`, `"rawQueryString": ""`, `"queryStringParameters": {"limit": "3"}`, `"queryStringParameters": {"limit": "0"}`)); a.StatusCode != 200 {
		t.Errorf("the map of parameters is believed: %+v", a)
	}
	for encoded, plain := range map[string]string{"a%2Bb": "a+b", "a%252Bb": "a%2Bb", "a+b": "a+b", "k%5B0%5D": "k[0]", "%ED%95%9C": "한"} {
		if a := invoke(t, f, event(t, put("/v1/apps/"+encoded, "{}")...)); a.StatusCode/100 != 2 || !strings.Contains(a.Body, `"name":"`+plain+`"`) {
			t.Errorf("the app %s is stored as %s", encoded, a.Body)
		}
	}
	if a := invoke(t, f, event(t, query("cursor=MTphK2I%3D&limit=3")...)); a.StatusCode != 400 || !strings.Contains(a.Body, "cursor") {
		t.Errorf("an encoded = in a cursor: %+v", a) // base64 without padding: = is refused, so it arrived
	}
}

// TestHeaders: values arrive as the door has them, with their commas.
func TestHeaders(t *testing.T) {
	f, _ := inMemory()
	made := invoke(t, f, event(t, put("/v1/apps/a", "{}")...))
	tag, _ := json.Marshal(`"x,y", ` + made.Headers["Etag"])
	again := append(put("/v1/apps/a", `{"flags":["disabled"]}`), `"content-type"`, `"if-match": `+string(tag)+`, "content-type"`)
	if a := invoke(t, f, event(t, again...)); a.StatusCode != 200 {
		t.Errorf("a list of ETags: %+v", a)
	}
	date := append(put("/v1/apps/b", "{}"), `"content-type"`, `"idempotency-key": "Tue, 02 Jan 2024 03:04:05 GMT", "content-type"`)
	if a := invoke(t, f, event(t, date...)); a.StatusCode != 400 || !strings.Contains(a.problem.Detail, "Idempotency-Key") {
		t.Errorf("a date as a key: %+v, want it whole, and refused for its comma", a)
	}
	seen := http.Header{}
	spy := &urlfunction.Function{Log: slog.New(slog.DiscardHandler), API: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		w.WriteHeader(200)
	})}
	invoke(t, spy, event(t, `"accept": "a, b"`, `"if-none-match": "\"a\",\"b\"", "x-golambdaproxy-apigw-stage-vars": "{}", "x-golambdaproxy-apigw-context": "{}", "cookie": "a=b"`))
	if len(seen) != 1 || len(seen["If-None-Match"]) != 1 || seen["If-None-Match"][0] != `"a","b"` {
		t.Errorf("the API sees the headers %v, want If-None-Match alone, in one piece", seen)
	}
}

// TestAnswers: what a server would make of what a handler does.
func TestAnswers(t *testing.T) {
	log := &bytes.Buffer{}
	f := &urlfunction.Function{Log: slog.New(slog.NewJSONHandler(log, nil))}
	for name, tt := range map[string]struct {
		api    func(http.ResponseWriter, *http.Request)
		status int
		body   string
	}{
		"nothing written": {func(http.ResponseWriter, *http.Request) {}, 200, ""},
		"a body alone":    {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") }, 200, "x"},
		"two statuses":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); w.WriteHeader(500) }, 201, ""},
		"an odd status":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(494) }, 494, ""},
		"a panic":         {func(http.ResponseWriter, *http.Request) { panic("at the disco") }, 500, `"title":"Internal Server Error","status":500}`},
		"too much":        {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("\x01", 2<<20)) }, 500, `"status":500}`},
	} {
		f.API = http.HandlerFunc(tt.api)
		log.Reset()
		if a := invoke(t, f, event(t)); a.StatusCode != tt.status || !strings.HasSuffix(a.Body, tt.body) || tt.body == "" && a.Body != "" || strings.Contains(a.Body, "disco") {
			t.Errorf("%s: %d %.200s", name, a.StatusCode, a.Body)
		}
		if (tt.status == 500) != (log.Len() > 0) {
			t.Errorf("%s: logged %s", name, log)
		}
	}
	f.API = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) })
	for _, odd := range []string{``, `[]`, `{}`, `{"version":"1.0"}`, `{"version":"2.0"}`, `{"version":"2.0","requestContext":{"http":7}}`, strings.Replace(url, `"2.0"`, `"1.0"`, 1)} {
		if a := invoke(t, f, []byte(odd)); a.StatusCode != 400 || a.Headers["Content-Type"] != "application/problem+json" {
			t.Errorf("the event %.40s: %+v", odd, a)
		}
	}
}

// FuzzEvent: every event has an answer, and it is never one of the library's.
func FuzzEvent(f *testing.F) {
	for _, seed := range [][3]string{{"/v1/apps", "limit=3", "GET"}, {"/v1/apps/a%3Fb", "", "PUT"}, {"/%", "%", "get"}, {"/\x00", "#", ""}} {
		f.Add(seed[0], seed[1], seed[2], `"a","b"`, "{}")
	}
	f.Fuzz(func(t *testing.T, path, query, method, match, body string) {
		text := func(s string) string { q, _ := json.Marshal(s); return string(q) }
		fn, _ := inMemory()
		a := invoke(t, fn, event(t, `"/v1/apps", "rawQ`, text(path)+`, "rawQ`, `"limit=3"`, text(query), `"GET"`, text(method),
			`"accept": "a, b"`, `"content-type":"application/json","if-match":`+text(match), `"isBase64Encoded": false`, `"body":`+text(body)))
		if a.StatusCode >= 500 || a.StatusCode < 200 || a.StatusCode >= 300 && a.StatusCode != 304 && a.problem.Type == "" && method != "HEAD" {
			t.Errorf("%q %q %q: %+v", method, path, query, a)
		}
	})
}
