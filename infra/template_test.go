// Package infra_test holds what must be true of template.yaml and no linter can know: because the code, the load balancer or
// another line of the template relies on it.
package infra_test

import (
	"os"
	"strings"
	"testing"
)

// check is one thing that must be true. Its complaints say what is not.
type check struct {
	name string
	run  func(object) complaints
}

func checks() []check {
	return []check{
		{"build", build},
		{"alias", alias},
		{"multi-value", multiValue},
		{"permission", permission},
		{"timeouts", timeouts},
		{"forwarded-for", forwardedFor},
		{"tls", tls},
		{"environment", environment},
		{"dialects", dialects},
		{"keys", keys},
		{"ttl", ttl},
		{"registry", registry},
		{"policies", policies},
		{"managed policies", managed},
		{"log", log},
		{"alarms", alarms},
		{"parameters", parameters},
		{"host", host},
	}
}

func template(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestTemplate(t *testing.T) {
	root := parse(t, template(t))
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			for _, complaint := range c.run(root) {
				t.Error(complaint)
			}
		})
	}
}

// TestChecksFail breaks the template in every way that a check is there for.
func TestChecksFail(t *testing.T) {
	for _, m := range mutants() {
		t.Run(m.check+": "+m.to, func(t *testing.T) {
			whole := template(t)
			if n := strings.Count(whole, m.from); n != 1 {
				t.Fatalf("%q is %d times in the template, want once", m.from, n)
			}
			root := parse(t, strings.Replace(whole, m.from, m.to, 1))
			for _, c := range checks() {
				if c.name == m.check {
					if len(c.run(root)) == 0 {
						t.Errorf("%q in place of %q goes unnoticed", m.to, m.from)
					}
					return
				}
			}
			t.Fatalf("there is no check %q", m.check)
		})
	}
}

// TestEveryCheckFails asks for a mutant of each check.
func TestEveryCheckFails(t *testing.T) {
	broken := map[string]bool{}
	for _, m := range mutants() {
		broken[m.check] = true
	}
	for _, c := range checks() {
		if !broken[c.name] {
			t.Errorf("no mutant breaks the check %q", c.name)
		}
	}
}
