package app_test

import "testing"

// TestUnserved: what no dialect here serves must not look as if it held.
func TestUnserved(t *testing.T) {
	_, problems := compiled(t, `version: 1
apis:
  - name: a
    hosts: [{name: h, kind: inner}]
    dialect: nhn
    owner: p1
    backend: {mock: {status: 200}}
    routes:
      - {path: /a, methods: [GET], replay: required}
      - {path: /b, methods: [GET], replay: none}
      - {path: /c, methods: [GET], stages: {release: {sizes: {request: 1MiB}}}}
`, nil)
	want := []string{"apis[0].owner", "apis[0].hosts[0].kind", "apis[0].routes[0].replay", "apis[0].routes[2].stages"}
	if len(problems) != len(want) {
		t.Fatalf("problems = %v, want %v", problems, want)
	}
	for i, p := range problems {
		if p.Path != want[i] || p.Defect {
			t.Errorf("problem %d = %+v, want one at %s", i, p, want[i])
		}
	}
}
