package cli_test

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"postern/cmd/postern/demo"
	"postern/shared/config"
	"postern/shared/config/yaml"
)

// folder writes files, and is where.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const referring = `version: 1
apis:
  - name: members
    hosts: [members.example.com]
    dialect: nhn
    auth: [{hmac: {secret: "${secret:members}", skew: 60s}}]
    models: {Member: {file: models/member.json}, Unused: {file: none.json}}
    answers: {route: {status: 404, bodies: {text/html: {file: 404.html}}}}
    backend: {mock: {status: 200, headers: {X-Stage: "${env:SECRET}"}}}
    routes:
      - {path: /a, methods: [POST], validate: {body: Member}}
      - {path: /b, methods: [GET]}
`

func TestCompile(t *testing.T) {
	dir := folder(t, map[string]string{
		"postern.yaml": referring, "models/member.json": `{"type": "object"}`, "404.html": "<html>\n", "other.json": "{}",
	})
	source := filepath.Join(dir, "postern.yaml")
	out := filepath.Join(dir, "out.json")
	for range 2 { // over nothing, then over a file
		if code, stdout, stderr := run(t, "", "compile", source, "-o", out); code != 0 || stdout+stderr != "" {
			t.Fatalf("exit %d %q %q", code, stdout, stderr)
		}
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if code, stdout, _ := run(t, "", "compile", source, "-o", "-"); code != 0 || stdout != string(data) {
		t.Errorf("-o -: exit %d\n got %s\nwant %s", code, stdout, data)
	}
	compiled, err := config.ReadCompiled(data)
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"models/member.json": `{"type": "object"}`, "404.html": "<html>\n"}; !reflect.DeepEqual(compiled.Files, want) {
		t.Errorf("files %q, want %q", compiled.Files, want)
	}
	def, _, _ := yaml.Load("postern.yaml", []byte(referring))
	if !reflect.DeepEqual(compiled.Definition, def) {
		t.Errorf("definition\n%+v\nwant\n%+v", compiled.Definition, def)
	}
	if text := string(data); !strings.Contains(text, "${secret:members}") || !strings.Contains(text, "${env:SECRET}") {
		t.Errorf("references are filled in: %s", text)
	}
	left, err := filepath.Glob(filepath.Join(dir, "out.json*"))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, %v, want 0644: Lambda reads it as another user", info.Mode(), err)
	}
}

func TestCompileReportsWhereAndWritesNothing(t *testing.T) {
	defective := strings.Replace(referring, "dialect: nhn", "dialect: toast", 1)
	defective = strings.Replace(defective, "    answers: {route: {status: 404, bodies: {text/html: {file: 404.html}}}}\n", "", 1)
	defective = strings.Replace(defective, ", validate: {body: Member}", "", 1)
	defective = strings.Replace(defective, "methods: [GET]}", `methods: [GET], rewrite: {pattern: "(", to: /x}}`, 1)
	tests := []struct {
		name, definition string
		files            map[string]string
		code             int
		report           string
		written          bool
	}{
		{name: "a file that is not there", definition: referring, files: map[string]string{"404.html": ""}, code: 1, report: ":7:14: "},
		{
			name: "a file that is no text", definition: referring, code: 1, report: "no text in UTF-8",
			files: map[string]string{"404.html": "\xff", "models/member.json": "{}"},
		},
		{name: "a misspelt key", definition: strings.Replace(referring, "hosts:", "host:", 1), code: 1, report: ":4:5: "},
		{name: "an unset variable", definition: strings.Replace(referring, "env:SECRET", "env:NONE", 1), code: 1, report: "NONE is not set"},
		{name: "a defect", definition: defective, report: ":11:", written: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"postern.yaml": tt.definition}
			maps.Copy(files, tt.files)
			dir := folder(t, files)
			source, out := filepath.Join(dir, "postern.yaml"), filepath.Join(dir, "out.json")
			code, stdout, stderr := run(t, "", "compile", source, "--output", out)
			if code != tt.code || stdout != "" || !strings.Contains(stderr, tt.report) || !strings.Contains(stderr, source) {
				t.Errorf("exit %d, want %d; %q, report lacks %q:\n%s", code, tt.code, stdout, tt.report, stderr)
			}
			if _, err := os.Stat(out); (err == nil) != tt.written {
				t.Errorf("written: %v, want %v", err == nil, tt.written)
			}
		})
	}
	if code, _, stderr := run(t, "", "compile", "/nowhere/postern.yaml"); code != 2 || !strings.Contains(stderr, "there is no definition") {
		t.Errorf("no file: exit %d %s", code, stderr)
	}
	source := filepath.Join(folder(t, map[string]string{
		"postern.yaml": referring, "models/member.json": "{}", "404.html": "",
	}), "postern.yaml")
	if code, _, stderr := run(t, "", "compile", source, "-o", "/nowhere/out.json"); code != 1 || stderr == "" {
		t.Errorf("no folder: exit %d %s", code, stderr)
	}
}

func TestCompileTheDemo(t *testing.T) {
	def, _, problems := yaml.Load("postern.yaml", demo.Definition)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	data, err := config.Compile(def, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := config.ReadCompiled(data); err != nil || !reflect.DeepEqual(got.Definition, def) {
		t.Errorf("read %+v, %v\nwant %+v", got, err, def)
	}
}
