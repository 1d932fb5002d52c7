package schema_test

import (
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	goccy "github.com/goccy/go-yaml"
	"github.com/google/jsonschema-go/jsonschema"
	"golang.org/x/tools/txtar"

	"postern/shared/config"
	"postern/shared/config/schema"
	"postern/shared/config/yaml"
)

var update = flag.Bool("update", false, "write the schemas to docs/schema")

func TestGolden(t *testing.T) {
	for file, got := range map[string][]byte{
		"postern-1.schema.json": schema.Definition(), "registry-1.schema.json": schema.Registry(),
	} {
		path := "../../../docs/schema/" + file
		if *update {
			if err := os.MkdirAll("../../../docs/schema", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil || string(got) != string(want) {
			t.Errorf("%s is not what the types say (%v): run go test ./shared/config/schema -update", path, err)
		}
	}
}

// valid is what an editor says of a text.
func valid(t *testing.T, schemaText []byte, text string) error {
	t.Helper()
	var s jsonschema.Schema
	if err := json.Unmarshal(schemaText, &s); err != nil {
		t.Fatalf("the schema is none: %v", err)
	}
	resolved, err := s.Resolve(nil)
	if err != nil {
		t.Fatalf("the schema does not resolve: %v", err)
	}
	data, err := goccy.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatalf("YAMLToJSON: %v", err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return resolved.Validate(v)
}

func file(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// sample is the first API of the design's sample, and of its second one what does not belong to other dialects.
const sample = `version: 1
apis:
  - name: members
    hosts: [kr1-members.example.com, {name: g1.example.com, kind: inner}]
    base: /
    dialect: nhn
    owner: p1
    auth: [{hmac: {secret: "${secret:members-hmac}", skew: 60s, require-headers: [x-nhn-client-id]}}, api-key]
    replay: if-present
    limits:
      stage: {per: api, rate: 500/s}
      caller: {per: client, rate: 20/s}
      plan: {per: app, from: plan}
    models: {Member: {file: models/member.json}}
    answers: {route: {status: 404, bodies: {application/json: '{"e":"${error.resultCode}"}', text/html: {file: 404.html}}}}
    backend: {url: "https://members.internal/v2", timeout: 60s}
    stages: {release: {backend: {url: "https://users.internal"}}, test: {backend: {url: "https://users-test.internal"}}}
    policies:
      tc: {limits: {route: {per: route, quota: 1000/minute}, app: {per: app, quota: 10/minute, special: {shop: 100/minute}}}}
    routes:
      - {path: "/members/{id}", methods: [PUT], limits: {caller: none}, backend: {path: "/people/${request.path.id}"},
         validate: {query: [type], headers: [x-tenant], content-types: [application/json], body: Member}}
      - {name: get-user, path: "/v1/users/{userId}", methods: [GET], use: [tc]}
`

func TestValid(t *testing.T) {
	for name, text := range map[string]string{
		"sample": sample, "initial": yaml.InitialDefinition(), "everything": file(t, "../yaml/testdata/everything.yaml"),
	} {
		if err := valid(t, schema.Definition(), text); err != nil {
			t.Errorf("%s: Validate = %v, want nil", name, err)
		}
		if _, src, problems := yaml.Load(name, []byte(text)); len(problems) > 0 {
			t.Errorf("%s does not load:\n%s", name, src.Report(problems))
		}
	}
	for name, text := range map[string]string{
		"initial": yaml.InitialRegistry("secret", "abcdefghij"), "everything": file(t, "../yaml/testdata/registry.yaml"),
	} {
		if err := valid(t, schema.Registry(), text); err != nil {
			t.Errorf("%s: Validate = %v, want nil", name, err)
		}
	}
}

// TestInvalid breaks the sample, and takes what the reader's tests have that a schema can see.
func TestInvalid(t *testing.T) {
	for _, tt := range []struct{ name, old, new string }{
		{"unknown key", "limits:\n      stage", "limts:\n      stage"},
		{"unknown key in a limit", "{per: api, rate", "{per: api, rte"},
		{"version", "version: 1", "version: 2"},
		{"no name", "name: members\n    hosts", "hosts"},
		{"duration without unit", "skew: 60s", "skew: 60"},
		{"rate", "rate: 500/s", "rate: 500/day"},
		{"quota", "quota: 1000/minute", "quota: 1000/s"},
		{"enum", "replay: if-present", "replay: maybe"},
		{"scheme", "api-key]", "app-code]"},
		{"text for list", "methods: [GET]", "methods: GET"},
		{"none in a list", "skew: 60s", "skew: none"},
		{"none outside of policies", "models: {Member: {file: models/member.json}}", "models: none"},
		{"none for a number", "status: 404", "status: none"},
		{"number for text", "owner: p1", "owner: 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			broken := strings.Replace(sample, tt.old, tt.new, 1)
			if broken == sample {
				t.Fatal("nothing was broken")
			}
			if err := valid(t, schema.Definition(), broken); err == nil {
				t.Error("Validate = nil, want an error")
			}
			if _, _, problems := yaml.Load("postern.yaml", []byte(broken)); len(problems) == 0 {
				t.Error("Load finds no problem")
			}
		})
	}
	for _, name := range []string{
		"unknown-key", "unknown-key-far", "missing-keys", "version", "version-text", "duration-without-unit", "size-without-unit",
		"rate-and-quota", "enum", "scalar-for-mapping", "scalar-for-list", "list-for-scalar", "text-for-number", "number-for-text",
		"no-value", "scheme",
	} {
		archive, err := txtar.ParseFile("../yaml/testdata/broken/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(t, schema.Definition(), string(archive.Files[0].Data)); err == nil {
			t.Errorf("%s: Validate = nil, want an error", name)
		}
	}
}

// TestDescribed: an editor explains every key.
func TestDescribed(t *testing.T) {
	var walk func(path string, v any)
	walk = func(path string, v any) {
		m, _ := v.(map[string]any)
		for key, property := range m {
			if p, ok := property.(map[string]any); ok && path == "properties" && (p["description"] == nil || p["description"] == "") {
				t.Errorf("the key %q has no description", key)
			}
			walk(key, property)
		}
	}
	for _, text := range [][]byte{schema.Definition(), schema.Registry()} {
		var v map[string]any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		walk("", v)
		if id, _ := v["$id"].(string); !strings.HasPrefix(id, "urn:postern:") || !strings.HasSuffix(id, ":1") {
			t.Errorf("$id = %q, want one with the version", id)
		}
	}
	for _, f := range config.Fields(reflect.TypeFor[config.Policy]()) {
		if !strings.Contains(string(schema.Definition()), f.Doc) {
			t.Errorf("%q is not explained by %q", f.Key, f.Doc)
		}
	}
}
