package auth_test

import (
	"fmt"
	"strings"
	"testing"

	"postern/shared/auth"
	"postern/shared/fault"
	"postern/shared/gateway"
)

func TestPasswords(t *testing.T) {
	users := auth.NewPasswords(map[string]string{"ann": "hunter2", "bob": "pass:word"})
	for _, tt := range []struct {
		name string
		c    []*gateway.Credential
		want fault.Kind
	}{
		{"right", []*gateway.Credential{{KeyID: "ann", Token: "hunter2"}}, ""},
		{"a colon", []*gateway.Credential{{KeyID: "bob", Token: "pass:word"}}, ""},
		{"of another", []*gateway.Credential{{KeyID: "ann", Token: "pass:word"}}, fault.AuthBasicInvalid},
		{"empty", []*gateway.Credential{{KeyID: "ann"}}, fault.AuthBasicInvalid},
		{"longer", []*gateway.Credential{{KeyID: "ann", Token: "hunter22"}}, fault.AuthBasicInvalid},
		{"case of the name", []*gateway.Credential{{KeyID: "Ann", Token: "hunter2"}}, fault.AuthBasicInvalid},
		{"nobody", []*gateway.Credential{{}}, fault.AuthBasicInvalid},
		{"another scheme", []*gateway.Credential{nil}, ""},
		{"nothing was read", nil, fault.Internal},
	} {
		x, step := exchange(tt.c...), users.Step(0)
		if got := run(x, step); got != tt.want || x.Principal != nil || step.Name != "basic.verify" {
			t.Errorf("%s: %s = %q, principal %v, want %q and nobody", tt.name, step.Name, got, x.Principal, tt.want)
		}
	}
	if text := fmt.Sprintf("%+v %#v", users, users); strings.Contains(text, "hunter2") {
		t.Errorf("%s holds a password", text)
	}
}
