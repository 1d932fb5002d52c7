package functiontest

import (
	"os"
	"path/filepath"
	"testing"

	"postern/shared/config"
	"postern/shared/config/yaml"
)

// Compile is the path of a definition as postern compile writes it.
func Compile(tb testing.TB, text string) string {
	tb.Helper()
	def, source, problems := yaml.Load("postern.yaml", []byte(text))
	if len(problems) > 0 {
		tb.Fatal(source.Report(problems))
	}
	data, err := config.Compile(def, nil)
	if err != nil {
		tb.Fatal(err)
	}
	name := filepath.Join(tb.TempDir(), "postern.json")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return name
}

// Variables are the environment of a function, its tables as named.
func Variables(tb testing.TB, tables, definition string) []string {
	tb.Helper()
	return []string{
		"POSTERN_DEFINITION=" + Compile(tb, definition), "SECRET=secret",
		"POSTERN_REGISTRY_TABLE=" + tables, "POSTERN_STATE_TABLE=" + tables,
		"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=s",
	}
}
