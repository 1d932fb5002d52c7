package yaml_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"postern/shared/config"
	"postern/shared/config/yaml"
)

func seed(f *testing.F, name string) {
	f.Helper()
	files, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, section := range archive.Files {
			if section.Name == name {
				f.Add(section.Data)
			}
		}
	}
	for _, file := range []string{"testdata/everything.yaml", "testdata/registry.yaml", "initial/postern.yaml", "initial/registry.yaml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, text := range []string{"a: {}\n", "- a\n- - b\n", "a: |2-\n    x\n", "a: \"\\u00e9\\\n  b\"", "? a\n: b", "...", "--- a\n...\n", "a:\r\r\nb", "\ufeff"} {
		f.Add([]byte(text))
	}
}

// FuzzLoad: a definition or problems that have a place, and what loads survives JSON and further checks.
func FuzzLoad(f *testing.F) {
	seed(f, "postern.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		def, src, problems := yaml.Load("f", data)
		judge(t, data, def, src, problems)
		if def != nil {
			config.Check(def)
		}
	})
}

func FuzzLoadRegistry(f *testing.F) {
	seed(f, "registry.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		reg, src, problems := yaml.LoadRegistry("f", data)
		judge(t, data, reg, src, problems)
		if reg != nil {
			config.CheckRegistry(reg, &config.Definition{})
		}
	})
}

func judge[T any](t *testing.T, data []byte, v *T, src *yaml.Source, problems config.Problems) {
	t.Helper()
	if v == nil && len(problems) == 0 {
		t.Fatalf("Load(%q) = nil without a problem", data)
	}
	if report := src.Report(problems); len(problems) > 0 && !strings.HasPrefix(report, "f:") {
		t.Errorf("Report of Load(%q) = %q, want a place", data, report)
	}
	lines := strings.Count(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)), "\n") + 1
	for _, p := range problems {
		if line, column := src.Position(p.Path); line < 1 || line > lines || column < 1 {
			t.Errorf("Position(%q) = %d:%d, want one of the %d lines", p.Path, line, column, lines)
		}
	}
	if len(problems) > 0 {
		return
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("Marshal of Load(%q): %v", data, err)
	}
	back := new(T)
	if err := json.Unmarshal(text, back); err != nil || !reflect.DeepEqual(back, v) {
		t.Errorf("through JSON, Load(%q) = %+v, %v, want %+v", data, back, err, v)
	}
}
