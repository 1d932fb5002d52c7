package config_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"postern/shared/config"
)

func TestCheckStates(t *testing.T) {
	def := &config.Definition{APIs: []config.API{{
		Name: "orders", Policy: config.Policy{Stages: map[string]config.Policy{"release": {}}},
		Routes: []config.Route{{Name: "list"}, {Methods: []string{"GET", "PUT"}, Path: "/x"}},
	}, {Name: "stock"}}}
	granted := func(g config.Grant) config.Registry {
		return config.Registry{Apps: []config.App{{Name: "a", Grants: map[string]config.Grant{"orders": g}}}}
	}
	flags := func(name string, all ...config.Flag) map[string]config.Flags {
		return map[string]config.Flags{name: all}
	}
	for _, tt := range []struct {
		name, want string
		reg        config.Registry
	}{
		{"sound", "", config.Registry{
			Hosts: flags("a_b.example.com", config.Legal), APIs: flags("orders", config.Legal, config.Moved, config.Expired),
			Owners: flags("Acme Inc.", config.Overdue), Apps: []config.App{{Name: "a", Owner: "Acme Inc.", Flags: []config.Flag{config.Disabled}}},
		}},
		{"no flags", "", config.Registry{Hosts: flags("h"), APIs: flags("stock"), Owners: flags("o")}},
		{"a host in capitals", `hosts.API.example.com: "API.example.com" is no host as requests name it: write it in lower case`, config.Registry{Hosts: flags("API.example.com")}},
		{"a host with a port", `hosts.h:80: "h:80" is no host`, config.Registry{Hosts: flags("h:80")}},
		{"a wildcard", `hosts.*.example.com: "*.example.com" is no host`, config.Registry{Hosts: flags("*.example.com")}},
		{"no such API", `apis.order: there is no API "order"; did you mean "orders"?`, config.Registry{APIs: flags("order")}},
		{"no name", "owners: an owner needs a name", config.Registry{Owners: flags("")}},
		{"a host's flag", "hosts.h[1]: the flag moved is for APIs: hosts have legal", config.Registry{Hosts: flags("h", config.Legal, config.Moved)}},
		{"an API's flag", "apis.orders[0]: the flag disabled is for apps: APIs have legal, moved, expired", config.Registry{APIs: flags("orders", config.Disabled)}},
		{"an owner's flag", "owners.o[0]: the flag legal is for hosts and APIs: owners have overdue", config.Registry{Owners: flags("o", config.Legal)}},
		{"an app's flag", "apps[0].flags[0]: the flag overdue is for owners: apps have disabled", config.Registry{Apps: []config.App{{Name: "a", Flags: []config.Flag{config.Overdue}}}}},
		{"no such flag", `apis.orders[0]: there is no flag "lost": APIs have legal, moved, expired`, config.Registry{APIs: flags("orders", "lost")}},
		{"no such owner", `apps[0].owner: there is no owner "acm"; did you mean "acme"?: add it`, config.Registry{Owners: flags("acme"), Apps: []config.App{{Name: "a", Owner: "acm"}}}},
		{"granted routes", "", granted(config.Grant{Routes: []string{"list", "GET,PUT /x"}, Stages: []string{"release"}})},
		{"no such route", `apps[0].grants.orders.routes[1]: the API has no route "lst"; did you mean "list"?`, granted(config.Grant{Routes: []string{"list", "lst"}})},
		{"no such stage", `apps[0].grants.orders.stages[0]: the API has no stage "test"`, granted(config.Grant{Stages: []string{"test"}})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.reg.Version = 1
			problems := config.CheckRegistry(&tt.reg, def)
			if tt.want == "" && len(problems) == 0 {
				return
			}
			if len(problems) != 1 || tt.want == "" || !strings.HasPrefix(problems[0].Path+": "+problems[0].Text, tt.want) {
				t.Errorf("CheckRegistry = %v, want %q", problems, tt.want)
			}
		})
	}
}

// TestGrantForms: the short form is the plan, what is written is read again.
func TestGrantForms(t *testing.T) {
	until := config.Moment(time.Date(2027, 1, 31, 0, 0, 0, 500e6, time.UTC))
	for _, tt := range []struct {
		grant      config.Grant
		json, text string
	}{
		{config.Grant{Plan: "gold"}, `"gold"`, "gold"},
		{config.Grant{}, `""`, "none"},
		{config.Grant{Routes: []string{"a", "b"}}, `{"routes":["a","b"]}`, "none routes a,b"},
		{config.Grant{Plan: "x", Stages: []string{"test"}, Until: until}, `{"plan":"x","stages":["test"],"until":"2027-01-31T00:00:00.5Z"}`, "x stages test until 2027-01-31T00:00:00.5Z"},
	} {
		written, err := json.Marshal(tt.grant)
		if err != nil || string(written) != tt.json || tt.grant.String() != tt.text {
			t.Errorf("%+v is %s, %v and %q, want %s and %q", tt.grant, written, err, tt.grant, tt.json, tt.text)
		}
		var read config.Grant
		if err := json.Unmarshal(written, &read); err != nil || read.String() != tt.text {
			t.Errorf("%s is read as %v, %v", written, read, err)
		}
	}
	for _, odd := range []string{`{"plans":"x"}`, `{"until":"tomorrow"}`, `7`, `{"routes":"a"}`} {
		if err := json.Unmarshal([]byte(odd), &config.Grant{}); err == nil {
			t.Errorf("%s is taken for a grant", odd)
		}
	}
}

