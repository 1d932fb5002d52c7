package cli_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestEnforce: what an authorizer alone cannot judge is a problem, and nothing is written; a size is none.
func TestEnforce(t *testing.T) {
	sized := strings.Replace(referring, "validate: {body: Member}", "sizes: {request: 1KiB}", 1)
	for _, tt := range []struct {
		name, definition, mode string
		code                   int
		report                 string
	}{
		{"a body is checked", referring, "enforce", 1, ":11:"},
		{"why", referring, "enforce", 1, "never sees a body"},
		{"the proxy checks it", referring, "annotate", 0, ""},
		{"a body is measured", sized, "enforce", 0, ""},
		{"no mode", referring, "enforced", 2, "write annotate or enforce"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			source := filepath.Join(folder(t, map[string]string{
				"postern.yaml": tt.definition, "models/member.json": "{}", "404.html": "",
			}), "postern.yaml")
			for _, args := range [][]string{{"validate", source}, {"compile", source, "-o", "-"}} {
				code, stdout, stderr := run(t, "", append(args, "--authorizer", tt.mode)...)
				if code != tt.code || !strings.Contains(stdout+stderr, tt.report) {
					t.Errorf("%s: exit %d, want %d; the report lacks %q:\n%s%s", args[0], code, tt.code, tt.report, stdout, stderr)
				}
			}
		})
	}
}
