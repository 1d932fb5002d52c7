package config_test

import (
	"strings"
	"testing"

	"postern/shared/config"
)

func TestCheckRegistry(t *testing.T) {
	const digest = "sha256:6fd1b1b9c2c7f6f5b2f1d3dc6b4dbbd3e4b2a9c5bb1a27c24c1bfc24a0d6a9b1"
	for _, tt := range []struct {
		name string
		app  config.App
		want string
	}{
		{"sound", config.App{Name: "b", Keys: []config.Key{{Name: "k", Primary: "abcdefghij", Secondary: digest}}, Grants: map[string]config.Grant{"a": {Plan: "gold"}}}, ""},
		{"no plan", config.App{Name: "b", Grants: map[string]config.Grant{"a": {Plan: "none"}}}, ""},
		{"longest key", config.App{Name: "b", Keys: []config.Key{{Name: "k", Primary: strings.Repeat("a", 40)}}}, ""},
		{"key too long", config.App{Name: "b", Keys: []config.Key{{Name: "k", Primary: strings.Repeat("a", 41)}}}, "apps[1].keys[0].primary: a key has"},
		{"key too short", config.App{Name: "b", Keys: []config.Key{{Name: "k", Primary: "abcdefghi"}}}, "apps[1].keys[0].primary: a key has"},
		{"the digest of a known key", config.App{Name: "b", Keys: []config.Key{{
			// printf knownknownknown | sha256sum
			Name: "k", Primary: "sha256:1E9AD1F2AE7F2A74F61B258AB9EA55D5E4DBB9A82671AFE01C2F7A7372B977D1",
		}}}, `apps[1].keys[0].primary: key "first" of app "a" has`},
		{"primary twice", config.App{Name: "b", Keys: []config.Key{{Name: "k", Primary: "abcdefghij", Secondary: "abcdefghij"}}}, `apps[1].keys[0].secondary: key "k" of app "b" has`},
		{"another app's key", config.App{Name: "b", Keys: []config.Key{{Name: "k", Primary: "knownknownknown"}}}, `apps[1].keys[0].primary: key "first" of app "a" has`},
		{"empty plan is none", config.App{Name: "b", Grants: map[string]config.Grant{"a": {}}}, ""},
		{"no such API", config.App{Name: "b", Grants: map[string]config.Grant{"c": {Plan: "gold"}}}, `apps[1].grants.c: there is no API "c"`},
		{"misspelt plan", config.App{Name: "b", Grants: map[string]config.Grant{"a": {Plan: "glod"}}}, `apps[1].grants.a: there is no plan "glod" (none: without a plan); did you mean "gold"?`},
		{"no digest", config.App{Name: "b", Keys: []config.Key{{Name: "k", Primary: "sha256:zz"}}}, "apps[1].keys[0].primary: after sha256:"},
		{"key twice", config.App{Name: "b", Keys: []config.Key{
			{Name: "k", Primary: "abcdefghij"}, {Name: "k", Primary: "jihgfedcba"},
		}}, `apps[1].keys[1].name: another key of the app is called "k" too`},
		{"app twice", config.App{Name: "a"}, `apps[1].name: another app is called "a" too`},
		{"app without name", config.App{}, "apps[1].name: an app needs a name"},
		{"access key", config.App{Name: "b", AccessKeys: []config.AccessKey{{ID: "AK_1-a", Secret: "x", Secondary: "sealed:0123456789abcdef"}}}, ""},
		{"longest id", config.App{Name: "b", AccessKeys: []config.AccessKey{{ID: strings.Repeat("a", 200), Secret: "x"}}}, ""},
		{"id too long", config.App{Name: "b", AccessKeys: []config.AccessKey{{ID: strings.Repeat("a", 201), Secret: "x"}}}, "apps[1].access-keys[0].id: the id of"},
		{"no id", config.App{Name: "b", AccessKeys: []config.AccessKey{{Secret: "x"}}}, "apps[1].access-keys[0].id: the id of"},
		{"id of other characters", config.App{Name: "b", AccessKeys: []config.AccessKey{{ID: "a#b", Secret: "x"}}}, "apps[1].access-keys[0].id: the id of"},
		{"id twice", config.App{Name: "b", AccessKeys: []config.AccessKey{{ID: "a", Secret: "x"}, {ID: "a", Secret: "y"}}}, `apps[1].access-keys[1].id: an access key of app "b" has`},
		{"no secret", config.App{Name: "b", AccessKeys: []config.AccessKey{{ID: "a"}}}, "apps[1].access-keys[0].secret: the secret is empty"},
		{"same secret twice", config.App{Name: "b", AccessKeys: []config.AccessKey{{ID: "a", Secret: "x", Secondary: "x"}}}, "apps[1].access-keys[0].secondary: this is the other"},
		{"tag too short", config.App{Name: "b", AccessKeys: []config.AccessKey{{ID: "a", Secret: "sealed:0123"}}}, "apps[1].access-keys[0].secret: after sealed:"},
		{"no tag", config.App{Name: "b", AccessKeys: []config.AccessKey{{ID: "a", Secret: "x", Secondary: "sealed:hunter2"}}}, "apps[1].access-keys[0].secondary: after sealed:"},
		{"key without name", config.App{Name: "b", Keys: []config.Key{{Primary: "abcdefghij"}}}, "apps[1].keys[0].name: a key needs a name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			reg := &config.Registry{
				Version: 1, Plans: map[string]config.Plan{"gold": {Rate: config.Rate{N: 1, Per: 1}}},
				Apps: []config.App{{Name: "a", Keys: []config.Key{{Name: "first", Primary: "knownknownknown"}}}, tt.app},
			}
			judge(t, config.CheckRegistry(reg, sound()), tt.want)
		})
	}
	for want, reg := range map[string]*config.Registry{
		"secrets.x: the secret is empty":     {Secrets: map[string]string{"x": ""}},
		"secrets.x: after sealed: stands":    {Secrets: map[string]string{"x": "sealed:"}},
		`secrets.x y: "x y" cannot be named`: {Secrets: map[string]string{"x y": "z"}},
		"plans.gold: a plan needs a rate":    {Plans: map[string]config.Plan{"gold": {}}},
		"plans.none: no plan can be called":  {Plans: map[string]config.Plan{"none": {Rate: rate}}},
		"plans.gold.quota: there is no time": {Plans: map[string]config.Plan{"gold": {Quota: config.Quota{N: 1, Unit: "day", Zone: "x"}}}},
	} {
		reg.Version = 1
		judge(t, config.CheckRegistry(reg, nil), want)
	}
	if problems := config.CheckRegistry(&config.Registry{Version: 3, Apps: []config.App{{Name: "a", Grants: map[string]config.Grant{"x": {Plan: "none"}}}}}, nil); len(problems) != 1 {
		t.Errorf("CheckRegistry without a definition = %v, want the version alone", problems)
	}
}
