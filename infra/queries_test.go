package infra_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"postern/shared/accesslog"
	"postern/shared/config"
	"postern/shared/config/yaml"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/gateway"
	"postern/shared/metrics"
)

// queryNames are those that CloudWatch shows below the service's.
func queryNames(t *testing.T) (names []string) {
	t.Helper()
	for name, resource := range objects(load(t, "queries.yaml"), "Resources") {
		shown, ok := strings.CutPrefix(text(resource, "Properties", "Name", "!Sub"), "${Service}/")
		if text(resource, "Type") != "AWS::Logs::QueryDefinition" || !ok {
			t.Errorf("%s is no query in the folder of the service", name)
		}
		names = append(names, shown)
	}
	slices.Sort(names)
	return names
}

// TestQueries: they name fields that the log has.
func TestQueries(t *testing.T) {
	fields := logged(t)
	names := queryNames(t)
	if len(slices.Compact(slices.Clone(names))) != len(names) || len(names) < 5 {
		t.Errorf("the queries are %v", names)
	}
	for name, resource := range objects(load(t, "queries.yaml"), "Resources") {
		query := text(resource, "Properties", "QueryString")
		used := fieldsOf(query)
		if len(used) < 3 {
			t.Errorf("%s names %v: the test cannot read it", name, used)
		}
		for _, field := range used {
			if !fields[field] {
				t.Errorf("%s names the field %s: the log has %v", name, field, slices.Sorted(maps.Keys(fields)))
			}
		}
	}
}

// TestFieldsOf: a field that is not there would be noticed.
func TestFieldsOf(t *testing.T) {
	got := fieldsOf("filter ispresent(kind) and message like /took/\n" +
		"| stats count(*) as n, pct(took_ms, 99) as p99 by api, bin(5m)\n| sort n desc")
	if want := []string{"api", "kind", "message", "took_ms"}; !slices.Equal(got, want) {
		t.Errorf("fieldsOf() = %v, want %v", got, want)
	}
}

// fieldsOf are the fields that a query names: its words without those of the language, its own names, and what is quoted.
func fieldsOf(query string) []string {
	query = regexp.MustCompile(`"[^"]*"|/[^/\n]*/|@\w+`).ReplaceAllString(query, " ")
	own := map[string]bool{}
	for _, found := range regexp.MustCompile(` as (\w+)`).FindAllStringSubmatch(query, -1) {
		own[found[1]] = true
	}
	for _, language := range []string{
		"filter stats fields sort limit by as and or not in like desc asc",
		"ispresent count count_distinct pct max avg sum latest bin m",
	} {
		for word := range strings.FieldsSeq(language) {
			own[word] = true
		}
	}
	used := map[string]bool{}
	for _, word := range regexp.MustCompile(`[a-z_][\w.]*`).FindAllString(query, -1) {
		if !own[word] {
			used[word] = true
		}
	}
	return slices.Sorted(maps.Keys(used))
}

// logged are the fields that lines have: of a function that answers, and of a record that has everything.
func logged(t *testing.T) map[string]bool {
	t.Helper()
	var out bytes.Buffer
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r"})
	f := function.New(ctx, function.Options{Env: served(t), Log: &out})
	for _, event := range []string{"unsigned", "not-found"} {
		data, err := os.ReadFile("../events/" + event + ".json")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Invoke(ctx, data); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Invoke(ctx, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	lines := out.String()
	if n := strings.Count(lines, `"message":"exchange"`); n != 2 {
		t.Fatalf("%d records, want 2: %s", n, lines)
	}
	out.Reset()
	emf := metrics.NewEMF()
	more := func(_ context.Context, r *gateway.Record, line []slog.Attr) []slog.Attr {
		return emf.Append(line, metrics.Exchange{Record: r, Cold: true})
	}
	accesslog.New(accesslog.Logger(&out), more)(ctx, full())
	fields := map[string]bool{}
	for line := range strings.Lines(lines + out.String()) {
		var names map[string]any
		if err := json.Unmarshal([]byte(line), &names); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		for name := range names {
			fields[name] = true
		}
	}
	return fields
}

const members = `version: 1
apis:
  - name: members
    hosts: [members.example.com]
    dialect: nhn
    backend: {mock: {status: 200, body: hello}}
    routes: [{path: /members, methods: [GET]}]
`

// served is the environment of a function that serves members, with its tables in memory.
func served(t *testing.T) function.Env {
	t.Helper()
	def, source, problems := yaml.Load("postern.yaml", []byte(members))
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	data, err := config.Compile(def, nil)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "postern.json")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"POSTERN_DEFINITION": name, "POSTERN_REGISTRY_TABLE": "memory", "POSTERN_STATE_TABLE": "memory"}
	return func(name string) (string, bool) { value, ok := env[name]; return value, ok }
}

// full is a record that has everything.
func full() *gateway.Record {
	r := &gateway.Record{
		Exchange: &gateway.Exchange{
			Request: &gateway.Request{}, API: &gateway.API{Name: "a", Dialect: "d"}, Route: &gateway.Route{Name: "r"},
			Principal: &gateway.Principal{App: "a", KeyID: "k"}, Answer: &gateway.Response{Status: 500},
			Refusal: &gateway.Refusal{Row: "r", Code: "c", Fault: fault.New(fault.Internal, nil, errors.New("c"))},
		},
		SendErr: errors.New("e"),
	}
	r.Tolerate(errors.New("t"))
	return r
}
