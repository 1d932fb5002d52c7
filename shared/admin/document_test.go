package admin_test

import (
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/jsonschema-go/jsonschema"

	"postern/docs/openapi"
	"postern/shared/admin"
)

// document is docs/openapi/admin.yaml.
type document struct {
	Paths      map[string]map[string]any
	Components map[string]any
	resolved   map[string]*jsonschema.Resolved
}

func readDocument(t testing.TB) *document {
	t.Helper()
	d := &document{resolved: map[string]*jsonschema.Resolved{}}
	text, err := yaml.YAMLToJSON(openapi.Admin())
	if err == nil {
		err = json.Unmarshal(text, d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// at follows names and references.
func (d *document) at(v any, names ...string) any {
	for _, name := range append(names, "") {
		m, _ := v.(map[string]any)
		if ref, ok := m["$ref"].(string); ok {
			v = d.at(d.Components, strings.Split(strings.TrimPrefix(ref, "#/components/"), "/")...)
			m, _ = v.(map[string]any)
		}
		if name != "" {
			v = m[name]
		}
	}
	return v
}

// operation is one of the document, by its method and path.
func (d *document) operation(method, path string) map[string]any {
	o, _ := d.Paths[path][strings.ToLower(method)].(map[string]any)
	return o
}

// check checks a value against a schema of the document.
func (d *document) check(t testing.TB, schema any, value []byte) {
	t.Helper()
	resolved := d.resolve(t, schema)
	var v any
	if err := json.Unmarshal(value, &v); err != nil {
		t.Fatalf("%v: %s", err, value)
	}
	if err := resolved.Validate(v); err != nil {
		t.Errorf("not as the document has it: %v\n%s", err, value)
	}
}

func (d *document) resolve(t testing.TB, schema any) *jsonschema.Resolved {
	t.Helper()
	text, err := json.Marshal(map[string]any{"$defs": d.at(d.Components, "schemas"), "allOf": []any{schema}})
	if err != nil {
		t.Fatal(err)
	}
	if known := d.resolved[string(text)]; known != nil {
		return known
	}
	s := &jsonschema.Schema{}
	if err := json.Unmarshal([]byte(strings.ReplaceAll(string(text), "#/components/schemas/", "#/$defs/")), s); err != nil {
		t.Fatal(err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	d.resolved[string(text)] = resolved
	return resolved
}

// checkAnswer checks an answer against what the document says of its operation.
func (d *document) checkAnswer(t testing.TB, method, path string, status int, header http.Header, body []byte) {
	t.Helper()
	responses, _ := d.operation(method, path)["responses"].(map[string]any)
	documented, ok := responses[strconv.Itoa(status)]
	if status == http.StatusInternalServerError { // a defect of postern's, that no operation foresees
		documented, ok = responses["default"]
	}
	if !ok {
		t.Errorf("%s %s answers %d, which the document does not name: %s", method, path, status, body)
		return
	}
	response, _ := d.at(documented).(map[string]any)
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	content, _ := response["content"].(map[string]any)
	switch {
	case content == nil && len(body) > 0:
		t.Errorf("%s %s %d has a body: %s", method, path, status, body)
	case content != nil && content[kind] == nil:
		t.Errorf("%s %s %d is of type %q", method, path, status, kind)
	case strings.HasSuffix(kind, "json"):
		d.check(t, d.at(content[kind], "schema"), body)
	}
	headers, _ := response["headers"].(map[string]any)
	for name := range headers {
		if name != "Idempotency-Replayed" && header.Get(name) == "" {
			t.Errorf("%s %s %d lacks its header %s", method, path, status, name)
		}
	}
}

// TestDocument: what the API can do is what the document says.
func TestDocument(t *testing.T) {
	d := readDocument(t)
	documented := map[string]bool{}
	for path, item := range d.Paths {
		for method, o := range item {
			if method != "parameters" {
				documented[d.at(o, "operationId").(string)+" "+strings.ToUpper(method)+" "+path] = true
			}
		}
	}
	for _, o := range admin.Operations() {
		name := o.Name + " " + o.Method + " " + o.Path
		if !documented[name] {
			t.Errorf("the document lacks %s", name)
		}
		delete(documented, name)
		query := map[string]bool{}
		for _, p := range asList(d.operation(o.Method, o.Path)["parameters"]) {
			if d.at(p, "in") == "query" {
				query[d.at(p, "name").(string)] = true
			}
		}
		for _, p := range o.Query {
			if !query[p] {
				t.Errorf("the document lacks the parameter %s of %s", p, name)
			}
			delete(query, p)
		}
		if len(query) > 0 {
			t.Errorf("%s does not know the parameters %v of the document", name, query)
		}
		if hasBody := d.operation(o.Method, o.Path)["requestBody"] != nil; hasBody != o.Body {
			t.Errorf("%s has a body: %v, the document says %v", name, o.Body, hasBody)
		}
	}
	for name := range documented {
		t.Errorf("the API lacks %s", name)
	}
}

func asList(v any) []any {
	l, _ := v.([]any)
	return l
}
