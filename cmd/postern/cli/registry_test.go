package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/shared/config"
)

// partnersAdded is what is said of the registry partners where there was none.
const partnersAdded = `added     secret members-hmac
added     plan free
added     plan gold
added     app shop
added     app lab
`

// applying, and what follows it, is run on both stores: they say and do the same.
func applying(t *testing.T, k *keeper) {
	k.says(0, partners, partnersAdded, "registry", "apply", "--dry-run", "-")
	k.says(3, partners, partnersAdded, "registry", "diff", "-")
	k.says(0, partners, partnersAdded, "registry", "apply", "-")
	before := k.registry()
	k.says(0, partners, `unchanged secret members-hmac
unchanged plan free
unchanged plan gold
unchanged app shop
unchanged app lab
`, "registry", "apply", "-")
	k.says(0, partners, "", "registry", "diff", "-")
	out, _ := k.do(0, partners, "registry", "diff", "--json", "-")
	if out != "[]\n" {
		t.Errorf("diff --json of the same = %q, want []", out)
	}
	if shop := k.app("shop"); shop.Keys[0].Primary != sha(plantedKey) || shop.Grants["orders"].Plan != "none" || shop.Grants["members"].Plan != "free" {
		t.Errorf("shop is %+v", shop)
	}
	if s := before.Secrets["members-hmac"]; s != "***" && !strings.HasPrefix(s, config.Sealed) {
		t.Errorf("the secret is shown as %q", s)
	}
	changedFile := strings.NewReplacer(plantedSecret, plantedOther, "rate: 5/s", "quota: 7/day in Asia/Seoul", "orders: none", "orders: gold, users: none",
		"name: web, primary: "+plantedKey, "name: web2, primary: "+plantedSecond, "    access-keys: [{id: AK1, secret: "+plantedAccess+"}]\n", "    flags: [disabled]\n",
		"  - {name: lab, grants: {members: gold}}\n", "  - {name: new}\n").Replace(partners)
	want := `changed   secret members-hmac
changed   plan free: rate 5/s removed, quota 7/day in Asia/Seoul added
changed   app shop: API key web removed, API key web2 added, access key AK1 removed, grant orders none -> gold, grant users none added, flag disabled set
added     app new
kept      app lab
`
	k.says(3, changedFile, want, "registry", "diff", "-")
	applied := strings.Replace(want, "kept      app lab\n", "", 1)
	applied = strings.Replace(applied, "changed   app shop", "unchanged plan gold\nchanged   app shop", 1)
	k.says(0, changedFile, applied, "registry", "apply", "-")
	if shop := k.app("shop"); len(shop.Keys) != 1 || shop.Keys[0].Primary != sha(plantedSecond) || len(shop.AccessKeys) != 0 || len(shop.Flags) != 1 {
		t.Errorf("shop is %+v", shop)
	}
	if k.app("lab").Grants["members"].Plan != "gold" {
		t.Error("what the file does not name did not stay")
	}
	k.silent()
}

func TestRegistryInAFile(t *testing.T) {
	k := fileKeeper(t)
	applying(t, k)
	text, err := os.ReadFile(k.store[1])
	if err != nil || !strings.HasPrefix(string(text), "# ours\nversion: 1\n") {
		t.Errorf("the file is %q, %v; want its comment kept", text, err)
	}
}

// removing: everything once, and the second time nothing.
func removing(t *testing.T, k *keeper) {
	k.do(0, partners, "registry", "apply", "-")
	for _, tt := range []struct{ kind, name, what string }{
		{"grant", "shop/orders", "grant orders of app shop"},
		{"api-key", "shop/web", "api-key web of app shop"},
		{"access-key", "shop/AK1", "access-key AK1 of app shop"},
		{"app", "lab", "app lab"},
		{"plan", "gold", "plan gold"},
		{"secret", "members-hmac", "secret members-hmac"},
	} {
		k.says(0, "y\n", "removed "+tt.what+"\nremove "+tt.what+"? [y/N] ", "registry", "rm", tt.kind, tt.name)
		k.says(0, "", "there is no "+tt.what+": nothing to remove\n", "registry", "rm", tt.kind, tt.name)
	}
	reg := k.registry()
	if shop := k.app("shop"); len(reg.Apps) != 1 || len(reg.Secrets) != 0 || len(reg.Plans) != 1 ||
		len(shop.Grants) != 1 || len(shop.Keys) != 0 || len(shop.AccessKeys) != 0 {
		t.Errorf("left is %+v", reg)
	}
	k.silent()
}

func TestRegistryRemoveInAFile(t *testing.T) { removing(t, fileKeeper(t)) }

// TestRemoveSecretInUse: a secret that the definition asks for stays.
func TestRemoveSecretInUse(t *testing.T) {
	k := fileKeeper(t)
	k.do(0, partners, "registry", "apply", "-")
	definition := write(t, "auth: ${secret:members-hmac}\n")
	_, err := k.do(1, "", "registry", "rm", "secret", "members-hmac", "--yes", "--definition", definition)
	if !strings.Contains(err, "secret members-hmac is asked for in "+definition) {
		t.Errorf("stderr %q", err)
	}
	k.do(1, "", "registry", "rm", "secret", "members-hmac", "--yes", "--definition", filepath.Dir(definition))
}

// TestSealedInAFile: what a table showed means nothing to a file.
func TestSealedInAFile(t *testing.T) {
	k := fileKeeper(t)
	for _, text := range []string{
		"version: 1\nsecrets: {a: 'sealed:0011223344556677'}\n",
		"version: 1\napps: [{name: a, access-keys: [{id: a, secret: 'sealed:0011223344556677'}]}]\n",
		"version: 1\napps: [{name: a, access-keys: [{id: a, secret: x, secondary: 'sealed:0011223344556677'}]}]\n",
	} {
		for _, command := range [][]string{{"registry", "apply", "-"}, {"registry", "diff", "-"}} {
			if _, err := k.do(1, text, command...); !strings.Contains(err, " a is sealed for a table: a file needs the secret itself") {
				t.Errorf("%v of %q: %s", command, text, err)
			}
		}
	}
}

func TestStoreFlags(t *testing.T) {
	name := fileKeeper(t).store[1]
	for _, tt := range []struct {
		args []string
		err  string
	}{
		{[]string{"registry", "show", "--registry", name, "--table", "t"}, "two registries"},
		{[]string{"registry", "show", "--key-file", "f"}, "name it with --table"},
		{[]string{"registry", "show", "--table", "t", "--key-file", "f", "--kms-key", "k"}, "two keys"},
		{[]string{"registry", "apply", name, "--registry", name}, "is the registry itself"},
		{[]string{"keys", "rotate", "a", "b", "--finish", "--from-file", "x"}, "leave --from-file out"},
		{[]string{"registry", "aply"}, "did you mean apply?"},
	} {
		if code, out, err := run(t, "", tt.args...); code != 2 || out != "" || !strings.Contains(err, tt.err) {
			t.Errorf("%v: exit %d, %q %q; want 2 and %q", tt.args, code, out, err, tt.err)
		}
	}
	if code, _, err := run(t, "", "registry", "show", "--registry", "/nowhere/r.yaml"); code != 1 || !strings.Contains(err, "postern init") {
		t.Errorf("a missing registry: exit %d, %s", code, err)
	}
	for _, group := range []string{"registry", "keys", "secret", "owner", "flag", "quota"} {
		if code, out, _ := run(t, "", group); code != 0 || !strings.Contains(out, "Available Commands") {
			t.Errorf("%s alone: exit %d, %s", group, code, out)
		}
	}
}
