package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// setting: secrets by standard input and file.
func setting(t *testing.T, k *keeper) {
	file := filepath.Join(t.TempDir(), "pem")
	if err := os.WriteFile(file, []byte("-----BEGIN\n"+plantedSecret+"\n-----END\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	k.says(0, "", "", "secret", "list")
	k.says(0, "", "[]\n", "secret", "list", "--json")
	k.says(0, plantedSecret+"\n", "added     secret members-hmac\n", "secret", "set", "members-hmac")
	k.says(0, plantedSecret, "unchanged secret members-hmac\n", "secret", "set", "members-hmac")
	k.says(0, plantedSecret+"\r\n", "unchanged secret members-hmac\n", "secret", "set", "members-hmac")
	k.says(0, plantedSecret+"\n\n", "changed   secret members-hmac\n", "secret", "set", "members-hmac")
	k.says(0, "", "added     secret pem\n", "secret", "set", "pem", "--from-file", file)
	k.says(0, "", "members-hmac\npem\n", "secret", "list")
	k.says(0, "", "[\n  \"members-hmac\",\n  \"pem\"\n]\n", "secret", "list", "--json")
	k.silent()
}

func TestSecretsInAFile(t *testing.T) {
	k := fileKeeper(t)
	setting(t, k)
	text, err := os.ReadFile(k.store[1])
	if want := `members-hmac: "` + plantedSecret + `\n"`; err != nil || !strings.Contains(string(text), want) {
		t.Errorf("the file is %s, %v; want %s: one line break alone is cut", text, err, want)
	}
}
