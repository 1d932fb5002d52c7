// Package probe_test holds what docs/verify-on-aws.md says against what there is to say it of.
package probe_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func found(pattern, text string) (all []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// TestParts: the table leads to every part, by the address that a page gives its heading.
func TestParts(t *testing.T) {
	page := read(t, "../../docs/verify-on-aws.md")
	var parts []string
	for _, heading := range found(`(?m)^## (\d+\. .+)$`, page) {
		slug := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(heading), "")
		parts = append(parts, strings.ReplaceAll(slug, " ", "-"))
	}
	rows := found(`(?m)^\| \[\d+\]\(#([^)]+)\)`, page)
	if !slices.Equal(parts, rows) || len(parts) < 10 {
		t.Errorf("the table leads to\n%v, want\n%v", rows, parts)
	}
}

// TestCommands: they ask for outputs that the stacks have, and wish what the recorder can read.
func TestCommands(t *testing.T) {
	page := read(t, "../../docs/verify-on-aws.md")
	outputs := func(name string) []string {
		_, part, _ := strings.Cut(read(t, name), "\nOutputs:\n")
		return found(`(?m)^  (\w+):`, part)
	}
	probe, deployed, ok := strings.Cut(page, "\n## 16.")
	for part, have := range map[string][]string{probe: outputs("template.yaml"), deployed: outputs("../../template.yaml")} {
		asked := found(`\$\(out (\w+)\)`, part)
		for _, name := range asked {
			if !slices.Contains(have, name) {
				t.Errorf("a command asks for the output %s: there are %v", name, have)
			}
		}
		if len(asked) < 3 || !ok {
			t.Errorf("the commands ask for %v: the test cannot read them", asked)
		}
	}
	wishes := append(found(`'X-Probe: ([^']+)'`, page), found(`"X-Probe: ((?:[^"\\]|\\")+)"`, page)...)
	for _, text := range wishes {
		text = regexp.MustCompile(`\$\w+|\$\([^)]*\)`).ReplaceAllString(strings.ReplaceAll(text, `\"`, `"`), "1")
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		var wish struct {
			Status, Size int
			Sleep        string
			Header       map[string][]string
			Base64, Deny bool
		}
		if err := d.Decode(&wish); err != nil {
			t.Errorf("X-Probe: %s: %v", text, err)
		}
	}
	if len(wishes) < 8 {
		t.Errorf("%d wishes: the test cannot read them", len(wishes))
	}
}
