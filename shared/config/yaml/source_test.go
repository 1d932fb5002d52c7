package yaml_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postern/shared/config"
	"postern/shared/config/yaml"
)

const places = `version: 1
apis:
  - name: a
    hosts: [a.example.com]
    dialect: nhn
    answers: {route: {status: 404}, route.path: {status: 410}}
    limits:
      caller: {per: client, rate: 20/s}
      plan: {per: app, from: plan}
    backend: {mock: {status: 200}}
    policies:
      slow:
        limits: {caller: {rate: 1/s}}
    routes:
      - path: /a
        use: [slow]
        limits: {plan: none, own: {per: route, quota: 5/day}}
      - {path: /b, response: {set: {x.y: a}}}
`

func TestPosition(t *testing.T) {
	_, src := load(t, places)
	for path, want := range map[string]string{
		"":                                    "1:1",
		"version":                             "1:10",
		"trusted-hops":                        "1:1",
		"apis":                                "2:1",
		"apis[0]":                             "3:5",
		"apis[0].name":                        "3:11",
		"apis[0].dialect.profile":             "5:14",
		"apis[0].answers.route.status":        "6:31",
		"apis[0].answers.route.path.status":   "6:58",
		"apis[0].answers.route.path.bodies":   "6:37",
		"apis[7].name":                        "2:1",
		"apis[0].routes[0]":                   "15:9",
		"apis[0].routes[0].path":              "15:15",
		"apis[0].routes[0].use[0]":            "16:15",
		"apis[0].routes[0].limits":            "17:9",
		"apis[0].routes[0].limits.caller":     "13:18", // written in the policy
		"apis[0].routes[0].limits.caller.per": "8:21",  // inherited from the API
		"apis[0].routes[0].limits.plan.per":   "17:9",  // removed
		"apis[0].routes[1].limits.plan.per":   "9:19",
		"apis[0].routes[1].backend.url":       "10:5",
		"apis[0].routes[1].response.set.x.y":  "18:42",
	} {
		line, column := src.Position(path)
		if got := fmt.Sprintf("%d:%d", line, column); got != want {
			t.Errorf("Position(%q) = %s, want %s", path, got, want)
		}
	}
}

// TestEveryLine misspells one key after the other and asks for the place of each, in lines that end in either way.
func TestEveryLine(t *testing.T) {
	key := regexp.MustCompile(`^((?: |- )*)([a-z-]+):`)
	found := 0
	for name, text := range map[string]string{"everything": file(t, "everything.yaml"), "initial": yaml.InitialDefinition()} {
		lines := strings.Split(text, "\n")
		for i, line := range lines {
			m := key.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			broken := slices.Clone(lines)
			broken[i] = m[1] + m[2] + "-zzz" + line[len(m[0])-1:]
			end := []string{"\n", "\r\n"}[i%2]
			_, src, problems := yaml.Load(name, []byte(strings.Join(broken, end)))
			report := src.Report(problems)
			if !strings.Contains(report, "there is no key \""+m[2]+"-zzz\" here") {
				continue // a name, or a line of a text
			}
			found++
			want := fmt.Sprintf("%s:%d:%d: there is no key %q here", name, i+1, len(m[1])+1, m[2]+"-zzz")
			if !strings.Contains(report, want) {
				t.Errorf("the report is\n%s\nwant %s", report, want)
			}
		}
	}
	if found < 60 {
		t.Errorf("only %d keys were missed", found)
	}
}

// TestReport shows what others find: sorted, once for each place, and defects by their name.
func TestReport(t *testing.T) {
	_, src := load(t, places)
	got := src.Report(config.Problems{
		{Path: "apis[0].routes[1].limits.plan.per", Text: "later"},
		{Path: "apis[0].routes[0].path", Text: "no such thing", Defect: true},
		{Path: "apis[0].limits.plan.per", Text: "later"},
		{Path: "apis[0].name", Text: "first"},
		{Path: "apis[0].name", Text: "and more"},
	})
	want := `postern.yaml:3:11: first
    3 |   - name: a
      |           ^
postern.yaml:3:11: and more
    3 |   - name: a
      |           ^
postern.yaml:9:19: later
    9 |       plan: {per: app, from: plan}
      |                   ^
postern.yaml:15:15: no such thing (a defect: the API starts, and answers requests here with its vendor's error)
   15 |       - path: /a
      |               ^
`
	if got != want {
		t.Errorf("Report is\n%s\nwant\n%s", got, want)
	}
	if _, src, _ := yaml.Load("postern.yaml", []byte("a: [")); !strings.HasPrefix(src.Report(config.Problems{{Path: "apis", Text: "x"}}), "postern.yaml:1:1: x\n") {
		t.Error("a text that is none has no first line to show a problem at")
	}
	if got := src.Report(nil); got != "" {
		t.Errorf("Report(nil) = %q, want nothing", got)
	}
}

