package admin_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"postern/docs/openapi"
	"postern/shared/admin"
	"postern/shared/config"
	"postern/shared/limit"
	"postern/shared/operate"
)

func TestAbout(t *testing.T) {
	b := newBench(t, inMemory())
	b.call("GET", "/v1/health", "").is(200, `{"status":"ok"}`)
	if r := b.call("GET", "/v1/openapi", ""); r.text != string(openapi.Admin()) || r.header.Get("Content-Type") != "application/yaml" {
		t.Errorf("the document is %v %.100s", r.header, r.text)
	}
	b.call("HEAD", "/v1/health", "").is(200)
	for call, allow := range map[string]string{"POST /v1/registry": "GET, PATCH, PUT", "DELETE /v1/health": "GET", "GET /v1/quotas/reset": "POST", "OPTIONS /v1/apps": "GET"} {
		method, path, _ := strings.Cut(call, " ")
		r := b.call(method, path, "").refused(405, "method")
		if r.header.Get("Allow") != allow || r.record["message"] != "act" {
			t.Errorf("%s: Allow %q, record %v", call, r.header.Get("Allow"), r.record)
		}
	}
}

// TestRecord: who did what, with which result.
func TestRecord(t *testing.T) {
	b := filled(t, inMemory())
	r := b.call("POST", "/v1/apps/lab/keys", `{"name":"web"}`).is(201)
	for name, want := range map[string]any{
		"message": "act", "level": "INFO", "operator": b.operator.ARN, "account": "111122223333", "access_key": "AKIDEXAMPLE", "client": "203.0.113.9",
		"request_id": "r-1", "method": "POST", "operation": "createKey", "of_app": "lab", "status": 201.0, "result": "done", "received": "2026-11-21T12:00:00Z",
	} {
		if r.record[name] != want {
			t.Errorf("the record's %s is %v, want %v", name, r.record[name], want)
		}
	}
	if changes, _ := r.record["changes"].([]any); len(changes) != 1 || changes[0] != "changed   app lab: API key web added" {
		t.Errorf("the record's changes are %v", r.record["changes"])
	}
	if r := b.call("GET", "/v1/apps", ""); r.record["message"] != "read" || r.record["changes"] != nil {
		t.Errorf("the record of a read is %v", r.record)
	}
	if r := b.call("POST", "/v1/apps/lab/keys", `{"name":"web"}`); r.record["level"] != "WARN" || r.record["result"] != "refused" || r.record["problem"] != "urn:postern:problem:conflict" || r.record["changes"] != nil {
		t.Errorf("the record of a refusal is %v", r.record)
	}
	if r := b.call("PATCH", "/v1/registry?dry-run=true", partners); r.record["dry_run"] != true || r.record["changes"] != nil {
		t.Errorf("the record of a dry run is %v", r.record)
	}
	many := strings.Builder{}
	for i := range 300 {
		many.WriteString(`,{"name":"n` + strings.Repeat("x", i) + `"}`)
	}
	r = b.call("PATCH", "/v1/registry", `{"version":1,"apps":[`+many.String()[1:]+`]}`).is(200)
	if changes, _ := r.record["changes"].([]any); len(changes) != 100 || r.record["changed"] != 300.0 {
		t.Errorf("of 300 changes the record has %d and says %v", len(changes), r.record["changed"])
	}
}

// TestNobody: without an operator nothing is done, whatever a header says.
func TestNobody(t *testing.T) {
	b := filled(t, inMemory())
	b.operator = admin.Operator{}
	r := b.call("DELETE", "/v1/apps/lab", "", "X-GoLambdaProxy-ApiGw-Context: {}", "X-Amzn-Request-Context: {}").refused(403, "nobody", "AWS_IAM")
	if r.record["operator"] != "" || r.record["result"] != "refused" || r.str("request-id") == "" {
		t.Errorf("the record is %v", r.record)
	}
	b.call("GET", "/v1/health", "").refused(403, "nobody")
	b.operator = admin.Operator{ARN: "arn:aws:iam::1:root", Defect: "the path is none"}
	b.call("DELETE", "/v1/apps/lab", "").refused(400, "malformed", "the path is none")
	b.operator.Defect = ""
	b.call("GET", "/v1/apps/lab", "").is(200)
}

