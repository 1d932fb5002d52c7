package yaml_test

import (
	"strings"
	"testing"

	"postern/shared/config"
	"postern/shared/config/yaml"
)

const staged = `version: 1
apis:
  - name: a
    hosts: [a.example.com]
    dialect: nhn
    sizes: {request: 1KiB, response: 1KiB}
    backend: {url: "https://api.example.com", timeout: 1s}
    variables: {host: common}
    stages:
      release: {}
      test: {backend: {url: "https://test.example.com"}, variables: {host: test}, sizes: {request: 2KiB}}
    policies:
      slow: {backend: {timeout: 9s}, stages: {test: {sizes: {response: 3KiB}}}}
      bare: {sizes: none}
    routes:
      - {path: /plain}
      - {path: /bundle, use: [slow, bare]}
      - {path: /own, backend: {url: "https://own.example.com"}}
      - {path: /both, backend: {url: "https://own.example.com"}, stages: {test: {backend: {url: "https://own-test.example.com"}}}}
      - {path: /without, stages: {test: none}}
      - {path: /none, stages: none}
`

// TestStages: a stage of a route is a whole policy, in which the nearer layer wins, and in a layer what it says for the stage.
func TestStages(t *testing.T) {
	def, source, problems := yaml.Load("postern.yaml", []byte(staged))
	if len(problems) > 0 {
		t.Fatal(source.Report(problems))
	}
	if problems := config.Check(def); len(problems) > 0 {
		t.Fatal(problems)
	}
	api := def.APIs[0]
	is := func(p config.Policy) string {
		text := p.Backend.URL + " " + p.Variables["host"]
		if p.Sizes != nil {
			size, _ := p.Sizes.Request.MarshalText()
			answer, _ := p.Sizes.Response.MarshalText()
			text += " " + string(size) + " " + string(answer)
		}
		if p.Stages != nil {
			text += " with stages"
		}
		return text
	}
	expect(t, "the API", []string{is(api.Stages["release"]), is(api.Stages["test"])}, []string{
		"https://api.example.com common 1024B 1024B", "https://test.example.com test 2048B 1024B",
	})
	var got []string
	for _, r := range api.Routes {
		for _, stage := range []string{"release", "test"} {
			if p, ok := r.Stages[stage]; ok {
				got = append(got, r.Path+" "+stage+" "+is(p))
			}
		}
	}
	expect(t, "routes", got, []string{
		"/plain release https://api.example.com common 1024B 1024B",
		"/plain test https://test.example.com test 2048B 1024B",
		"/bundle release https://api.example.com common",
		"/bundle test https://test.example.com test",
		"/own release https://own.example.com common 1024B 1024B",
		"/own test https://own.example.com test 2048B 1024B",
		"/both release https://own.example.com common 1024B 1024B",
		"/both test https://own-test.example.com test 2048B 1024B",
		"/without release https://api.example.com common 1024B 1024B",
	})
	expect(t, "outside", is(api.Routes[3].Policy), "https://own.example.com common 1024B 1024B with stages")
	expect(t, "timeout", api.Routes[1].Stages["test"].Backend.Timeout, api.Routes[1].Backend.Timeout)
}

// TestStagesReported: what cannot be meant is found at its place.
func TestStagesReported(t *testing.T) {
	for _, tt := range []struct{ name, from, to, want string }{
		{"within a stage", "release: {}", "release: {stages: {test: {}}}", `10:17: a stage has no stages of its own`},
		{"within a route's", "stages: none", "stages: {test: {stages: {}}}", `21:39: a stage has no stages of its own`},
		{"a list", "stages: none", "stages: [test]", `21:23: "stages" must be names and their values`},
		{"another stage", "stages: none", "stages: {tset: {}}", `the API has no stage "tset"; did you mean "test"?`},
		{"of a bundle", "slow: {backend: {timeout: 9s}, stages: {test:", "slow: {backend: {timeout: 9s}, stages: {pre:", `the API has no stage "pre"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			def, source, problems := yaml.Load("postern.yaml", []byte(strings.Replace(staged, tt.from, tt.to, 1)))
			if len(problems) == 0 {
				problems = config.Check(def)
			}
			if report := source.Report(problems); !strings.Contains(report, tt.want) || strings.Count(report, "postern.yaml:") != 1 {
				t.Errorf("the report is\n%s\nwant once %s", report, tt.want)
			}
		})
	}
}
