package cli_test

import (
	"os"
	"strings"
	"testing"
)

// flagging: hosts, APIs and owners, their flags, and whom apps belong to.
func flagging(t *testing.T, k *keeper) {
	k.do(0, partners, "registry", "apply", "-")
	k.says(0, "", "flag legal of host api.example.com is set\n", "flag", "set", "host/api.example.com", "legal")
	k.says(0, "", "flag moved of api members is set\n", "flag", "set", "api/members", "moved")
	k.says(0, "", "flag legal of api members is set\n", "flag", "set", "api/members", "legal")
	k.says(0, "", "flag legal of api members is set already\n", "flag", "set", "api/members", "legal")
	k.says(0, "", "flag moved of api members is clear\n", "flag", "clear", "api/members", "moved")
	k.says(0, "", "created owner acme\n", "owner", "create", "acme")
	k.says(0, "", "owner acme is there already\n", "owner", "create", "acme")
	k.says(0, "", "flag overdue of owner acme is set\n", "flag", "set", "owner/acme", "overdue")
	k.says(0, "", "flag overdue of owner acme is clear\n", "flag", "clear", "owner/acme", "overdue")
	k.says(0, "", "flag legal of host other is clear already\n", "flag", "clear", "host/other", "legal")
	reg := k.registry()
	if _, there := reg.Owners["acme"]; !there || len(reg.Hosts) != 1 || len(reg.APIs["members"]) != 1 || reg.APIs["members"][0] != "legal" {
		t.Errorf("the registry is %+v", reg)
	}

	const states = `version: 1
hosts: {api.example.com: []}
apis: {members: [legal, expired]}
owners: {acme: [overdue]}
apps: [{name: lab, owner: acme, grants: {members: {plan: free, routes: [list], until: 2027-01-31T00:00:00Z}}}]
`
	k.says(3, states, `changed   host api.example.com: flag legal cleared
changed   api members: flag expired set
changed   owner acme: flag overdue set
changed   app lab: grant members gold -> free routes list until 2027-01-31T00:00:00Z, owner acme added
kept      secret members-hmac
kept      plan free
kept      plan gold
kept      app shop
`, "registry", "diff", "-")
	k.do(0, states, "registry", "apply", "-")
	k.says(0, "", "flag legal of host api.example.com is clear already\n", "flag", "clear", "host/api.example.com", "legal")
	if lab := k.app("lab"); lab.Owner != "acme" || lab.Grants["members"].Until.IsZero() {
		t.Errorf("lab is %+v", lab)
	}
	if _, err := k.do(1, "", "owner", "delete", "acme", "--yes"); !strings.Contains(err, `app "lab" belongs to owner acme: give it another one, or none, first`) {
		t.Errorf("to delete who has an app: %q", err)
	}
	k.do(0, "", "registry", "rm", "app", "lab", "--yes")
	k.says(0, "y\n", "removed owner acme\nremove owner acme? [y/N] ", "owner", "delete", "acme")
	k.says(0, "", "there is no owner acme: nothing to remove\n", "owner", "delete", "acme")
	for _, thing := range []string{"host api.example.com", "api members"} {
		kind, name, _ := strings.Cut(thing, " ")
		k.says(0, "", "removed "+thing+"\n", "registry", "rm", "--yes", kind, name)
		k.says(0, "", "there is no "+thing+": nothing to remove\n", "registry", "rm", "--yes", kind, name)
	}
	if reg := k.registry(); len(reg.Hosts)+len(reg.APIs)+len(reg.Owners) != 0 {
		t.Errorf("left is %+v", reg)
	}
	k.silent()
}

func TestFlagsInAFile(t *testing.T) {
	k := fileKeeper(t)
	flagging(t, k)
	k.do(0, "", "owner", "create", "acme")
	text, err := os.ReadFile(k.store[1])
	if err != nil || !strings.Contains(string(text), "\nowners:\n  acme: []\n") {
		t.Errorf("the file is %s, %v", text, err)
	}
}

func TestFlagRefusals(t *testing.T) {
	k := fileKeeper(t)
	for _, tt := range []struct {
		want string
		code int
		args []string
	}{
		{"the flag overdue is for owners: hosts have legal", 2, []string{"flag", "set", "host/h", "overdue"}},
		{"the flag legal is for hosts and APIs: owners have overdue", 2, []string{"flag", "clear", "owner/acme", "legal"}},
		{`there is no flag "lost": APIs have legal, moved, expired`, 2, []string{"flag", "set", "api/a", "lost"}},
		{`"plan/gold" has no flags: write app/NAME, host/NAME, api/NAME or owner/NAME`, 2, []string{"flag", "set", "plan/gold", "legal"}},
		{`"host/" has no flags`, 2, []string{"flag", "set", "host/", "legal"}},
		{`there is no owner "acme"`, 1, []string{"flag", "set", "owner/acme", "overdue"}},
		{`"API.example.com" is no host as requests name it`, 1, []string{"flag", "set", "host/API.example.com", "legal"}},
		{"an owner needs a name", 1, []string{"owner", "create", ""}},
	} {
		if out, err := k.do(tt.code, "", tt.args...); out != "" || !strings.Contains(err, tt.want) {
			t.Errorf("%v prints %q and %q, want %q", tt.args, out, err, tt.want)
		}
	}
}
