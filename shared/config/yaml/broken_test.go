package yaml_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"postern/shared/config"
	"postern/shared/config/yaml"
)

// report is what postern validate says of a definition and a registry; either may be nil.
func report(definition, registry []byte) string {
	var out strings.Builder
	var def *config.Definition
	if definition != nil {
		var src *yaml.Source
		var problems config.Problems
		def, src, problems = yaml.Load("postern.yaml", definition)
		if def != nil {
			problems = append(problems, config.Check(def)...)
		}
		out.WriteString(src.Report(problems))
	}
	if registry != nil {
		reg, src, problems := yaml.LoadRegistry("registry.yaml", registry)
		if reg != nil {
			problems = append(problems, config.CheckRegistry(reg, def)...)
		}
		out.WriteString(src.Report(problems))
	}
	return out.String()
}

// TestBroken holds every message to the words that a reader of it approved. \t, \r, \0 and \xff in a file stand for those
// bytes, where a line "escaped" is in its comment.
func TestBroken(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil || len(files) < 34 {
		t.Fatalf("Glob = %d files, %v; want at least 34", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			archive := txtar.Parse(data)
			sections := map[string][]byte{}
			for _, f := range archive.Files {
				switch f.Name {
				case "postern.yaml", "registry.yaml", "report":
				default:
					t.Fatalf("section %q is not known", f.Name)
				}
				sections[f.Name] = f.Data
				if strings.Contains(string(archive.Comment), "escaped") && f.Name != "report" {
					sections[f.Name] = []byte(strings.NewReplacer(`\t`, "\t", `\r`, "\r", `\0`, "\x00", `\xff`, "\xff").Replace(string(f.Data)))
				}
			}
			got := report(sections["postern.yaml"], sections["registry.yaml"])
			if got != string(sections["report"]) {
				t.Errorf("the report is\n%s\nwant\n%s", got, sections["report"])
			}
			if !strings.Contains(got, "\n") {
				t.Error("nothing was found")
			}
		})
	}
}