// down are stores that fail, or panic.
type down struct{ panics bool }

var errDown = errors.New("down " + plantedSecret[:3])

func (d down) fail() error {
	if d.panics {
		panic("at the disco")
	}
	return errDown
}

func (d down) Read(context.Context) (*config.Registry, error) { return nil, d.fail() }

func (d down) Change(context.Context, func(*config.Registry) error) error { return d.fail() }

func (d down) Diff(context.Context, *config.Registry) ([]operate.Entry, error) { return nil, d.fail() }

func (d down) Usage(context.Context, string, time.Time) ([]limit.Usage, error) { return nil, d.fail() }

func (d down) Reset(context.Context, string, string) (int, error) { return 0, d.fail() }

func (d down) Put(context.Context, string, []byte, []byte, time.Time, time.Time) ([]byte, error) {
	return nil, d.fail()
}

// TestDown: every operation says that its store failed, and only the log says why.
func TestDown(t *testing.T) {
	bodies := map[string]string{
		"putApp": `{}`, "putPlan": `{"rate":"1/s"}`, "putSecret": `{"value":"x"}`, "putGrant": `{"plan":"none"}`,
		"putHost": `{}`, "putAPI": `{}`, "putOwner": `{}`, "resetQuota": `{"owner":"x"}`, "replaceRegistry": `{"version":1}`, "applyRegistry": `{"version":1}`,
	}
	for _, panics := range []bool{false, true} {
		d := down{panics}
		b := newBench(t, stores{registry: d, usage: d, notes: d})
		for _, o := range admin.Operations() {
			if o.Name == "getDescription" {
				continue
			}
			path := strings.NewReplacer("{app}/flags/{flag}", "a/flags/disabled", "{owner}/flags/{flag}", "o/flags/overdue", "{flag}", "legal",
				"{host}", "h", "{owner}", "o", "{app}", "a", "{key}", "k", "{plan}", "p", "{secret}", "s", "{api}", "i").Replace(o.Path)
			for _, header := range []string{"If-Match: *", key} {
				if o.Method == "GET" && header == key || o.Name == "replaceRegistry" && header == key && panics {
					continue
				}
				headers := []string{"If-Match: *", header}
				if panics {
					r := b.call(o.Method, path, bodies[o.Name], headers...)
					if r.status != 500 || !strings.Contains(r.text, "urn:postern:problem:internal") || strings.Contains(r.text, "disco") || !strings.Contains(r.record["cause"].(string), "disco") {
						t.Errorf("%s = %d %s, record %v", o.Name, r.status, r.text, r.record)
					}
					continue
				}
				r := b.call(o.Method, path, bodies[o.Name], headers...).refused(503, "store")
				if r.header.Get("Retry-After") != "1" || strings.Contains(r.text, "down") || r.record["cause"] != errDown.Error() || r.record["level"] != "ERROR" {
					t.Errorf("%s: %v %s, record %v", o.Name, r.header, r.text, r.record)
				}
			}
		}
	}
}

// TestLargeAnswers: what a function cannot send is refused, and says how else to read it.
func TestLargeAnswers(t *testing.T) {
	b := newBench(t, inMemory())
	err := b.registry.Change(t.Context(), func(reg *config.Registry) error {
		for i := range 5 {
			reg.Apps = append(reg.Apps, config.App{Name: strings.Repeat(string(rune('a'+i)), 1<<20)})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.call("GET", "/v1/registry", "").refused(507, "answer-too-large", "/v1/apps")
	b.call("GET", "/v1/apps", "").refused(507, "answer-too-large")
	b.call("GET", "/v1/apps?limit=1", "").is(200)
}

// TestBrokenBody: a broken body ends a call, too.
func TestBrokenBody(t *testing.T) {
	b := newBench(t, inMemory())
	w, q := newCall("PUT", "/v1/apps/a", b)
	q.Body = io.NopCloser(iotest.ErrReader(errDown))
	b.api.ServeHTTP(w, q)
	if w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "down") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