func TestMoment(t *testing.T) {
	for text, want := range map[string]string{
		"2027-01-31T00:00:00Z": "2027-01-31T00:00:00Z", "2027-01-31T09:00:00.25+09:00": "2027-01-31T00:00:00.25Z",
		"2027-01-31": "", "2027-01-31T00:00:00": "", "0001-01-01T00:00:00Z": "", "": "", "2027-02-30T00:00:00Z": "",
	} {
		var m config.Moment
		err := m.UnmarshalText([]byte(text))
		if got, _ := m.MarshalText(); err == nil && string(got) != want || err == nil && m.IsZero() || (err == nil) != (want != "") {
			t.Errorf("UnmarshalText(%q) = %s, %v, want %q", text, got, err, want)
		}
	}
}

// TestFlags: a thing without flags is written as one.
func TestFlags(t *testing.T) {
	reg := config.Registry{Version: 1, Owners: map[string]config.Flags{"acme": nil, "b": {config.Overdue}}}
	if text, err := json.Marshal(reg); err != nil || string(text) != `{"version":1,"owners":{"acme":[],"b":["overdue"]}}` {
		t.Errorf("it is written as %s, %v", text, err)
	}
	if config.Flagged("plan").Flags() != nil || reg.Named("app") != nil {
		t.Error("a plan has flags, or an app none but its name")
	}
}

// TestCheckStages: stages are the API's, and what a route has in one is checked as a whole.
func TestCheckStages(t *testing.T) {
	mock := &config.Backend{Mock: &config.Mock{Status: 200}}
	for _, tt := range []struct {
		name, want string
		edit       func(*config.API)
	}{
		{"sound", "", func(*config.API) {}},
		{"a route of some", "", func(api *config.API) { api.Routes[0].In = []string{"test"} }},
		{"a route of none", `apis[0].routes[0].in[0]: the API has no stage "tset"; did you mean "test"?`, func(api *config.API) { api.Routes[0].In = []string{"tset"} }},
		{"a route's own", `apis[0].routes[0].stages.pre: the API has no stage "pre": name it`, func(api *config.API) {
			api.Routes[0].Stages["pre"] = config.Policy{Backend: mock}
		}},
		{"a bundle's own", `apis[0].policies.b.stages.pre: the API has no stage "pre"`, func(api *config.API) {
			api.Uses = map[string]config.Policy{"b": {Stages: map[string]config.Policy{"pre": {}}}}
		}},
		{"half a backend", "apis[0].routes[0].stages.test.backend: a backend needs a url", func(api *config.API) {
			api.Routes[0].Stages["test"] = config.Policy{Backend: &config.Backend{PreserveHost: true}}
		}},
		{"half a backend beside the stages", "", func(api *config.API) { api.Routes[0].Backend = &config.Backend{PreserveHost: true} }},
		{"a variable in a URL", "", func(api *config.API) {
			api.Routes[0].Stages["test"] = config.Policy{Backend: &config.Backend{URL: "http://#host#/"}, Variables: map[string]string{"host": "h"}}
		}},
		{"no variables", "apis[0].routes[0].stages.test.backend.url:", func(api *config.API) {
			api.Routes[0].Stages["test"] = config.Policy{Backend: &config.Backend{URL: "http://#host#/"}}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			api := config.API{
				Name: "a", Hosts: []config.Host{{Name: "a.example.com"}}, Dialect: config.Voice{Name: "d"},
				Policy: config.Policy{Stages: map[string]config.Policy{"release": {}, "test": {}}},
				Routes: []config.Route{{Path: "/", Policy: config.Policy{Stages: map[string]config.Policy{"release": {Backend: mock}, "test": {Backend: mock}}}}},
			}
			tt.edit(&api)
			problems := config.Check(&config.Definition{Version: 1, APIs: []config.API{api}})
			if tt.want == "" && len(problems) == 0 {
				return
			}
			if len(problems) != 1 || tt.want == "" || !strings.HasPrefix(problems[0].Path+": "+problems[0].Text, tt.want) {
				t.Errorf("Check = %v, want %q", problems, tt.want)
			}
		})
	}
}
