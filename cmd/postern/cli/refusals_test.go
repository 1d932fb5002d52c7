package cli_test

import (
	"strings"
	"testing"
)

// refusing: what would leave no registry changes nothing and says why.
func refusing(t *testing.T, k *keeper) {
	k.do(0, partners, "registry", "apply", "-")
	before, _ := k.do(0, "", "registry", "show")
	tests := []struct {
		name, stdin string
		args        []string
		code        int
		err         string
	}{
		{"no YAML", "version: 1\nsecrets: {a: " + plantedOther, []string{"registry", "apply", "-"}, 1, "standard input cannot be read"},
		{"an unknown key", "version: 1\nsecrets: {a: " + plantedOther + "}\nplan: {}\n", []string{"registry", "apply", "-"}, 1, `did you mean "plans"?`},
		{
			"a plan that is not there", "version: 1\napps: [{name: a, grants: {members: glod}}]\n",
			[]string{"registry", "apply", "-"},
			1,
			`app "a".grants.members: there is no plan "glod" (none: without a plan); did you mean "gold"?`,
		},
		{"the same in a dry run", "version: 1\napps: [{name: a, grants: {members: glod}}]\n", []string{"registry", "apply", "--dry-run", "-"}, 1, "there is no plan"},
		{"another's key", "version: 1\napps: [{name: a, keys: [{name: x, primary: " + plantedKey + "}]}]\n", []string{"registry", "apply", "-"}, 1, "has this value too"},
		{"a masked secret", "version: 1\nsecrets: {a: '***'}\n", []string{"registry", "apply", "-"}, 1, "secrets.a: it is masked"},
		{"a masked access key", "version: 1\napps: [{name: a, access-keys: [{id: A, secret: '***'}]}]\n", []string{"registry", "apply", "-"}, 1, `access key A of app "a": it is masked`},
		{"no such file", "", []string{"registry", "apply", "/nowhere"}, 1, "/nowhere"},
		{"no file", "", []string{"registry", "apply"}, 2, "takes a file, or - for the standard input"},
		{"no such kind", "", []string{"registry", "rm", "ap", "shop"}, 2, `there is no kind "ap"`},
		{"no part", "", []string{"registry", "rm", "grant", "shop"}, 2, "write APP/NAME"},
		{"no such app", "", []string{"registry", "rm", "grant", "shpo/members"}, 1, `there is no app "shpo"; did you mean "shop"?`},
		{"a plan that is granted", "", []string{"registry", "rm", "--yes", "plan", "free"}, 1, `plan free is granted to app "shop" for API "members": grant another plan, or none, first`},
		{"not confirmed", "n\n", []string{"registry", "rm", "app", "lab"}, 1, "remove app lab? [y/N] postern: app lab stays"},
		{"nobody to ask", "", []string{"registry", "rm", "app", "lab"}, 1, "app lab stays: answer y, or give --yes"},
		{"an empty secret", "\n", []string{"secret", "set", "a"}, 1, "the secret is empty"},
		{"a binary secret", "\xff\xfe", []string{"secret", "set", "a"}, 1, "UTF-8"},
		{"a masked secret set", "***", []string{"secret", "set", "a"}, 1, "what is shown in the place of a secret"},
		{"a sealed secret set", "sealed:0011223344556677", []string{"secret", "set", "a"}, 1, "what is shown in the place of a secret"},
		{"a secret with a bad name", plantedOther, []string{"secret", "set", "a b"}, 1, "cannot be named in a definition"},
		{"a key of nobody", "", []string{"keys", "create", "shpo"}, 1, `there is no app "shpo"; did you mean "shop"?`},
		{"a key that is there", "", []string{"keys", "create", "shop", "--name", "web"}, 1, `app "shop" has a key "web"`},
		{"a kind that is not", "", []string{"keys", "create", "shop", "--kind", "rsa"}, 2, `--kind "rsa": choose api-key or access-key`},
		{"a short API key", "abc", []string{"keys", "create", "shop", "--from-file", "-"}, 1, "an API key has 10 to 40 letters and digits"},
		{"another's value", plantedKey, []string{"keys", "create", "lab", "--from-file", "-"}, 1, "has this value too"},
		{"a key that is not", "", []string{"keys", "rotate", "shop", "wev"}, 1, `app "shop" has no key "wev"; did you mean "web"?`},
		{"a key of another kind", "", []string{"keys", "disable", "shop", "web", "--kind", "access-key"}, 1, `app "shop" has no key "web"`},
		{"a bad access key id", "", []string{"keys", "create", "shop", "--kind", "access-key", "--name", "a/b"}, 1, "the id of an access key has"},
		{"no flag", "", []string{"flag", "set", "app/shop", "disabeld"}, 2, `there is no flag "disabeld"`},
		{"no app", "", []string{"flag", "set", "shop", "disabled"}, 2, "write app/NAME"},
		{"no such app's flag", "", []string{"flag", "set", "app/nobody", "disabled"}, 1, `there is no app "nobody"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := &keeper{t: t, store: k.store}
			out, err := k.do(tt.code, tt.stdin, tt.args...)
			if !strings.Contains(err, tt.err) || out != "" {
				t.Errorf("prints %q and %q, want %q", out, err, tt.err)
			}
			k.silent()
		})
	}
	if after, _ := k.do(0, "", "registry", "show"); after != before {
		t.Errorf("the registry is\n%s\nwant\n%s", after, before)
	}
}

func TestRegistryRefusesInAFile(t *testing.T) { refusing(t, fileKeeper(t)) }