// TestFollowUps leaves out what may come from a value that could not be read, but never everything.
func TestFollowUps(t *testing.T) {
	_, src, problems := yaml.Load("postern.yaml", []byte(strings.Replace(places, "rate: 20/s", "rate: 20", 1)))
	if len(problems) != 1 {
		t.Fatalf("Load = %v, want one problem", problems)
	}
	others := config.Problems{{Path: "apis[0].limits.caller", Text: "a limit needs a number"}, {Path: "apis[0].backend", Text: "else"}}
	if got := src.Report(append(problems, others...)); strings.Contains(got, "needs") || !strings.Contains(got, ": else\n") || !strings.Contains(got, "no rate") {
		t.Errorf("Report is\n%s\nwant the rate and the backend alone", got)
	}
	if got := src.Report(others); !strings.Contains(got, "needs") {
		t.Errorf("Report without the reader's own problems is\n%s\nwant all", got)
	}
}

// TestSecrets puts a secret wherever one may stand, breaks the line, and looks for it in everything that is said.
func TestSecrets(t *testing.T) {
	for _, text := range []string{
		"secrets: {a: hunter2, b: {",
		"secrets: {a: hunter2}\nwrong: 1",
		"secrets:\n  a: hunter2\n  b: [hunter2]\n  a: hunter2",
		"secrets: hunter2",
		"secrets:",
		"secrets: [hunter2, hunter2]",
		"secrets:\n  a: |\n    hunter2\n   hunter2\n  b: 1",
		"secrets:\n  a: >-\n    hunter2\n    hunter2\n  a: 1",
		"secrets:\n  a: hunter2\n    hunter2: x",
		`{"secrets":` + "\n" + `{"a":"hunter2","a":"hunter2"}}`,
		`{"secrets":{"a":"hunter2" "hunter2"}}`,
		"apis: [{auth: [{hmac: {secret: 'hunter2, hunter2', skew: 5}}]}]",
		"apis: [{auth: [{hmac: {secret: \"hunter2\\\n hunter2\\q\"}}]}]",
		"apis: [{auth: [{hmac: {sceret: hunter2}}]}]",
		"apis:\n  - auth:\n      - hmac: {secret: hunter2: hunter2, secret: 1}\n",
		"apis:\n  - auth:\n      - hmac:\n          secret: hunter2 hunter2: hunter2\n          skew: 5\n",
		"apis:\n  - auth:\n      - hmac:\n          secret: @hunter2\n",
		"apis:\n  - auth:\n      - hmac:\n          secret:\n            hunter2\n          secret: hunter2\n",
		"apis:\n  - auth:\n      - hmac:\n          secret: !x hunter2\n",
		"apis:\n  - auth:\n      - hmac:\n          secret: *hunter2\n",
		"apps: [{keys: [{name: a, primary: hunter2, secondary: hunter2, primary: hunter2}]}]",
		"apps:\n  - keys:\n      - primary: {x: hunter2}\n        secondary: [hunter2]\n",
	} {
		t.Run(text, func(t *testing.T) {
			got := report([]byte(text), []byte(text))
			if strings.Contains(got, "hunter2") {
				t.Errorf("the secret is shown:\n%s", got)
			}
			if !strings.Contains(got, "***") && !strings.Contains(got, "secrets") && !strings.Contains(got, "secret:") && !strings.Contains(got, "primary:") {
				t.Errorf("the line is not shown at all:\n%s", got)
			}
		})
	}
}

// TestSize refuses what would take the parser too long or too deep, before it begins.
func TestSize(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"bytes", "a: " + strings.Repeat("x", 4<<20), "more than 4 MiB"},
		{"tokens", strings.Repeat("a: 1\n", 90_000), "more than 250000 words"},
		{"brackets", strings.Repeat("[", 100_000), "nested more than 100 deep"},
		{"braces", strings.Repeat("{a: ", 50_000), "nested more than 100 deep"},
		{"dashes", strings.Repeat("- ", 100_000) + "a", "nested more than 100 deep"},
		{"indentation", indented(120), "nested more than 100 deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, src, problems := yaml.Load("postern.yaml", []byte(tt.text)); !strings.Contains(src.Report(problems), tt.want) {
				t.Errorf("Report = %.200s, want %q", src.Report(problems), tt.want)
			}
		})
	}
	if got := report([]byte("version: 1\napis: []\n"+strings.Repeat("#", 1<<20)), nil); !strings.Contains(got, "nothing is served") {
		t.Errorf("a megabyte of comments gives %.200s, want it read", got)
	}
}

func indented(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
