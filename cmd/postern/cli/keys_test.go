package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var random = regexp.MustCompile(`^[A-Z2-7]+\n$`)

// rotating: keys from their creation to their end. Each secret is seen once.
func rotating(t *testing.T, k *keeper) {
	k.do(0, partners, "registry", "apply", "-")
	for _, tt := range []struct {
		kind, id string
		length   int
	}{{"api-key", "key-1", 26}, {"access-key", "", 52}} {
		first, about := k.do(0, "", "keys", "create", "lab", "--kind", tt.kind)
		if !random.MatchString(first) || len(first) != tt.length+1 || !strings.Contains(about, "of app lab; its secret is shown this once:\n") {
			t.Errorf("create prints %q and %q", first, about)
		}
		id := tt.id
		if id == "" {
			id = k.app("lab").AccessKeys[0].ID
		}
		second, _ := k.do(0, "", "keys", "rotate", "lab", id)
		if !random.MatchString(second) || second == first {
			t.Errorf("rotate prints %q after %q", second, first)
		}
		if _, err := k.do(1, "", "keys", "rotate", "lab", id); !strings.Contains(err, "drop the old one first with --finish") {
			t.Errorf("rotate again says %q", err)
		}
		if tt.kind == "api-key" {
			if key := k.app("lab").Keys[0]; key.Primary != sha(strings.TrimSpace(second)) || key.Secondary != sha(strings.TrimSpace(first)) {
				t.Errorf("the key is %+v", key)
			}
		} else if key := k.app("lab").AccessKeys[0]; key.Secondary == "" {
			t.Errorf("the key is %+v", key)
		}
		if out, _ := k.do(0, "", "keys", "rotate", "lab", id, "--finish"); !strings.Contains(out, "dropped the old secret of ") {
			t.Errorf("--finish says %q", out)
		}
		if out, _ := k.do(0, "", "keys", "rotate", "lab", id, "--finish"); !strings.Contains(out, "there is nothing to drop") {
			t.Errorf("--finish again says %q", out)
		}
	}
	if key := k.app("lab").Keys[0]; key.Secondary != "" {
		t.Errorf("the key is %+v", key)
	}
	k.silent()
}

// switching: given values, and keys off and on.
func switching(t *testing.T, k *keeper) {
	k.do(0, partners, "registry", "apply", "-")
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(plantedOther+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	k.says(0, plantedSecond+"\n", "created API key mobile of app lab\n", "keys", "create", "lab", "--name", "mobile", "--from-file", "-")
	old := k.app("shop").AccessKeys[0].Secret
	k.says(0, "", "rotated access key AK1 of app shop\n", "keys", "rotate", "shop", "AK1", "--from-file", file)
	before := k.app("shop").AccessKeys[0]
	if before.Secondary != old {
		t.Errorf("the second secret is shown as %s, the first one was %s", before.Secondary, old)
	}
	k.says(0, plantedSecond, "has had this secret: API key mobile of app lab\n", "keys", "rotate", "lab", "mobile", "--from-file", "-")
	k.says(0, "", `{
  "app": "lab",
  "kind": "access-key",
  "name": "mobile"
}
`, "keys", "create", "lab", "--kind", "access-key", "--name", "mobile", "--json", "--from-file", file)
	if _, err := k.do(2, "", "keys", "disable", "lab", "mobile"); !strings.Contains(err, "say which with --kind") {
		t.Errorf("two of a name: %q", err)
	}
	k.says(0, "", "disabled access key mobile of app lab\n", "keys", "disable", "lab", "mobile", "--kind", "access-key")
	k.says(0, "", "disabled already: access key mobile of app lab\n", "keys", "disable", "lab", "mobile", "--kind", "access-key")
	if lab := k.app("lab"); !lab.AccessKeys[0].Inactive || lab.Keys[0].Inactive || lab.Keys[0].Primary != sha(plantedSecond) {
		t.Errorf("lab is %+v", lab)
	}
	k.says(0, "", "enabled access key mobile of app lab\n", "keys", "enable", "lab", "mobile", "--kind", "access-key")
	k.says(0, "", "flag disabled of app lab is set\n", "flag", "set", "app/lab", "disabled")
	k.says(0, "", "flag disabled of app lab is set already\n", "flag", "set", "app/lab", "disabled")
	if lab := k.app("lab"); lab.AccessKeys[0].Inactive || len(lab.Flags) != 1 {
		t.Errorf("lab is %+v", lab)
	}
	k.says(0, "", "flag disabled of app lab is clear\n", "flag", "clear", "app/lab", "disabled")
	k.says(0, "", "flag disabled of app lab is clear already\n", "flag", "clear", "app/lab", "disabled")
	if after := k.app("shop").AccessKeys[0]; after != before || after.Secondary == "" || len(k.app("lab").Flags) != 0 {
		t.Errorf("the access key is %+v, was %+v", after, before)
	}
	k.silent()
}

func TestKeysInAFile(t *testing.T) { rotating(t, fileKeeper(t)) }

func TestSwitchesInAFile(t *testing.T) {
	k := fileKeeper(t)
	switching(t, k)
	text, err := os.ReadFile(k.store[1])
	if want := "secret: " + plantedOther + ", secondary: " + plantedAccess; err != nil || !strings.Contains(string(text), want) {
		t.Errorf("the file is %s, %v; want %s: the old secret stays valid", text, err, want)
	}
}
