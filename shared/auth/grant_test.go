package auth_test

import (
	"testing"
	"time"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

func TestCheckGrant(t *testing.T) {
	step := auth.CheckGrant()
	if step.Name != "grant" {
		t.Errorf("the step is %q", step.Name)
	}
	for _, tt := range []struct {
		name      string
		principal *gateway.Principal
		want      fault.Kind
	}{
		{"nobody", nil, ""},
		{"granted nothing", &gateway.Principal{App: "shop"}, fault.AuthGrantMissing},
		{"granted all", &gateway.Principal{Grant: &auth.Grant{}}, ""},
		{"this route", &gateway.Principal{Grant: &auth.Grant{Routes: []string{"other", "list"}}}, ""},
		{"another route", &gateway.Principal{Grant: &auth.Grant{Routes: []string{"other"}}}, fault.AuthGrantMissing},
		{"no route", &gateway.Principal{Grant: &auth.Grant{Routes: []string{}}}, fault.AuthGrantMissing},
		{"this stage", &gateway.Principal{Grant: &auth.Grant{Stages: []string{"test", "release"}}}, ""},
		{"another stage", &gateway.Principal{Grant: &auth.Grant{Stages: []string{"test"}}}, fault.AuthGrantMissing},
		{"at its last moment", &gateway.Principal{Grant: &auth.Grant{Until: now()}}, ""},
		{"over", &gateway.Principal{Grant: &auth.Grant{Until: now().Add(-1)}}, fault.AuthGrantExpired},
		{"over, and for another route", &gateway.Principal{Grant: &auth.Grant{Until: now().Add(-time.Hour), Routes: []string{"other"}}}, fault.AuthGrantMissing},
	} {
		x := exchange()
		x.Principal, x.Route, x.Stage = tt.principal, &gateway.Route{Name: "list"}, "release"
		if got := run(x, step); got != tt.want {
			t.Errorf("%s = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// IdentifyAPIKey leaves it to the step "grant" to ask for one.
func TestIdentifyAPIKey(t *testing.T) {
	store := keys{byID: map[string]*auth.Key{
		auth.KeyID("code"): {Name: "main", App: "shop", Grants: map[string]auth.Grant{"other": {}}},
		auth.KeyID("off"):  {Name: "main", App: "shop", Inactive: true},
	}}
	for value, want := range map[string][2]fault.Kind{
		"code": {"", fault.AuthGrantMissing}, "off": {fault.AuthKeyInactive, ""}, "guess": {fault.AuthKeyUnknown, ""},
	} {
		x := exchange(&gateway.Credential{APIKey: value})
		x.Route = &gateway.Route{}
		if got := [2]fault.Kind{run(x, auth.IdentifyAPIKey(0, store)), run(x, auth.CheckGrant())}; got != want {
			t.Errorf("%s = %q, want %q", value, got, want)
		}
	}
}
