// Package infra_test holds what must be true of the templates and no linter can know: because the code, a door or another
// line relies on it.
package infra_test

import "testing"

// check is one thing that must be true of the stack. Its complaints say what is not.
type check struct {
	name string
	run  func(object) complaints
}

func checks() []check {
	return []check{
		{"build", build},
		{"alias", alias},
		{"timeouts", timeouts},
		{"environment", environment},
		{"siblings", siblings},
		{"dialects", dialects},
		{"logs", logs},
		{"names", names},
		{"doors", doors},
		{"rules", rules},
		{"references", references},
		{"wiring", wiring},
		{"permissions", permissions},
		{"multi-value", multiValue},
		{"balanced", balanced},
		{"forwarded-for", forwardedFor},
		{"tls", tls},
		{"host", host},
		{"bytes", bytesKept},
		{"integrations", integrations},
		{"forwarding", forwarding},
		{"authorizers", authorizers},
		{"throttling", throttling},
		{"api logs", apiLogs},
		{"responses", responses},
		{"url", url},
		{"admin", admin},
		{"keys", keys},
		{"ttl", ttl},
		{"registry", registry},
		{"policies", policies},
		{"backends", backends},
		{"called", called},
		{"managed policies", managed},
		{"stars", stars},
		{"alarms", alarms},
		{"parameters", parameters},
	}
}

func TestTemplate(t *testing.T) {
	root := stack(t, sources(t))
	for _, c := range checks() {
		t.Run(c.name, func(t *testing.T) {
			for _, complaint := range c.run(root) {
				t.Error(complaint)
			}
		})
	}
}

// TestChecksFail breaks the templates in every way that a check is there for.
func TestChecksFail(t *testing.T) {
	whole := sources(t)
	for _, m := range mutants() {
		t.Run(m.check+": "+m.to, func(t *testing.T) {
			t.Parallel()
			root := stack(t, m.apply(t, whole))
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
